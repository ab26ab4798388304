import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProvisioning, type Provisioning, type StoreAccess } from '#lib/aws/provisioning.ts';
import { startDynaliteServer } from '#lib/local/dynalite-server.ts';
import { startFauxqsServer } from '#lib/local/fauxqs-server.ts';
import { accountId, readStackDefinition } from '#lib/local/stack-definition.ts';

export type EmbeddedStores = {
  stores: Provisioning;
  access: StoreAccess;
  bucket: string;
  tables: { events: string; state: string; tokens: string };
  /** By the last part of its name: `alarms`, `alarms-dead`. */
  queueUrl(name: string): string;
  queueArn(name: string): string;
  stop(): Promise<void>;
};

const region = 'us-east-1';

/** The engines in place of the embedded ones; where they are given, the names of every file differ. See test/engines/run.ts. */
const engines = () => ({
  sqs: process.env['ENGINE_SQS'],
  s3: process.env['ENGINE_S3'],
  dynamodb: process.env['ENGINE_DYNAMODB'],
});

/** The stores of serverless.yml, empty, on this machine and in a directory of their own, or in the engines of the environment. */
export async function startEmbeddedStores(): Promise<EmbeddedStores> {
  const given = engines();
  const dir = mkdtempSync(join(tmpdir(), 'stores-'));
  const fauxqs =
    given.sqs === undefined || given.s3 === undefined
      ? await startFauxqsServer({ sqsDir: join(dir, 'sqs'), s3Dir: join(dir, 's3'), region })
      : undefined;
  const dynalite = given.dynamodb === undefined ? await startDynaliteServer(join(dir, 'dynamodb')) : undefined;
  const access: StoreAccess = {
    region,
    accessKeyId: 'TEST',
    secretAccessKey: 'TEST',
    sqs: given.sqs ?? fauxqs?.endpoint ?? '',
    s3: given.s3 ?? fauxqs?.endpoint ?? '',
    dynamodb: given.dynamodb ?? dynalite?.endpoint ?? '',
  };
  const stores = createProvisioning(access);
  const yaml = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8');
  const isShared = Object.values(given).some((endpoint) => endpoint !== undefined);
  const definition = readStackDefinition(yaml, {
    region,
    sqsEndpoint: access.sqs,
    ...(isShared ? { options: { stage: randomUUID().slice(0, 8) } } : {}),
  });
  const urlOf = (name: string) => `${access.sqs}/${accountId}/${name}`;
  for (const { name, attributes } of definition.queues) {
    const { SqsManagedSseEnabled: _unknownToElasticmq, ...others } = attributes;
    await stores.createQueue(name, urlOf(name), given.sqs === undefined ? attributes : others);
  }
  for (const name of definition.buckets.values()) await stores.createBucket(name);
  for (const table of definition.tables.values()) await stores.createTable(table);
  return {
    stores,
    access,
    bucket: [...definition.buckets.values()][0] ?? '',
    tables: {
      events: `${definition.prefix}-events`,
      state: `${definition.prefix}-state`,
      tokens: `${definition.prefix}-tokens`,
    },
    queueUrl: (name) => urlOf(`${definition.prefix}-${name}`),
    queueArn: (name) => `arn:aws:sqs:${region}:${accountId}:${definition.prefix}-${name}`,
    stop: async () => {
      stores.close();
      await Promise.all([fauxqs?.close(), dynalite?.close()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
