import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readStackDefinition } from '#lib/local/stack-definition.ts';

const yaml = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8');
const options = { region: 'eu-central-1', sqsEndpoint: 'http://127.0.0.1:4566' };

describe('readStackDefinition of serverless.yml', () => {
  const stack = readStackDefinition(yaml, options);
  const named = (name: string) => stack.functions.find((one) => one.name === name);

  it('finds every function with what wakes it', () => {
    expect(named('receive-callback')?.routes).toEqual([{ method: 'ANY', path: '/callbacks/{subscription}' }]);
    expect(named('store-alarms')?.queues).toEqual([
      {
        queueName: 'ivm-bridge-local-dev-alarms',
        batchSize: 100,
        windowMs: 1000,
        maximumConcurrency: 5,
        reportsFailures: true,
      },
    ]);
    expect(named('store-pictures')?.queues.map(({ queueName }) => queueName)).toEqual([
      'ivm-bridge-local-dev-pictures',
      'ivm-bridge-local-dev-picture-retries',
    ]);
    expect(named('retry-pictures')).toMatchObject({
      timeoutMs: 120_000,
      schedules: [{ expression: { kind: 'rate', everyMs: 300_000 }, timeZone: 'UTC' }],
    });
  });

  it('serves the dashboard without anybody to sign in', () => {
    expect(named('serve-dashboard')?.routes).toEqual([
      { method: 'GET', path: '/' },
      { method: 'GET', path: '/assets/{file}' },
      { method: 'GET', path: '/sign-in.json' },
      { method: 'GET', path: '/api/{path+}' },
    ]);
    expect(named('serve-dashboard')?.environment).toMatchObject({
      OIDC_CLIENT_ID: 'none',
      OIDC_SCOPE: 'ivm-bridge/read',
      QUEUE_URLS: expect.stringMatching(/-alarms,.*-devices,.*-statistics$/),
      DEAD_LETTER_QUEUE_URLS: expect.stringMatching(/-alarms-dead,.*-devices-dead,.*-statistics-dead$/),
    });
  });

  it.each(['cn-north-1', 'cn-northwest-1'])('needs no user pool, of which %s has none', (region) => {
    const inChina = readStackDefinition(yaml, { ...options, region });
    const { environment } = inChina.functions.find(({ name }) => name === 'serve-dashboard') ?? {};
    expect(environment).toMatchObject({ OIDC_ISSUER: 'none', OIDC_CLIENT_ID: 'none', OIDC_SIGN_IN_ORIGIN: 'none' });
  });

  it('resolves the environment of a function to names that exist', () => {
    expect(named('store-pictures')?.environment).toMatchObject({
      STAGE: 'dev',
      TIME_ZONE: 'Asia/Shanghai',
      BUCKET: stack.buckets.get('DataBucket'),
      EVENTS_TABLE: 'ivm-bridge-local-dev-events',
      SOURCE_QUEUE_URLS:
        'http://127.0.0.1:4566/000000000000/ivm-bridge-local-dev-pictures,http://127.0.0.1:4566/000000000000/ivm-bridge-local-dev-picture-retries',
      IVM_CREDENTIALS_SECRET_ID:
        'arn:aws:secretsmanager:eu-central-1:000000000000:secret:ivm-bridge-local-dev/ivm-credentials',
    });
  });

  it('creates dead-letter queues before those that lead to them', () => {
    const names = stack.queues.map(({ name }) => name);
    for (const { name, deadLetterQueue, attributes } of stack.queues) {
      if (deadLetterQueue === undefined) continue;
      expect(names.indexOf(deadLetterQueue)).toBeLessThan(names.indexOf(name));
      expect(JSON.parse(attributes['RedrivePolicy'] ?? '')).toMatchObject({ maxReceiveCount: 20 });
    }
  });

  it('knows tables with their indexes', () => {
    expect(stack.tables.get('EventsTable')?.indexes.map(({ IndexName }) => IndexName)).toEqual([
      'by-day',
      'by-reference',
      'by-plate',
      'open-pictures',
    ]);
    expect(stack.secrets.get('CallbackKeysSecret')).toBe('ivm-bridge-local-dev/callback-keys');
  });

  it('takes parameters and stage', () => {
    const acme = readStackDefinition(yaml, { ...options, params: { tenant: 'acme' }, options: { stage: 'prod' } });
    expect(acme.prefix).toBe('ivm-bridge-acme-prod');
  });
});

describe('readStackDefinition', () => {
  const template = (functionLines: string, resources = '') => `
service: s
custom: { prefix: p }
provider: { name: aws, environment: { FROM_PROVIDER: x } }
functions:
  one:
    handler: dist/one/index.handler
${functionLines}
resources:
  Resources:
    Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: q } }
${resources}
`;
  const read = (functionLines: string, resources?: string) =>
    readStackDefinition(template(functionLines, resources), options);

  it('understands references, joins and substitutions', () => {
    const environment = `    environment:
      A: { Ref: Queue }
      B: { Fn::GetAtt: [Queue, Arn] }
      C: { Fn::Sub: '\${Queue.Arn}/\${AWS::Region}' }
      D: { Fn::Join: ['-', [a, { Ref: AWS::AccountId }]] }
      E: 5`;
    expect(read(environment).functions[0]?.environment).toEqual({
      FROM_PROVIDER: 'x',
      A: 'http://127.0.0.1:4566/000000000000/q',
      B: 'arn:aws:sqs:eu-central-1:000000000000:q',
      C: 'arn:aws:sqs:eu-central-1:000000000000:q/eu-central-1',
      D: 'a-000000000000',
      E: '5',
    });
  });

  it('takes parameters from the template, those of the stage first, and those given by hand before all', () => {
    const yaml = `
service: s
params: { default: { a: 1, b: 2, c: 3 }, prod: { b: 20, c: 30 } }
custom: { prefix: p }
provider: { name: aws, stage: prod }
functions:
  one: { handler: dist/one/index.handler, environment: { ALL: '\${param:a} \${param:b} \${param:c}' } }
resources: { Resources: {} }
`;
    const [one] = readStackDefinition(yaml, { ...options, params: { c: '300' } }).functions;
    expect(one?.environment).toEqual({ ALL: '1 20 300' });
  });

  it.each([
    ['acme.example', 'https://acme.example'],
    ['', 'http://127.0.0.1:4566/000000000000/q'],
  ])('decides between values by a condition: %j', (domain, value) => {
    const resources = `  Conditions:
    HasDomain: { Fn::Not: [{ Fn::Equals: ['\${param:domain}', ''] }] }`;
    const environment = `    environment:
      A: { Fn::If: [HasDomain, 'https://\${param:domain}', { Ref: Queue }] }`;
    const [one] = readStackDefinition(template(environment, resources), { ...options, params: { domain } }).functions;
    expect(one?.environment['A']).toBe(value);
  });

  it('takes parts of the template from variables, and nothing of those that watch', () => {
    const yaml = `
service: s
custom:
  prefix: p
  parts: { here: { queues: { Resources: { Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: q } } } }, none: {} } }
  chosen: \${self:custom.parts.\${opt:place, 'nowhere'}, self:custom.parts.here}
provider: { name: aws }
functions:
  one: { handler: dist/one/index.handler, environment: { A: { Ref: Queue }, B: { Ref: Pool } } }
resources:
  - \${file(dist/operations.json)}
  - \${self:custom.chosen.queues}
  - \${self:custom.chosen.none}
  - Resources: { Pool: { Type: AWS::Cognito::UserPool } }
`;
    const [one] = readStackDefinition(yaml, options).functions;
    expect(one?.environment).toEqual({ A: 'http://127.0.0.1:4566/000000000000/q', B: 'none' });
  });

  it('has no use for who may call a route', () => {
    const [one] = read(`    events:
      - httpApi: { method: GET, path: '/api/{path+}', authorizer: { type: jwt, name: users, scopes: [read] } }`).functions;
    expect(one?.routes).toEqual([{ method: 'GET', path: '/api/{path+}' }]);
  });

  it('merges anchors, and gives a trigger its defaults', () => {
    const events = `    environment: &shared { A: b }
    events: [{ sqs: { arn: { Fn::GetAtt: [Queue, Arn] } } }, { schedule: rate(1 hour) }, { httpApi: 'GET /x' }]
  two: { handler: dist/two/index.handler, environment: { <<: *shared, C: d } }`;
    const [one, two] = read(events).functions;
    expect(one).toMatchObject({
      queues: [{ queueName: 'q', batchSize: 10, windowMs: 0, reportsFailures: false }],
      schedules: [{ timeZone: 'UTC' }],
      routes: [{ method: 'GET', path: '/x' }],
      timeoutMs: 6_000,
    });
    expect(two?.environment).toMatchObject({ A: 'b', C: 'd' });
  });

  it.each([
    ['functions.one.environment.A', '    environment: { A: { Ref: Nowhere } }', ''],
    ['functions.one.environment.A', '    environment: { A: { Fn::Select: [0, [a]] } }', ''],
    ['functions.one.events.0.sns', '    events: [{ sns: topic }]', ''],
    ['functions.one.events.0.sqs', '    events: [{ sqs: { arn: x } }]', ''],
    ['functions.one.events.0.sqs', '    events: [{ sqs: { arn: x, batchSise: 5 } }]', ''],
    ['functions.one.events.0.schedule', '    events: [{ schedule: at(noon) }]', ''],
    ['functions.one', '    layers: [x]', ''],
    ['functions.one.events.0.httpApi', "    events: [{ httpApi: { method: GET, path: '/x', cors: true } }]", ''],
    ['functions.one.environment.A', '    environment: { A: { Fn::If: [Never, a, b] } }', ''],
    ['resources.Resources.Stream', '', '    Stream: { Type: AWS::Kinesis::Stream, Properties: {} }'],
    [
      'resources.Resources.Odd',
      '',
      '    Odd: { Type: AWS::SQS::Queue, Properties: { QueueName: o, FifoQueue: true } }',
    ],
  ])('names %s where it would have to ignore something', (path, functionLines, resources) => {
    expect(() => read(functionLines, resources)).toThrow(
      expect.objectContaining({ code: 'serverless-yml', message: expect.stringContaining(path) }),
    );
  });
});
