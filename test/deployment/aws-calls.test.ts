import { describe, expect, it } from 'vitest';
import { awsCallsOf } from './aws-calls.ts';

const imports = `
  import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
  import { SendMessageCommand } from '@aws-sdk/client-sqs';
  import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
  import { readEnv } from '#lib/runtime/env.ts';
  const env = readEnv(undefined as any);
  const client = new DynamoDBClient({});
`;
const callsOf = async (code: string) => {
  const calls = await awsCallsOf({ contents: `${imports}\n${code}` });
  return calls.map(({ action, settings, index, keys }) =>
    [`${action} ${settings.join('|')}`, ...(index === undefined ? [] : [index]), ...(keys ?? [])].join(' '),
  );
};

const table = `
  const createTable = (name) => ({
    get: async (id) => client.send(new GetItemCommand({ TableName: name, Key: { id } })),
    put: async (item) => client.send(new PutItemCommand({ TableName: name, Item: item })),
  });
`;

describe('the calls to AWS that a handler can come to make', () => {
  it.each([
    ['directly', 'export const handler = () => client.send(new GetItemCommand({ TableName: env.A }));'],
    ['by a method of an adapter', `${table} export const handler = () => createTable(env.A).get('1');`],
    [
      'by a method that was taken out of its adapter',
      `${table} const { get } = createTable(env.A); export const handler = async () => { await get('1'); };`,
    ],
    [
      'through what it is given to work with',
      `${table} const run = async ({ table }) => { for (const id of ['1']) await table.get(id); };
       export const handler = () => run({ table: createTable(env.A) });`,
    ],
    [
      'in a callback of a list',
      `${table} const run = (deps, ids) => Promise.all(ids.map(async (id) => deps.table.get(id)));
       export const handler = (event) => run({ table: createTable(env.A) }, event.ids);`,
    ],
    [
      'through a list, a map and a promise',
      `${table} const tables = new Map([createTable(env.A)].map((one) => ['a', one]));
       const find = async (name) => Promise.resolve(tables.get(name));
       export const handler = async (event) => (await find(event.name))?.get('1');`,
    ],
    [
      'through a map that is filled later',
      `${table} const tables = new Map(); tables.set('a', createTable(env.A));
       export const handler = (event) => tables.get(event.name).get('1');`,
    ],
    [
      'through objects made of lists of pairs',
      `${table} const tables = Object.fromEntries(['a'].map((name) => [name, createTable(env.A)]));
       export const handler = () => tables.a.get('1');`,
    ],
    [
      'in a class',
      `${table} class Batch { #table; constructor(deps) { this.#table = deps.table; } run() { return this.#one(); } #one() { return this.#table.get('1'); } }
       export const handler = () => new Batch({ table: createTable(env.A) }).run();`,
    ],
    [
      'in a generator',
      `${table} async function* all(table) { yield await table.get('1'); }
       export const handler = async () => { for await (const one of all(createTable(env.A))) console.log(one); };`,
    ],
    [
      'in a callback that a package is handed',
      `import { AsyncLocalStorage } from 'node:async_hooks'; ${table} const storage = new AsyncLocalStorage();
       const deps = { table: createTable(env.A) };
       export const handler = () => storage.run({}, async () => deps.table.get('1'));`,
    ],
    [
      'in a handler that something makes once',
      `${table} const once = (start) => { let made; return async () => { made ??= start(); return made; }; };
       const handlerOf = (job) => async (event) => job.run(await job.deps(), event);
       export const handler = handlerOf({ deps: once(() => createTable(env.A)), run: (table) => table.get('1') });`,
    ],
  ])('are found where they are made %s', async (_how, code) => {
    expect(await callsOf(code)).toEqual(['dynamodb:GetItem A']);
  });

  it('are only those that something leads to', async () => {
    const code = `${table} const unused = (one) => one.put({}); export const handler = (event) => {
      const ids = new Map(); ids.put = () => 1; return [createTable(env.A).get('1'), ids.put(), String(unused)]; };`;
    expect(await callsOf(code)).toEqual(['dynamodb:GetItem A']);
  });

  it('are told apart by the setting that names the resource', async () => {
    const code = `${table} const deps = { a: createTable(env.A), b: createTable(env.B) };
      const urls = { one: env.ONE_URL, other: env.OTHER_URL };
      export const handler = (event) => { client.send(new SendMessageCommand({ QueueUrl: urls[event.name] })); };`;
    expect(await callsOf(code)).toEqual(['sqs:SendMessage ONE_URL|OTHER_URL']);
  });

  it('are told apart where one small helper finds several resources', async () => {
    const code = `const pick = (urls, index) => { const url = urls[index]; if (!url) throw new Error(); return url; };
      export const handler = (event) => {
        client.send(new SendMessageCommand({ QueueUrl: pick(env.ONE_URLS, 0) }));
        client.send(new GetObjectCommand({ Bucket: pick([env.BUCKET], 0), Key: event.key }));
      };`;
    expect(await callsOf(code)).toEqual(['sqs:SendMessage ONE_URLS', 's3:GetObject BUCKET']);
  });

  it('tell the index of a query, also where the query is put together', async () => {
    const code = `const query = (input) => client.send(new QueryCommand({ ...input, TableName: env.A }));
      const byDay = { IndexName: 'by-day' };
      export const handler = (event) => [query({ ...byDay, Limit: 1 }), query({ Limit: 2 })];`;
    expect((await callsOf(code)).toSorted()).toEqual(['dynamodb:Query A', 'dynamodb:Query A by-day']);
  });

  it('tell the table of a batch, which is the name of a field', async () => {
    const code = `export const handler = (event) =>
      client.send(new BatchWriteItemCommand({ RequestItems: { [env.A]: event.items.map((Item) => ({ PutRequest: { Item } })) } }));`;
    expect(await callsOf(code)).toEqual(['dynamodb:BatchWriteItem A']);
  });

  it('tell what the keys of objects begin with', async () => {
    const code = `const keyOf = (folder, name) => \`\${folder}/\${name}.json\`;
      const put = (key) => client.send(new PutObjectCommand({ Bucket: env.BUCKET, Key: key }));
      export const handler = (event) => [put(keyOf('raw', event.name)), put('details/' + event.name)];`;
    expect(await callsOf(code)).toEqual(['s3:PutObject BUCKET details/ raw/']);
  });

  it('are found where our own client is asked, by what goes over the wire', async () => {
    const code = `import { createLeanClient } from '#lib/aws/lean-client.ts';
      const ask = createLeanClient();
      const put = (bucket) => (Key) => ask({ operation: 'PutObject', input: { Bucket: bucket, Key } }, 1_000);
      export const handler = (event) => [
        put(env.BUCKET)('spill/' + event.name),
        ask({ operation: 'SendMessage', input: { QueueUrl: env.A_URL } }, 1_000),
      ];`;
    expect((await callsOf(code)).toSorted()).toEqual(['s3:PutObject BUCKET spill/', 'sqs:SendMessage A_URL']);
    const any = (operation: string) => `import { createLeanClient } from '#lib/aws/lean-client.ts';
      export const handler = (event) => createLeanClient()({ operation: ${operation}, input: { Bucket: env.BUCKET } }, 1);`;
    await expect(callsOf(any('event.operation'))).rejects.toThrow('Add unknownCommand to the commands of this test');
    await expect(callsOf(any("'DeleteBucket'"))).rejects.toThrow('Add DeleteBucketCommand');
  });

  it('may be tied to no resource', async () => {
    const [call] = await awsCallsOf({
      contents: `
        import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
        const client = new CloudWatchClient({});
        export const handler = () => client.send(new GetMetricDataCommand({ MetricDataQueries: [] }));
      `,
    });
    expect(call).toEqual({ action: 'cloudwatch:GetMetricData', settings: [], isUntied: true });
  });

  it('are an error where it is not known what a command asks for, or of which resource', async () => {
    const scan = `import { ScanCommand } from '@aws-sdk/client-dynamodb';
      export const handler = () => client.send(new ScanCommand({ TableName: env.A }));`;
    await expect(callsOf(scan)).rejects.toThrow('Add ScanCommand to the commands of this test');
    const foreign = 'export const handler = (event) => client.send(new GetItemCommand({ TableName: event.table }));';
    await expect(callsOf(foreign)).rejects.toThrow("It can't be told what GetItemCommand is sent to: TableName");
  });
});
