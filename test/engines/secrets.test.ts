import { randomUUID } from 'node:crypto';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { unlessEmpty } from '#lib/aws/secret-content.ts';
import { createAuthKeyReader, createSecretReader, createSecretWriter } from '#lib/aws/secrets.ts';
import { startEmbeddedSecrets } from '../support/embedded-secrets.ts';

const engine = process.env['ENGINE_SECRETS'];
const region = 'us-east-1';
const timeoutMs = 5_000;
let client: SecretsManagerClient;
let stop = async (): Promise<void> => undefined;

beforeAll(async () => {
  let endpoint = engine;
  if (endpoint === undefined) {
    const server = await startEmbeddedSecrets();
    endpoint = server.endpoint;
    stop = server.close;
  }
  client = new SecretsManagerClient({
    region,
    endpoint,
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'TEST' },
  });
});
afterAll(async () => {
  client.destroy();
  await stop();
});

/** As CloudFormation makes it: without a value. The embedded Secrets Manager has all secrets from the start. */
async function emptySecret(): Promise<string> {
  const name = `keys-${randomUUID()}`;
  if (engine !== undefined) await client.send(new CreateSecretCommand({ Name: name }));
  return name;
}

describe('a secret', () => {
  const Keys = z.object({ accessKey: z.string() });

  it('that was never filled is told apart from one that was', async () => {
    const name = await emptySecret();
    const read = createSecretReader(name, Keys, timeoutMs, client);
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    expect(await unlessEmpty(read)).toBeUndefined();
    expect(await createAuthKeyReader(name, timeoutMs, client)()).toEqual({});
    await createSecretWriter(name, client)({ accessKey: 'AK' });
    expect(await unlessEmpty(read)).toEqual({ accessKey: 'AK' });
  });

  it('holds what was written last', async () => {
    const name = await emptySecret();
    const [read, write] = [createSecretReader(name, Keys, timeoutMs, client), createSecretWriter(name, client)];
    for (const accessKey of ['first', '日本']) {
      await write({ accessKey });
      expect(await read()).toEqual({ accessKey });
    }
  });

  it('of another form is refused, and never said', async () => {
    const name = await emptySecret();
    await createSecretWriter(name, client)({ secretKey: 's3cret' });
    await expect(createSecretReader(name, Keys, timeoutMs, client)()).rejects.toMatchObject({
      code: 'secret',
      message: expect.not.stringContaining('s3cret'),
    });
  });

  it.skipIf(engine === undefined)('that is not there at all is no empty one', async () => {
    const read = createSecretReader(`gone-${randomUUID()}`, Keys, timeoutMs, client);
    await expect(unlessEmpty(read)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
