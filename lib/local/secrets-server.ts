import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type JsonService, jsonOperation, refusal, startJsonService } from './json-service.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

export type SecretsServer = JsonService & {
  /** The value of a secret by its name; `undefined` where it has none. */
  read(name: string): string | undefined;
  /** Sets a value, whether or not there was one. */
  write(name: string, value: string): void;
};

export type SecretsOptions = {
  /** Where the values are kept, readable by their owner alone. */
  file: string;
  region: string;
  /** Who may ask; any other key is turned away, so that not everybody on this machine can read secrets. */
  accessKeyId: string;
  now: () => Date;
  /** Is told of every value that is set through the API. */
  onChange?: (name: string) => void;
};

const StoredSecret = z.object({ value: z.string(), versionId: z.string(), createdAt: z.iso.datetime() });
const StoredSecrets = z.record(z.string(), StoredSecret);
const Request = z.object({
  SecretId: z.string().optional(),
  Name: z.string().optional(),
  SecretString: z.string().optional(),
  VersionId: z.string().optional(),
  VersionStage: z.string().optional(),
});

/** The ARN of a secret of the local stack. */
export const secretArn = (region: string, name: string): string =>
  `arn:aws:secretsmanager:${region}:000000000000:secret:${name}`;

/**
 * Starts a Secrets Manager on 127.0.0.1: GetSecretValue, PutSecretValue and CreateSecret of JSON protocol 1.1, text values,
 * one version per secret. A secret is found by its name or its ARN.
 */
export async function startSecretsServer({
  file,
  region,
  accessKeyId,
  now,
  onChange,
}: SecretsOptions): Promise<SecretsServer> {
  const secrets = new Map(Object.entries(readPrivateJson(file, StoredSecrets) ?? {}));
  const nameOf = (id: string): string => id.replace(secretArn(region, ''), '');

  const write = (name: string, value: string) => {
    const secret = { value, versionId: randomUUID(), createdAt: now().toISOString() };
    secrets.set(name, secret);
    writePrivateJson(file, Object.fromEntries(secrets));
    return secret;
  };
  const described = (name: string, { versionId }: { versionId: string }) => ({
    ARN: secretArn(region, name),
    Name: name,
    VersionId: versionId,
  });
  const operations = {
    GetSecretValue: jsonOperation(Request, ({ SecretId, VersionId, VersionStage = 'AWSCURRENT' }) => {
      const name = nameOf(SecretId ?? '');
      const secret = secrets.get(name);
      if (
        secret === undefined ||
        VersionStage !== 'AWSCURRENT' ||
        (VersionId ?? secret.versionId) !== secret.versionId
      ) {
        // Every secret of serverless.yml is there, if only without a value.
        const what = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
        return refusal('ResourceNotFoundException', what);
      }
      const stages = { VersionStages: ['AWSCURRENT'], CreatedDate: Date.parse(secret.createdAt) / 1000 };
      return { status: 200, body: { ...described(name, secret), ...stages, SecretString: secret.value } };
    }),
    PutSecretValue: jsonOperation(Request, ({ SecretId, SecretString }) => {
      const name = nameOf(SecretId ?? '');
      if (SecretString === undefined) return refusal('InvalidParameterException', 'SecretString is missing.');
      const body = { ...described(name, write(name, SecretString)), VersionStages: ['AWSCURRENT'] };
      onChange?.(name);
      return { status: 200, body };
    }),
    CreateSecret: jsonOperation(Request, ({ Name, SecretString }) => {
      if (Name === undefined || SecretString === undefined) {
        return refusal('InvalidParameterException', 'Name and SecretString are needed.');
      }
      if (secrets.has(Name)) return refusal('ResourceExistsException', `The secret ${Name} exists already.`);
      return { status: 200, body: described(Name, write(Name, SecretString)) };
    }),
  };

  const service = await startJsonService({
    version: '1.1',
    target: 'secretsmanager',
    accessKeyId,
    operations,
  });
  return {
    ...service,
    read: (name) => secrets.get(name)?.value,
    write: (name, value) => {
      write(name, value);
    },
  };
}
