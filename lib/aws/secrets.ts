import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type * as z from 'zod';
import { AuthKeySecret } from '#lib/callback/auth-key-secret.ts';
import type { AuthKeys } from '#lib/callback/auth-keys.ts';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { PrivacyKeySecret } from '#lib/privacy/privacy-key.ts';
import { once } from '#lib/runtime/once.ts';
import { clientSettings } from './client-settings.ts';
import { unexpectedContent, unlessEmpty } from './secret-content.ts';

/**
 * Reads a secret that holds JSON.
 *
 * @throws ConfigError where the content does not have the expected form; what it is is never said.
 */
export function createSecretReader<T extends z.ZodType>(
  secretId: string,
  schema: T,
  timeoutMs: number,
  client = new SecretsManagerClient(clientSettings()),
): () => Promise<z.output<T>> {
  return async () => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretId }), {
      abortSignal: AbortSignal.timeout(timeoutMs),
    });
    const result = schema.safeParse(jsonOrUndefined(SecretString ?? ''));
    if (!result.success) throw unexpectedContent(secretId);
    return result.data;
  };
}

/** Reads the keys of callbacks; a stack that was not set up yet has none, and so takes no callback. */
export function createAuthKeyReader(
  secretId: string,
  timeoutMs: number,
  client = new SecretsManagerClient(clientSettings()),
): () => Promise<AuthKeys> {
  const read = createSecretReader(secretId, AuthKeySecret, timeoutMs, client);
  return async () => (await unlessEmpty(read)) ?? {};
}

const privacyKeyTimeoutMs = 5_000;

/** Reads the key with which personal values are hashed; once, since it never changes. */
export function createPrivacyKeyReader(
  secretId: string,
  client = new SecretsManagerClient(clientSettings()),
): () => Promise<string> {
  const read = createSecretReader(secretId, PrivacyKeySecret, privacyKeyTimeoutMs, client);
  return once(async () => (await read()).key);
}

/** Replaces the content of a secret that holds JSON. */
export function createSecretWriter(secretId: string, client = new SecretsManagerClient(clientSettings())) {
  return async (content: unknown): Promise<void> => {
    await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify(content) }));
  };
}
