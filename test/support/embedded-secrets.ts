import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreAccess } from '#lib/aws/provisioning.ts';
import { type SecretsServer, startSecretsServer } from '#lib/local/secrets-server.ts';

/** The embedded Secrets Manager, empty, with a file of its own; `close` removes that as well. */
export async function startEmbeddedSecrets(): Promise<SecretsServer> {
  const dir = mkdtempSync(join(tmpdir(), 'secrets-'));
  const file = join(dir, 'secrets.json');
  const server = await startSecretsServer({ file, region: 'us-east-1', accessKeyId: 'TEST', now: () => new Date() });
  return {
    ...server,
    close: async () => {
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What tells the AWS SDK of a function to go to the embedded stores. */
export const storesEnvironment = (access: StoreAccess, secrets: Pick<SecretsServer, 'endpoint'>) => ({
  AWS_REGION: access.region,
  AWS_ACCESS_KEY_ID: access.accessKeyId,
  AWS_SECRET_ACCESS_KEY: access.secretAccessKey,
  AWS_ENDPOINT_URL_SQS: access.sqs,
  AWS_ENDPOINT_URL_S3: access.s3,
  AWS_ENDPOINT_URL_DYNAMODB: access.dynamodb,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
});
