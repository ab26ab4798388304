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

/** The stores of serverless.yml, empty, on this machine and in a directory of their own. */
export async function startEmbeddedStores(): Promise<EmbeddedStores> {
  const dir = mkdtempSync(join(tmpdir(), 'stores-'));
  const fauxqs = await startFauxqsServer({ sqsDir: join(dir, 'sqs'), s3Dir: join(dir, 's3'), region });
  const dynalite = await startDynaliteServer(join(dir, 'dynamodb'));
  const access: StoreAccess = {
    region,
    accessKeyId: 'TEST',
    secretAccessKey: 'TEST',
    sqs: fauxqs.endpoint,
    s3: fauxqs.endpoint,
    dynamodb: dynalite.endpoint,
  };
  const stores = createProvisioning(access);
  const yaml = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8');
  const definition = readStackDefinition(yaml, { region, sqsEndpoint: fauxqs.endpoint });
  const queueUrl = (name: string) => `${fauxqs.endpoint}/${accountId}/${definition.prefix}-${name}`;
  for (const { name, attributes } of definition.queues) {
    await stores.createQueue(name, `${fauxqs.endpoint}/${accountId}/${name}`, attributes);
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
    queueUrl,
    queueArn: (name) => `arn:aws:sqs:${region}:${accountId}:${definition.prefix}-${name}`,
    stop: async () => {
      stores.close();
      await Promise.all([fauxqs.close(), dynalite.close()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
