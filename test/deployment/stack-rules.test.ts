import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { exportedTypes } from '#lib/event-exports/event-tables.ts';
import { packagedTemplate, resourcesOfType } from '../support/packaged-template.ts';

/** Every text in a value, with the path to it. */
function* textsOf(value: unknown, path = ''): Generator<{ path: string; text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* textsOf(inner, `${path}/${name}`);
  }
}

const getAtt = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });
const dayLong = 86_400;

describe('the packaged stack', () => {
  it('is neutral to partitions: many tenants are in China', () => {
    // The names of services in policies are the same everywhere: IAM in China refuses lambda.amazonaws.com.cn.
    const isService = ({ path, text }: { path: string; text: string }) =>
      /\/Principal(?:\/Service(?:\/\d+)?)?$/.test(path) && /^[a-z0-9]+\.amazonaws\.com$/.test(text);
    const literal = [...textsOf(packagedTemplate())].filter(
      (one) => /arn:aws[a-z-]*:|amazonaws\.com/.test(one.text) && !isService(one),
    );
    expect(literal).toEqual([]);
  });

  it('has nothing secret in variables, outputs or descriptions', () => {
    const { Resources, Outputs } = packagedTemplate();
    const variables = resourcesOfType('AWS::Lambda::Function').map(({ Properties }) => Properties['Environment']);
    for (const { path, text } of textsOf({ variables, Outputs })) {
      expect(`${path} ${text}`).not.toMatch(/resolve:secretsmanager|SecretString|password/i);
    }
    for (const [id, { Type, Properties }] of Object.entries(Resources)) {
      if (Type !== 'AWS::SecretsManager::Secret') continue;
      // Created empty: `ivm-bridge setup` fills it; but for the one that AWS makes up and nobody ever sees.
      const made = id === 'PrivacyKeySecret' ? ['GenerateSecretString'] : [];
      expect(Object.keys(Properties).toSorted()).toEqual(['Description', ...made, 'Name']);
    }
  });

  it('exports nothing by a name that another tenant of the account has as well', () => {
    const names = Object.values(packagedTemplate().Outputs).flatMap(({ Export }) => Export?.Name ?? []);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !name.startsWith('ivm-bridge-acme-prod-'))).toEqual([]);
  });

  it('has a ceiling far above the load, and an access log that tells no body and no query', () => {
    const [stage] = resourcesOfType('AWS::ApiGatewayV2::Stage');
    const { DefaultRouteSettings, AccessLogSettings } = z
      .object({
        DefaultRouteSettings: z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
        AccessLogSettings: z.object({ DestinationArn: getAtt, Format: z.string() }),
      })
      .parse(stage?.Properties);
    expect(DefaultRouteSettings.ThrottlingRateLimit).toBeGreaterThanOrEqual(1_000);
    expect(DefaultRouteSettings.ThrottlingBurstLimit).toBeGreaterThanOrEqual(DefaultRouteSettings.ThrottlingRateLimit);
    const logged = Object.values(z.record(z.string(), z.string()).parse(JSON.parse(AccessLogSettings.Format)));
    expect(logged.filter((variable) => /body|header|query|signature|authorizer/i.test(variable))).toEqual([]);
    // The alarms on 429 and 5xx count the status of callbacks in this very log.
    expect(resourcesOfType('AWS::Logs::MetricFilter').map(({ Properties }) => Properties)).toMatchObject([
      { LogGroupName: { Ref: 'HttpApiLogGroup' }, FilterPattern: '{ $.status = "429" && $.path = "/callbacks/*" }' },
      { LogGroupName: { Ref: 'HttpApiLogGroup' }, FilterPattern: '{ $.status = "5*" && $.path = "/callbacks/*" }' },
    ]);
    expect(JSON.parse(AccessLogSettings.Format)).toMatchObject({ status: '$context.status', path: '$context.path' });
  });

  it('runs every function on arm64 and Node 24', () => {
    const functions = resourcesOfType('AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(0);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    }
  });

  it('keeps every log for the days that the tenant wants, and no longer', () => {
    const groups = resourcesOfType('AWS::Logs::LogGroup');
    expect(groups).toHaveLength(resourcesOfType('AWS::Lambda::Function').length + 1);
    for (const { Properties } of groups) expect(Properties).toMatchObject({ RetentionInDays: 30 });
  });

  it('runs nightly work in the time zone of the tenant, at hours that no clock change skips or doubles', () => {
    const schedules = resourcesOfType('AWS::Scheduler::Schedule').map(({ Properties }) =>
      z.object({ ScheduleExpression: z.string(), ScheduleExpressionTimezone: z.string().optional() }).parse(Properties),
    );
    const nightly = schedules.filter(({ ScheduleExpression }) => ScheduleExpression.startsWith('cron'));
    expect(nightly.map(({ ScheduleExpression }) => ScheduleExpression).toSorted()).toEqual([
      'cron(0 4 * * ? *)',
      'cron(0 6 * * ? *)',
      'cron(30 4 * * ? *)',
      'cron(30 5 * * ? *)',
    ]);
    const isOfTenant = ({ ScheduleExpression }: (typeof schedules)[number]) =>
      ScheduleExpression.startsWith('cron') || ScheduleExpression === 'rate(15 minutes)';
    // That of snapshots may be set to a cron expression, and is then meant in the tenant's zone as well.
    for (const { ScheduleExpressionTimezone } of schedules.filter(isOfTenant)) {
      expect(ScheduleExpressionTimezone).toBe('Asia/Shanghai');
    }
  });
});

describe('the dashboard', () => {
  const ifSignIn = (yes: unknown, no: unknown = { Ref: 'AWS::NoValue' }) => ({ 'Fn::If': ['HasSignIn', yes, no] });
  const ifPool = (yes: unknown, no: unknown) => ({ 'Fn::If': ['UsesUserPool', yes, no] });
  const routes = () =>
    resourcesOfType('AWS::ApiGatewayV2::Route').map(({ id, Properties }) => ({
      id,
      key: String(Properties['RouteKey']),
      access: Object.fromEntries(Object.entries(Properties).filter(([name]) => name.startsWith('Authoriz'))),
    }));
  const pool = () => packagedTemplate().Resources['UserPool'];

  it('has a public page, and an API for those who have a token with the scope, or where nobody can sign in for IAM', () => {
    expect(Object.fromEntries(routes().map(({ key, access }) => [key, access]))).toEqual({
      'ANY /callbacks/{subscription}': {},
      'GET /': {},
      'GET /assets/{file}': {},
      'GET /sign-in.json': {},
      'GET /api/{path+}': {
        AuthorizationType: ifSignIn('JWT', 'AWS_IAM'),
        AuthorizerId: ifSignIn({ Ref: 'HttpApiAuthorizerDashboard' }),
        AuthorizationScopes: ifSignIn(['ivm-bridge/read']),
      },
    });
  });

  it('believes tokens of the user pool, or of the issuer that the tenant gives', () => {
    const issuer = { 'Fn::Sub': 'https://cognito-idp.${AWS::Region}.${AWS::URLSuffix}/${UserPool}' };
    const alone = (value: unknown) => ({ 'Fn::Join': ['', [value]] });
    expect(packagedTemplate().Resources['HttpApiAuthorizerDashboard']).toMatchObject({
      Condition: 'HasSignIn',
      Properties: {
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: {
          Issuer: alone(ifPool(issuer, '')),
          Audience: [alone(ifPool({ Ref: 'UserPoolClient' }, ''))],
        },
      },
    });
    const { Properties } = packagedTemplate().Resources['ServeDashboardLambdaFunction'] ?? {};
    expect(Properties?.['Environment']).toMatchObject({
      Variables: {
        OIDC_ISSUER: ifPool(issuer, ''),
        OIDC_CLIENT_ID: ifPool({ Ref: 'UserPoolClient' }, ''),
        OIDC_SCOPE: 'ivm-bridge/read',
        OIDC_SIGN_IN_ORIGIN: ifPool(
          { 'Fn::Sub': 'https://${UserPoolDomain}.auth.${AWS::Region}.amazoncognito.com' },
          'none',
        ),
      },
    });
  });

  it('knows every queue, and in the same order its dead letters', () => {
    const { Properties } = packagedTemplate().Resources['ServeDashboardLambdaFunction'] ?? {};
    const Urls = z.object({
      'Fn::Join': z.tuple([z.literal(','), z.array(z.object({ Ref: z.string() }).transform(({ Ref }) => Ref))]),
    });
    const { Variables } = z
      .object({ Environment: z.object({ Variables: z.object({ QUEUE_URLS: Urls, DEAD_LETTER_QUEUE_URLS: Urls }) }) })
      .parse(Properties).Environment;
    const queues = Variables.QUEUE_URLS['Fn::Join'][1];
    expect(Variables.DEAD_LETTER_QUEUE_URLS['Fn::Join'][1]).toEqual(
      queues.map((id) => id.replace(/Queue$/, 'DeadLetterQueue')),
    );
    expect([...queues, ...Variables.DEAD_LETTER_QUEUE_URLS['Fn::Join'][1]].toSorted()).toEqual(
      resourcesOfType('AWS::SQS::Queue')
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('cannot take the concurrency that callbacks need, however often it is asked', () => {
    const [stage] = resourcesOfType('AWS::ApiGatewayV2::Stage');
    const Throttle = z.strictObject({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() });
    const settings = z.record(z.string(), Throttle).parse(stage?.Properties['RouteSettings']);
    const own = routes().filter(({ key }) => !key.includes('/callbacks/'));
    expect(Object.keys(settings).toSorted()).toEqual(own.map(({ key }) => key).toSorted());
    // A stage cannot be given settings of a route that is not there yet.
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(own.map(({ id }) => id)));
    const timeout = z
      .number()
      .parse(packagedTemplate().Resources['ServeDashboardLambdaFunction']?.Properties['Timeout']);
    const perSecond = Object.values(settings).reduce((sum, { ThrottlingRateLimit }) => sum + ThrottlingRateLimit, 0);
    expect(perSecond * timeout).toBeLessThanOrEqual(600);
    expect(timeout).toBeLessThan(30);
  });

  it('is for invited users alone, who are kept with the stack gone', () => {
    expect(pool()).toMatchObject({
      Condition: 'UsesUserPool',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        DeletionProtection: { 'Fn::If': ['ProtectsUserPool', 'ACTIVE', 'INACTIVE'] },
        UsernameAttributes: ['email'],
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        Policies: { PasswordPolicy: { MinimumLength: 12 } },
      },
    });
    expect(packagedTemplate().Conditions['ProtectsUserPool']).toEqual({
      'Fn::Equals': ['protected: true', 'protected: true'],
    });
    // Cognito refuses an invitation without them.
    const invitation = JSON.stringify(pool()?.Properties['AdminCreateUserConfig']);
    expect(invitation).toContain('{username}');
    expect(invitation).toContain('{####}');
    expect(packagedTemplate().Resources['FirstUser']).toMatchObject({
      Condition: 'HasFirstUser',
      Properties: { DesiredDeliveryMediums: ['EMAIL'] },
    });
    expect(packagedTemplate().Conditions['HasFirstUser']).toEqual({
      'Fn::And': [{ Condition: 'UsesUserPool' }, { Condition: 'HasAlarmEmail' }],
    });
  });

  it('signs in by code and PKCE, without a secret, for an hour, and comes back to its own page alone', () => {
    const { Properties } = packagedTemplate().Resources['UserPoolClient'] ?? {};
    const { CallbackURLs, LogoutURLs } = z
      .object({ CallbackURLs: z.array(z.unknown()), LogoutURLs: z.array(z.unknown()) })
      .parse(Properties);
    expect(CallbackURLs).toEqual([packagedTemplate().Outputs['DashboardUrl']?.Value]);
    expect(LogoutURLs).toEqual(CallbackURLs);
    expect(Properties).toMatchObject({
      GenerateSecret: false,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', { 'Fn::Sub': '${UserPoolScopes}/read' }],
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      AccessTokenValidity: 1,
      TokenValidityUnits: { AccessToken: 'hours', IdToken: 'hours', RefreshToken: 'days' },
    });
    expect(packagedTemplate().Resources['UserPoolScopes']?.Properties).toMatchObject({
      Identifier: 'ivm-bridge',
      Scopes: [{ ScopeName: 'read' }],
    });
  });
});

describe('queues', () => {
  const Main = z.object({
    VisibilityTimeout: z.number(),
    MessageRetentionPeriod: z.literal(14 * dayLong),
    SqsManagedSseEnabled: z.literal(true),
    RedrivePolicy: z.object({ deadLetterTargetArn: getAtt, maxReceiveCount: z.literal(20) }),
  });
  const isDead = ({ id }: { id: string }) => id.endsWith('DeadLetterQueue');

  it('are encrypted, and lead to a dead-letter queue of their own that keeps for 14 days', () => {
    const queues = resourcesOfType('AWS::SQS::Queue');
    expect(queues.filter(isDead)).toHaveLength(7);
    for (const { Properties } of queues.filter(isDead)) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * dayLong, SqsManagedSseEnabled: true });
    }
    const targets = queues
      .filter((queue) => !isDead(queue))
      .map(({ Properties }) => Main.parse(Properties).RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]);
    expect(targets.toSorted()).toEqual(
      queues
        .filter(isDead)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('give a function six times its time-out, and take back single records', () => {
    const mappings = resourcesOfType('AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(7);
    for (const { id, Properties } of mappings) {
      const { EventSourceArn, FunctionName, ...mapping } = z
        .object({
          EventSourceArn: getAtt,
          FunctionName: getAtt,
          FunctionResponseTypes: z.tuple([z.literal('ReportBatchItemFailures')]),
          ScalingConfig: z.object({ MaximumConcurrency: z.number().min(2) }),
        })
        .parse(Properties);
      expect(mapping.FunctionResponseTypes, id).toHaveLength(1);
      const { Resources } = packagedTemplate();
      const queue = Main.parse(Resources[EventSourceArn['Fn::GetAtt'][0]]?.Properties);
      const timeout = z.number().parse(Resources[FunctionName['Fn::GetAtt'][0]]?.Properties['Timeout']);
      expect(queue.VisibilityTimeout, id).toBeGreaterThanOrEqual(6 * timeout);
    }
  });
});

describe('the bucket', () => {
  const bucket = () => packagedTemplate().Resources['DataBucket'];
  const Rule = z.object({
    Id: z.string(),
    Status: z.literal('Enabled'),
    Prefix: z.string().optional(),
    ExpirationInDays: z.coerce.number().min(1).optional(),
    NoncurrentVersionExpiration: z.object({ NoncurrentDays: z.number() }).optional(),
    AbortIncompleteMultipartUpload: z.object({ DaysAfterInitiation: z.number() }).optional(),
    ExpiredObjectDeleteMarker: z.boolean().optional(),
  });
  const rules = () =>
    z.object({ LifecycleConfiguration: z.object({ Rules: z.array(Rule) }) }).parse(bucket()?.Properties)
      .LifecycleConfiguration.Rules;
  const expiryOf = (key: string) =>
    rules()
      .filter(({ Prefix, ExpirationInDays }) => ExpirationInDays !== undefined && key.startsWith(Prefix ?? ''))
      .map(({ ExpirationInDays }) => ExpirationInDays);

  it('is private, versioned, encrypted, for TLS alone, and outlives its stack', () => {
    expect(bucket()).toMatchObject({
      // A first deployment that fails leaves nothing whose name is taken for the next one.
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      },
    });
    expect(JSON.stringify(packagedTemplate().Resources['DataBucketPolicy']?.Properties)).toContain(
      '"Effect":"Deny","Principal":"*","Action":"s3:*"',
    );
  });

  it.each([
    ['raw/message_type=device_alarm/x', 365],
    ['raw/message_type=target_data/x', 30],
    ['pictures/message_type=vehicle_data/x', 180],
    ['pictures/message_type=target_data/x', 30],
    ['details/message_type=device_alarm/x', 365],
    ['details/message_type=target_data/x', 30],
    ['snapshots/date=2026-01-15/x', 90],
    ['quarantine/stale/x', 90],
    ['exports/people/x', 1_825],
    ['interim/statistics/x', 7],
    ['athena-results/x', 7],
  ])('lets %s go after %i days, by one rule', (key, days) => {
    expect(expiryOf(key)).toEqual([days]);
  });

  it('has a rule for every message type, so that none is kept for ever', () => {
    for (const type of exportedTypes.filter((one) => one !== 'snapshot')) {
      expect(expiryOf(`raw/message_type=${type}/x`), type).toHaveLength(1);
      expect(expiryOf(`pictures/message_type=${type}/x`), type).toHaveLength(1);
      expect(expiryOf(`details/message_type=${type}/x`), type).toHaveLength(1);
    }
  });

  it('never forgets what is not stored yet', () => {
    expect(expiryOf('spill/device-alarm/x')).toEqual([]);
  });

  it('keeps neither old versions nor uploads that were given up', () => {
    const all = rules().filter(({ Prefix }) => Prefix === undefined);
    expect(all).toMatchObject([
      {
        NoncurrentVersionExpiration: { NoncurrentDays: 7 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
        ExpiredObjectDeleteMarker: true,
      },
    ]);
  });
});

describe('tables', () => {
  it('are paid by use, recoverable, encrypted, and in production not to be deleted', () => {
    const tables = resourcesOfType('AWS::DynamoDB::Table');
    expect(tables.map(({ id }) => id).toSorted()).toEqual(['EventsTable', 'StateTable', 'TokensTable']);
    for (const { id, DeletionPolicy, Properties } of tables) {
      expect(DeletionPolicy, id).toBe('RetainExceptOnCreate');
      expect(Properties, id).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        DeletionProtectionEnabled: true,
      });
    }
  });

  it.each(['EventsTable', 'StateTable'])('%s forgets what is over', (id) => {
    expect(packagedTemplate().Resources[id]?.Properties['TimeToLiveSpecification']).toEqual({
      AttributeName: 'expires_at',
      Enabled: true,
    });
  });
});
