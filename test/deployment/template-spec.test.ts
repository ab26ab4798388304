import { readFileSync } from 'node:fs';
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import { describe, expect, inject, it } from 'vitest';
import { packagedTemplate } from '../support/packaged-template.ts';
import { checksOf, validateTemplate } from './template-validator.ts';

const database = await loadAwsServiceSpec();

/** As CloudFormation is sent it: `create` makes the bucket for the code, `update` all the rest. */
const sentTemplate = (step: 'create' | 'update'): unknown =>
  JSON.parse(readFileSync(`${inject('packageDir')}/cloudformation-template-${step}-stack.json`, 'utf8'));

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) throw new Error(`no ${name} there`);
  return Reflect.get(value, name);
}

/** The packaged template with another value in one place, or with none. */
function withChange(path: string, value: unknown): unknown {
  const template = sentTemplate('update');
  const names = path.split('/');
  const last = names.pop() ?? '';
  const parent = names.reduce(memberOf, template);
  if (typeof parent !== 'object' || parent === null) throw new Error(`nothing can be at ${path}`);
  if (value === undefined) {
    memberOf(parent, last);
    Reflect.deleteProperty(parent, last);
  } else Reflect.set(parent, last, value);
  return template;
}

const ifElse = (condition: string, yes: unknown, no: unknown) => ({ 'Fn::If': [condition, yes, no] });
const noValue = { Ref: 'AWS::NoValue' };
/** Exists under the condition HasCustomDomain. */
const domain = { Ref: 'CustomDomain' };
const always = { 'Fn::Equals': ['a', 'a'] };
const queue = 'Resources/AlarmsQueue/Properties';
const table = 'Resources/EventsTable/Properties';
const bucket = 'Resources/DataBucket/Properties';
const receiver = 'Resources/ReceiveCallbackLambdaFunction/Properties';
const workGroup = 'Resources/QueryWorkGroup/Properties';
const statement = 'Resources/DataBucketPolicy/Properties/PolicyDocument/Statement/0';

describe('the packaged stack and the specification that AWS publishes of its resources', () => {
  it.each(['create', 'update'] as const)('agree in the template that is sent to %s it', (step) => {
    expect(validateTemplate(sentTemplate(step), database)).toEqual([]);
  });

  it('are compared in every property of every resource', () => {
    const checks = checksOf(sentTemplate('update'), database);
    const checked = new Set(checks.map(({ path }) => path));
    const properties = Object.entries(packagedTemplate().Resources).flatMap(([id, { Properties }]) =>
      Object.keys(Properties).map((name) => `Resources/${id}/Properties/${name}`),
    );
    expect(properties.filter((path) => !checked.has(path))).toEqual([]);
    expect(checked).toContain(`${table}/GlobalSecondaryIndexes/0/Projection/NonKeyAttributes`);
    expect(checked.size).toBeGreaterThan(2_500);
    expect(checks.filter(({ refersTo }) => refersTo !== undefined).length).toBeGreaterThan(400);
  });

  it('are compared in resources of every type', () => {
    const { Resources } = packagedTemplate();
    for (const { Properties } of Object.values(Resources)) Properties['Misspelt'] = 'x';
    expect(validateTemplate({ Resources }, database).filter((finding) => finding.includes('/Misspelt:'))).toEqual(
      Object.entries(Resources).map(
        ([id, { Type }]) => `Resources/${id}/Properties/Misspelt: is no property of ${Type}`,
      ),
    );
  });
});

describe('the comparison', () => {
  it.each<[fault: string, path: string, value: unknown, finding: string]>([
    ['a misspelt property', `${queue}/VisibilityTimout`, 30, 'is no property of AWS::SQS::Queue'],
    ['a misspelt property further in', `${table}/SSESpecification/Enabled`, true, 'is no property of SSESpecification'],
    ['a misspelt property in a list', `${bucket}/LifecycleConfiguration/Rules/1/Days`, 30, 'is no property of Rule'],
    ['a misspelt property where free-form JSON may be as well', `${table}/KeySchema/0/Type`, 'S', 'of KeySchema'],
    ['a property that only the service sets', `${bucket}/Arn`, 'arn', 'is read-only in AWS::S3::Bucket'],
    [
      'a property further in that only the service sets',
      `${workGroup}/WorkGroupConfiguration/EngineVersion/EffectiveEngineVersion`,
      'Athena engine version 3',
      'is read-only in EngineVersion',
    ],
    ['a deprecated property', `${workGroup}/WorkGroupConfigurationUpdates`, {}, 'is deprecated in AWS::Athena'],
    ['a tag without a value', `${queue}/Tags`, [{ Key: 'tenant' }], 'Value is required in Tag'],
    ['an unknown type', 'Resources/AlarmsQueue/Type', 'AWS::SQS::Line', '"AWS::SQS::Line" is no type of resources'],
    ['properties in a list', 'Resources/Dashboard/Properties', [], '[] is no object'],
    ['a text in the place of an integer', `${queue}/VisibilityTimeout`, 'soon', '"soon" is no integer'],
    ['a fraction in the place of an integer', `${queue}/VisibilityTimeout`, 1.5, '1.5 is no integer'],
    ['a text in the place of a number', 'Resources/TokenEndsAlarm/Properties/Threshold', '1d', '"1d" is no number'],
    ['a text in the place of a boolean', `${queue}/SqsManagedSseEnabled`, 'yes', '"yes" is no boolean'],
    ['an object in the place of a text', `${queue}/QueueName`, { Name: 'x' }, '{"Name":"x"} is no string'],
    ['a list in the place of an object', `${table}/SSESpecification`, [true], '[true] is no object'],
    ['a text in the place of a list', `${receiver}/Architectures`, 'arm64', '"arm64" is no list'],
    ['a list in the place of a text', `${receiver}/Environment/Variables/STAGE`, ['prod'], '["prod"] is no string'],
    ['a text that is none of a few', `${bucket}/VersioningConfiguration/Status`, 'On', 'none of Enabled, Suspended'],
    [
      'a number that is none of a few',
      'Resources/HttpApiLogGroup/Properties/RetentionInDays',
      31,
      '31 is none of 1, 3',
    ],
    [
      'a text in the place of a time',
      `${bucket}/LifecycleConfiguration/Rules/1/ExpirationDate`,
      'May 1',
      'no date-time',
    ],
    ['null', `${queue}/RedrivePolicy`, null, 'null is allowed nowhere'],
    ['null in free-form JSON', `${statement}/Sid`, null, 'null is allowed nowhere'],
    ['a reference to nothing', `${queue}/QueueName`, { Ref: 'Name' }, '"Name" is no resource or parameter here'],
    ['a reference to nothing in a policy', `${statement}/Resource/0`, { Ref: 'Bucket' }, '"Bucket" is no resource'],
    ['an attribute of nothing', `${receiver}/Role/Fn::GetAtt`, ['Role', 'Arn'], '"Role" is no resource'],
    [
      'an unknown attribute',
      `${receiver}/Role/Fn::GetAtt`,
      ['ReceiveCallbackRole', 'Name'],
      '"Name" is no attribute of AWS::IAM::Role',
    ],
    [
      'an unknown attribute in one text',
      `${receiver}/Role`,
      { 'Fn::GetAtt': 'AlarmsQueue.Url' },
      '"Url" is no attribute',
    ],
    ['an unknown name within a text', `${queue}/QueueName`, { 'Fn::Sub': 'a-${Stage}' }, '"Stage" is no resource'],
    [
      'an unknown attribute within a text',
      `${statement}/Resource/1/Fn::Sub`,
      '${DataBucket.ARN}/*',
      '"ARN" is no attr',
    ],
    ['a reference where a list is asked for', `${receiver}/Architectures`, { Ref: 'DataBucket' }, '"} is no list'],
    [
      'an attribute where a list is asked for',
      `${receiver}/Layers`,
      { 'Fn::GetAtt': 'DataBucket.Arn' },
      '"} is no list',
    ],
    [
      'an unknown function',
      `${queue}/QueueName`,
      { 'Fn::Concat': ['a', 'b'] },
      'Fn::Concat: is no function for values',
    ],
    ['a function of conditions as a value', `${queue}/QueueName`, { 'Fn::Not': [true] }, 'Fn::Not: is no function'],
    [
      'a function beside other names',
      `${statement}/Resource/0`,
      { ...domain, Sid: 'x' },
      'Ref stands beside other names',
    ],
    ['a function without all arguments', `${queue}/QueueName`, { 'Fn::Join': ['-'] }, 'Fn::Join: takes 2 arguments'],
    ['a wrong argument of a function', `${queue}/QueueName`, { 'Fn::Join': ['-', 'a'] }, 'Fn::Join/1: "a" is no list'],
    [
      'a text with names that is computed',
      `${queue}/QueueName`,
      { 'Fn::Sub': noValue },
      'Fn::Sub: takes a text as it is',
    ],
    ['a choice by an unknown condition', `${queue}/QueueName`, ifElse('IsProd', 'a', 'b'), '"IsProd" is no condition'],
    ['a choice of one value', `${queue}/QueueName`, { 'Fn::If': ['HasAlarmEmail', 'a'] }, 'a condition and two values'],
    [
      'a wrong value in one branch',
      `${queue}/DelaySeconds`,
      ifElse('HasAlarmEmail', 1, 'soon'),
      'Fn::If/2: "soon" is no',
    ],
    [
      'a reference to what may not exist',
      `${queue}/QueueName`,
      domain,
      '"CustomDomain" exists only if HasCustomDomain',
    ],
    [
      'a reference to what never exists in that branch',
      `${queue}/QueueName`,
      ifElse('HasCustomDomain', 'a', domain),
      'Fn::If/2/Ref: "CustomDomain" exists only if HasCustomDomain',
    ],
    ['an output of what may not exist', 'Outputs/Bucket/Value', domain, '"CustomDomain" exists only if'],
    ['an output of nothing', 'Outputs/Bucket/Value', { Ref: 'Bucket' }, '"Bucket" is no resource'],
    ['an output that is a list', 'Outputs/Bucket/Value', ['a'], '["a"] is no string'],
    ['a misspelt member of an output', 'Outputs/Bucket/Descripton', 'a', 'is no property of outputs'],
    ['a dependency on nothing', 'Resources/AlarmsQueue/DependsOn', ['Queue'], '"Queue" is no resource'],
    ['an unknown condition', 'Resources/Dashboard/Condition', 'IsProd', '"IsProd" is no condition'],
    [
      'a misspelt attribute of a resource',
      'Resources/AlarmsQueue/DependOn',
      'DataBucket',
      'is no property of resources',
    ],
    [
      'an unknown policy of deletion',
      'Resources/EventsTable/DeletionPolicy',
      'Keep',
      '"Keep" is none of Delete, Retain',
    ],
    [
      'a policy of deletion that is chosen',
      'Resources/EventsTable/DeletionPolicy',
      ifElse('HasAlarmEmail', 'Retain', 'Delete'),
      'takes no function',
    ],
    [
      'a condition on a resource',
      'Conditions/HasAlarmEmail/Fn::Not/0/Fn::Equals/0',
      { Ref: 'HttpApi' },
      '"HttpApi" is no',
    ],
    [
      'a condition on an unknown condition',
      'Conditions/HasAlarmEmail',
      { Condition: 'IsProd' },
      '"IsProd" is no condition',
    ],
    ['a condition that is a value', 'Conditions/HasAlarmEmail/Fn::Not/0', 'true', '"true" is no condition'],
    [
      'a condition without all arguments',
      'Conditions/HasAlarmEmail/Fn::Not/0/Fn::Equals',
      ['a'],
      'takes 2 to 2 arguments',
    ],
  ])('finds %s', (_fault, path, value, problem) => {
    const findings = validateTemplate(withChange(path, value), database);
    expect(findings).toEqual([expect.stringContaining(problem)]);
    expect(findings[0]).toContain(path);
  });

  it.each<[fault: string, path: string, value: unknown, finding: string]>([
    ['a missing property', `${table}/KeySchema`, undefined, `${table}: KeySchema is required in AWS::DynamoDB::Table`],
    [
      'a missing property further in',
      `${bucket}/LifecycleConfiguration/Rules/1/Status`,
      undefined,
      `${bucket}/LifecycleConfiguration/Rules/1: Status is required in Rule`,
    ],
    [
      'a required property that a condition takes away',
      `${receiver}/Role`,
      ifElse('HasAlarmEmail', 'arn', noValue),
      `${receiver}: Role is required in AWS::Lambda::Function`,
    ],
    [
      'a missing type',
      'Resources/AlarmsQueue/Type',
      undefined,
      'Resources/AlarmsQueue/Type: nothing is no type of resources',
    ],
    ['an output without a value', 'Outputs/Bucket/Value', undefined, 'Outputs/Bucket: Value is required in outputs'],
    [
      'two resources that wait for each other',
      'Resources/AlarmsDeadLetterQueue/DependsOn',
      'AlarmsQueue',
      'Resources: circular dependency AlarmsQueue -> AlarmsDeadLetterQueue -> AlarmsQueue',
    ],
    [
      'a resource that waits for itself',
      `${queue}/QueueName`,
      { 'Fn::Sub': '${AlarmsQueue.Arn}-x' },
      'Resources: circular dependency AlarmsQueue -> AlarmsQueue',
    ],
  ])('finds %s', (_fault, path, value, finding) => {
    expect(validateTemplate(withChange(path, value), database)).toEqual([finding]);
  });

  it.each<[what: string, path: string, value: unknown]>([
    ['digits as an integer', `${queue}/VisibilityTimeout`, '30'],
    ['a written boolean', `${queue}/SqsManagedSseEnabled`, 'true'],
    ['a number as a text', `${receiver}/Environment/Variables/STAGE`, 1],
    ['a day as a time', `${bucket}/LifecycleConfiguration/Rules/1/ExpirationDate`, '2027-05-01'],
    ['a property that a condition takes away', `${queue}/DelaySeconds`, ifElse('HasAlarmEmail', '5', noValue)],
    ['a choice between objects', `${table}/SSESpecification`, ifElse('HasAlarmEmail', { SSEEnabled: true }, noValue)],
    ['a policy in one text', 'Resources/DataBucketPolicy/Properties/PolicyDocument', '{"Statement": []}'],
    ['an attribute in one text', `${receiver}/Role`, { 'Fn::GetAtt': 'ReceiveCallbackRole.Arn' }],
    ['a list that a text is split into', `${receiver}/Architectures`, { 'Fn::Split': [',', 'arm64'] }],
    ['an element of a list', `${queue}/QueueName`, { 'Fn::Select': [0, { 'Fn::Split': ['-', 'a-b'] }] }],
    ['names within a text', `${queue}/QueueName`, { 'Fn::Sub': ['${!Stage}-${Name}-${AWS::Region}', { Name: 'a' }] }],
    ['a reference under the condition of what it names', `${queue}/QueueName`, ifElse('HasCustomDomain', domain, 'a')],
    [
      'a reference under a conjunction with the condition of what it names',
      'Resources/FirstUser/Properties/UserPoolId',
      { Ref: 'UserPool' },
    ],
    ['a dependency on what may not exist', 'Resources/AlarmsQueue/DependsOn', 'CustomDomain'],
    ['a condition of conditions', 'Conditions/HasBoth', { 'Fn::And': [{ Condition: 'HasAlarmEmail' }, always] }],
    ['an output under a condition', 'Outputs/CustomDomain', { Condition: 'HasCustomDomain', Value: domain }],
  ])('takes %s', (_what, path, value) => {
    expect(validateTemplate(withChange(path, value), database)).toEqual([]);
  });

  it.each([
    ['a text', '*', []],
    ['an object', { AllowOrigin: '*' }, []],
    [
      'an object with a misspelt property',
      { AllowOrigin: '*', Origin: '*' },
      ['/Origin: is no property of CorsConfiguration'],
    ],
    ['a list', ['*'], [': ["*"] matches none of string, object']],
  ])('takes the closest of the alternatives for %s', (_what, Cors, findings) => {
    const Api = { Type: 'AWS::Serverless::Api', Properties: { StageName: 'prod', Cors } };
    expect(validateTemplate({ Resources: { Api } }, database)).toEqual(
      findings.map((finding) => `Resources/Api/Properties/Cors${finding}`),
    );
  });

  it.each([
    ['CommaDelimitedList', []],
    ['List<String>', []],
    ['String', ['Resources/Policy/Properties/Topics: {"Ref":"Topics"} is no list']],
  ])('takes a parameter for what it is: %s', (Type, findings) => {
    const Properties = { Topics: { Ref: 'Topics' }, PolicyDocument: {} };
    const template = {
      Parameters: { Topics: { Type } },
      Resources: { Policy: { Type: 'AWS::SNS::TopicPolicy', Properties } },
    };
    expect(validateTemplate(template, database)).toEqual(findings);
  });
});
