import { parse } from 'yaml';
import * as z from 'zod';
import type { TableSchema } from '#lib/aws/provisioning.ts';
import { parseScheduleExpression, type ScheduleExpression } from './schedule-expression.ts';
import { secretArn } from './secrets-server.ts';
import { createVariableResolver, isScalar, templateError, type VariableSources } from './serverless-variables.ts';

export const accountId = '000000000000';

export type QueueTrigger = {
  queueName: string;
  batchSize: number;
  windowMs: number;
  maximumConcurrency: number;
  /** Whether the function names the records that failed; otherwise a batch succeeds or fails as a whole. */
  reportsFailures: boolean;
};
export type ScheduleTrigger = { expression: ScheduleExpression; timeZone: string; input: unknown };
export type HttpRoute = {
  /** `ANY` for all of them. */
  method: string;
  /** Such as `/callbacks/{subscription}`, or `/api/{path+}` for all that is below. */
  path: string;
};
export type FunctionDefinition = {
  /** In kebab case, as its file is called. */
  name: string;
  memoryMb: number;
  timeoutMs: number;
  environment: { readonly [variable: string]: string };
  queues: readonly QueueTrigger[];
  schedules: readonly ScheduleTrigger[];
  routes: readonly HttpRoute[];
};
export type QueueDefinition = {
  name: string;
  arn: string;
  /** As SQS takes them. */
  attributes: { readonly [name: string]: string };
  /** Name of its dead-letter queue. */
  deadLetterQueue?: string;
};
export type StackDefinition = {
  /** What every name begins with. */
  prefix: string;
  functions: readonly FunctionDefinition[];
  /** Dead-letter queues before those that refer to them. */
  queues: readonly QueueDefinition[];
  /** Name by logical id, as are tables and secrets. */
  buckets: ReadonlyMap<string, string>;
  tables: ReadonlyMap<string, TableSchema>;
  secrets: ReadonlyMap<string, string>;
};

export type DefinitionOptions = Partial<VariableSources> & {
  region: string;
  /** Base URL of SQS. */
  sqsEndpoint: string;
};

const Text = z.string().min(1);
const Count = z.number().int().positive();
const Anything = z.unknown().optional();
const TemplatePart = z.strictObject({
  extensions: Anything,
  Conditions: z.record(z.string(), Anything).default({}),
  Resources: z
    .record(z.string(), z.looseObject({ Type: Text, Properties: z.record(z.string(), Anything).default({}) }))
    .default({}),
  Outputs: Anything,
});
/** What watches a stack on AWS: nothing that one machine has. */
const operations = '${file(dist/operations.json)}';
const Template = z.strictObject({
  service: Text,
  frameworkVersion: Anything,
  configValidationMode: Anything,
  custom: z.looseObject({ prefix: Text }),
  package: Anything,
  provider: z.looseObject({
    timeout: Count.default(6),
    memorySize: Count.default(1024),
    environment: z.record(z.string(), Anything).default({}),
  }),
  functions: z.record(z.string(), Anything),
  params: z.record(z.string(), z.record(z.string(), Anything)).default({}),
  resources: z.preprocess(
    (value) => (Array.isArray(value) ? value : [value]),
    z.array(z.union([z.string().startsWith('${'), TemplatePart])),
  ),
});
const FunctionEntry = z.strictObject({
  name: Text.optional(),
  description: Text.optional(),
  handler: z.string().regex(/^dist\/[a-z\d-]+\/index\.handler$/, 'must be dist/<name>/index.handler'),
  role: Anything,
  package: Anything,
  memorySize: Count.optional(),
  ephemeralStorageSize: Count.optional(),
  timeout: Count.optional(),
  environment: z.record(z.string(), Anything).default({}),
  events: z.array(z.record(z.string(), Anything)).default([]),
  reservedConcurrency: Anything,
});
const SqsEvent = z.strictObject({
  arn: Text,
  batchSize: Count.default(10),
  maximumBatchingWindow: z.number().min(0).default(0),
  functionResponseType: z.literal('ReportBatchItemFailures').optional(),
  maximumConcurrency: Count.default(Number.MAX_SAFE_INTEGER),
});
const ScheduleEvent = z.preprocess(
  (value) => (typeof value === 'string' ? { rate: value } : value),
  z.strictObject({
    method: z.enum(['scheduler', 'eventBus']).optional(),
    name: Anything,
    description: Anything,
    rate: z.union([Text.transform((rate) => [rate]), z.array(Text)]),
    timezone: Text.default('UTC'),
    input: Anything,
    enabled: z.boolean().default(true),
  }),
);
const HttpApiEvent = z.preprocess(
  (value) => {
    const [, method, path] = typeof value === 'string' ? (/^(\S+) (\S+)$/.exec(value) ?? []) : [];
    return path === undefined ? value : { method, path };
  },
  z
    .strictObject({
      method: Text.transform((method) => (method === '*' ? 'ANY' : method.toUpperCase())),
      path: z.string().startsWith('/'),
      // Who is asked for a token on AWS; on one machine the dashboard answers nobody but those who work at it.
      authorizer: Anything,
    })
    .transform(({ method, path }) => ({ method, path })),
);
const QueueProperties = z.strictObject({
  QueueName: Text,
  VisibilityTimeout: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  DelaySeconds: z.number().optional(),
  MaximumMessageSize: z.number().optional(),
  ReceiveMessageWaitTimeSeconds: z.number().optional(),
  SqsManagedSseEnabled: z.boolean().optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: Text, maxReceiveCount: Count }).optional(),
});
const KeySchema = z.array(z.strictObject({ AttributeName: Text, KeyType: z.enum(['HASH', 'RANGE']) }));
const TableProperties = z.strictObject({
  TableName: Text,
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: Text, AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema,
  GlobalSecondaryIndexes: z
    .array(
      z.strictObject({
        IndexName: Text,
        KeySchema,
        Projection: z.strictObject({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(Text).optional(),
        }),
      }),
    )
    .default([]),
  BillingMode: Anything,
  PointInTimeRecoverySpecification: Anything,
  SSESpecification: Anything,
  TimeToLiveSpecification: Anything,
  DeletionProtectionEnabled: Anything,
});

/** What a resource is to others: its `Ref` and its `Arn`. */
type Referable = { ref: string; arn?: string };
/** They say who may do what and what wakes an operator: nothing that the stack on one machine has. */
const withoutLocalMeaning = /^AWS::(?:IAM::Role|SNS::\w+|Logs::\w+|ApiGatewayV2::\w+|S3::BucketPolicy)$/;

/**
 * Reads serverless.yml as far as it matters on one machine: functions with their triggers, queues, buckets, tables and
 * secrets, with variables and intrinsics resolved.
 *
 * @throws ConfigError `serverless-yml` that names the place, for everything that it would otherwise have to ignore
 */
export function readStackDefinition(yaml: string, options: DefinitionOptions): StackDefinition {
  const source: unknown = parse(yaml, { merge: true });
  const { resolve } = createVariableResolver(source, {
    params: options.params ?? {},
    options: { region: options.region, ...options.options },
  });
  const template = parseAt(Template, source, '');
  const prefix = String(resolve(template.custom.prefix, 'custom.prefix'));
  const pseudo: { readonly [name: string]: string } = {
    'AWS::Region': options.region,
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': prefix,
  };
  // Made by the Serverless Framework for the routes, not by `resources`.
  const known = new Map<string, Referable>([['HttpApi', { ref: 'local' }]]);
  const parts = template.resources.flatMap((part, index) => {
    if (part === operations) return [];
    const at = `resources.${index}`;
    return [typeof part === 'string' ? parseAt(TemplatePart, resolve(part, at), at) : part];
  });
  const conditions = Object.assign({}, ...parts.map(({ Conditions }) => Conditions)) as { [name: string]: unknown };
  const evaluate = (value: unknown, path: string): unknown =>
    evaluateIntrinsics(resolve(value, path), path, {
      pseudo,
      known,
      condition: (name) => {
        if (!Object.hasOwn(conditions, name)) throw templateError(path, `asks for ${name}, which is no condition`);
        return evaluate(conditions[name], `resources.Conditions.${name}`) === true;
      },
    });

  const resources = parts
    .flatMap((part) => Object.entries(part.Resources))
    .map(([id, { Type, Properties }]) => ({
      id,
      type: Type,
      properties: Properties,
      path: `resources.Resources.${id}`,
    }));
  // Names first: everything may refer to everything.
  for (const { id, type, properties, path } of resources) {
    const named = (property: string): string =>
      parseAt(Text, evaluate(properties[property], `${path}.${property}`), `${path}.${property}`);
    switch (type) {
      case 'AWS::SQS::Queue': {
        const name = named('QueueName');
        const arn = `arn:aws:sqs:${options.region}:${accountId}:${name}`;
        known.set(id, { ref: `${options.sqsEndpoint}/${accountId}/${name}`, arn });
        break;
      }
      case 'AWS::S3::Bucket': {
        const name = properties['BucketName'] === undefined ? `${prefix}-${id}`.toLowerCase() : named('BucketName');
        known.set(id, { ref: name, arn: `arn:aws:s3:::${name}` });
        break;
      }
      case 'AWS::DynamoDB::Table': {
        const name = named('TableName');
        known.set(id, { ref: name, arn: `arn:aws:dynamodb:${options.region}:${accountId}:table/${name}` });
        break;
      }
      case 'AWS::SecretsManager::Secret':
        known.set(id, { ref: secretArn(options.region, named('Name')) });
        break;
      default:
        // Nobody signs in on one machine: whatever names a pool or its client names none.
        if (type.startsWith('AWS::Cognito::')) known.set(id, { ref: 'none' });
        else if (!withoutLocalMeaning.test(type))
          throw templateError(path, `is of type ${type}: the local stack has none`);
    }
  }
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const queues = ofType('AWS::SQS::Queue').map(({ properties, path }) =>
    readQueue(parseAt(QueueProperties, evaluate(properties, path), path), options.region),
  );

  return {
    prefix,
    functions: Object.entries(template.functions).map(([key, entry]) =>
      readFunction(entry, `functions.${key}`, template.provider, queues, { resolve, evaluate }),
    ),
    queues: queues.toSorted(
      (one, other) => Number(one.deadLetterQueue !== undefined) - Number(other.deadLetterQueue !== undefined),
    ),
    buckets: new Map(ofType('AWS::S3::Bucket').map(({ id }) => [id, known.get(id)?.ref ?? id])),
    tables: new Map(
      ofType('AWS::DynamoDB::Table').map(({ id, properties, path }) => {
        const table = parseAt(TableProperties, evaluate(properties, path), path);
        const { TableName, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = table;
        const indexes = GlobalSecondaryIndexes;
        return [id, { name: TableName, attributes: AttributeDefinitions, keys: KeySchema, indexes }];
      }),
    ),
    secrets: new Map(
      ofType('AWS::SecretsManager::Secret').map(({ id, properties, path }) => [
        id,
        parseAt(Text, evaluate(properties['Name'], path), `${path}.Name`),
      ]),
    ),
  };
}

function readQueue(properties: z.output<typeof QueueProperties>, region: string): QueueDefinition {
  const { QueueName, RedrivePolicy, ...plain } = properties;
  const attributes = Object.fromEntries(
    Object.entries(plain)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
  const queue = { name: QueueName, arn: `arn:aws:sqs:${region}:${accountId}:${QueueName}` };
  if (RedrivePolicy === undefined) return { ...queue, attributes };
  return {
    ...queue,
    attributes: { ...attributes, RedrivePolicy: JSON.stringify(RedrivePolicy) },
    deadLetterQueue: RedrivePolicy.deadLetterTargetArn.split(':').at(-1) ?? '',
  };
}

type Evaluation = { [name in 'resolve' | 'evaluate']: (value: unknown, path: string) => unknown };

function readFunction(
  entry: unknown,
  path: string,
  provider: { timeout: number; memorySize: number; environment: { [name: string]: unknown } },
  queues: readonly QueueDefinition[],
  { resolve, evaluate }: Evaluation,
): FunctionDefinition {
  const definition = parseAt(FunctionEntry, resolve(entry, path), path);
  const environment = { ...provider.environment, ...definition.environment };
  const triggers = { queues: [] as QueueTrigger[], schedules: [] as ScheduleTrigger[], routes: [] as HttpRoute[] };
  for (const [index, event] of definition.events.entries()) {
    const [[kind, value] = ['nothing', undefined], ...others] = Object.entries(event);
    const at = `${path}.events.${index}.${kind}`;
    if (others.length > 0) throw templateError(at, 'has a second trigger beside it: give each its own dash');
    switch (kind) {
      case 'sqs':
        triggers.queues.push(readSqsEvent(parseAt(SqsEvent, evaluate(value, at), at), at, queues));
        break;
      case 'schedule':
        triggers.schedules.push(...readScheduleEvent(parseAt(ScheduleEvent, evaluate(withoutRole(value), at), at), at));
        break;
      case 'httpApi':
        triggers.routes.push(parseAt(HttpApiEvent, value, at));
        break;
      default:
        throw templateError(at, 'is a trigger that the local stack does not know: it has sqs, schedule and httpApi');
    }
  }
  return {
    name: definition.handler.split('/')[1] ?? '',
    memoryMb: definition.memorySize ?? provider.memorySize,
    timeoutMs: (definition.timeout ?? provider.timeout) * 1000,
    environment: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => {
        const at = `${path}.environment.${name}`;
        const text = evaluate(value, at);
        if (!isScalar(text)) throw templateError(at, 'is no text');
        return [name, String(text)];
      }),
    ),
    ...triggers,
  };
}

function readSqsEvent(
  event: z.output<typeof SqsEvent>,
  path: string,
  queues: readonly QueueDefinition[],
): QueueTrigger {
  const queue = queues.find(({ arn }) => arn === event.arn);
  if (queue === undefined) throw templateError(`${path}.arn`, 'is no queue of this stack');
  return {
    queueName: queue.name,
    batchSize: event.batchSize,
    windowMs: event.maximumBatchingWindow * 1000,
    maximumConcurrency: event.maximumConcurrency,
    reportsFailures: event.functionResponseType !== undefined,
  };
}

/** As whom a schedule starts its function is a matter of AWS. */
const withoutRole = (event: unknown): unknown =>
  typeof event === 'object' && event !== null
    ? Object.fromEntries(Object.entries(event).filter(([name]) => name !== 'roleArn'))
    : event;

function readScheduleEvent(event: z.output<typeof ScheduleEvent>, path: string): ScheduleTrigger[] {
  if (!event.enabled) return [];
  return event.rate.map((rate) => {
    const expression = parseScheduleExpression(rate);
    if (expression === undefined)
      throw templateError(`${path}.rate`, `is no schedule that the local stack knows: ${rate}`);
    return { expression, timeZone: event.timezone, input: event.input };
  });
}

type Surroundings = {
  pseudo: { readonly [name: string]: string };
  known: ReadonlyMap<string, Referable>;
  condition(name: string): boolean;
};

function evaluateIntrinsics(value: unknown, path: string, surroundings: Surroundings): unknown {
  const { pseudo, known, condition } = surroundings;
  const reference = (name: string): string => {
    const found = pseudo[name] ?? known.get(name)?.ref;
    if (found === undefined) throw templateError(path, `refers to ${name}, which the local stack does not have`);
    return found;
  };
  const attribute = (id: string, name: string): string => {
    const arn = name === 'Arn' ? known.get(id)?.arn : undefined;
    if (arn === undefined) throw templateError(path, `refers to ${id}.${name}, which the local stack does not have`);
    return arn;
  };
  const substitute = (text: string): string =>
    text.replaceAll(/\$\{([^}]+)\}/g, (_all, name: string) => {
      const [id = '', ...rest] = name.split('.');
      return rest.length === 0 ? reference(id) : attribute(id, rest.join('.'));
    });
  const evaluate = (inner: unknown, at: string): unknown => evaluateIntrinsics(inner, at, surroundings);

  if (typeof value === 'string') {
    return value.replaceAll(/\$\{([^}]+)\}/g, (variable, name: string) => {
      if (!name.startsWith('AWS::')) throw templateError(path, `holds ${variable} outside of Fn::Sub`);
      return reference(name);
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => evaluate(item, `${path}.${index}`));
  if (typeof value !== 'object' || value === null) return value;
  const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
  if (others.length > 0 || (name !== 'Ref' && !name.startsWith('Fn::'))) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, evaluate(item, `${path}.${key}`)]));
  }
  switch (name) {
    case 'Ref':
      return reference(parseAt(Text, argument, `${path}.Ref`));
    case 'Fn::GetAtt':
      return attribute(...parseAt(z.tuple([Text, Text]), argument, `${path}.${name}`));
    case 'Fn::Sub':
      return substitute(parseAt(z.string(), argument, `${path}.${name}`));
    case 'Fn::Join': {
      const [separator, parts] = parseAt(z.tuple([z.string(), z.array(Anything)]), argument, `${path}.${name}`);
      return parts.map((part, index) => String(evaluate(part, `${path}.${name}.${index}`))).join(separator);
    }
    case 'Fn::If': {
      const [test, whenTrue, whenFalse] = parseAt(z.tuple([Text, Anything, Anything]), argument, `${path}.${name}`);
      return evaluate(condition(test) ? whenTrue : whenFalse, `${path}.${name}`);
    }
    case 'Fn::Equals': {
      const [one, other] = parseAt(z.tuple([Anything, Anything]), argument, `${path}.${name}`);
      return evaluate(one, `${path}.${name}.0`) === evaluate(other, `${path}.${name}.1`);
    }
    case 'Fn::Not': {
      const [negated] = parseAt(z.tuple([Anything]), argument, `${path}.${name}`);
      return evaluate(negated, `${path}.${name}.0`) !== true;
    }
    default:
      throw templateError(path, `uses ${name}, which the local stack does not understand`);
  }
}

function parseAt<T extends z.ZodType>(schema: T, value: unknown, path: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = [path, ...(issue?.path ?? [])].filter((part) => part !== '').join('.');
  throw templateError(place === '' ? 'top level' : place, `is not understood: ${issue?.message ?? 'unknown problem'}`);
}
