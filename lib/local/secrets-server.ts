import { randomUUID } from 'node:crypto';
import http from 'node:http';
import * as z from 'zod';
import { jsonOrUndefined } from '#lib/json/json-or-undefined.ts';
import { isStoreClient } from './caller-guard.ts';
import { closeServer, listenOnLoopback } from './loopback-server.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

export type SecretsServer = {
  endpoint: string;
  /** The value of a secret by its name; `undefined` where it has none. */
  read(name: string): string | undefined;
  /** Sets a value, whether or not there was one. */
  write(name: string, value: string): void;
  close(): Promise<void>;
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

const longestBodyBytes = 100_000;
const StoredSecret = z.object({ value: z.string(), versionId: z.string(), createdAt: z.iso.datetime() });
const StoredSecrets = z.record(z.string(), StoredSecret);
const Request = z.object({
  SecretId: z.string().optional(),
  Name: z.string().optional(),
  SecretString: z.string().optional(),
  VersionId: z.string().optional(),
  VersionStage: z.string().optional(),
});
type Request = z.output<typeof Request>;
type Answer = { status: number; body: unknown };

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
  const operations: { readonly [name: string]: (request: Request) => Answer } = {
    GetSecretValue: ({ SecretId, VersionId, VersionStage = 'AWSCURRENT' }) => {
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
    },
    PutSecretValue: ({ SecretId, SecretString }) => {
      const name = nameOf(SecretId ?? '');
      if (SecretString === undefined) return refusal('InvalidParameterException', 'SecretString is missing.');
      const body = { ...described(name, write(name, SecretString)), VersionStages: ['AWSCURRENT'] };
      onChange?.(name);
      return { status: 200, body };
    },
    CreateSecret: ({ Name, SecretString }) => {
      if (Name === undefined || SecretString === undefined) {
        return refusal('InvalidParameterException', 'Name and SecretString are needed.');
      }
      if (secrets.has(Name)) return refusal('ResourceExistsException', `The secret ${Name} exists already.`);
      return { status: 200, body: described(Name, write(Name, SecretString)) };
    },
  };

  const answer = (headers: http.IncomingHttpHeaders, text: string): Answer => {
    if (!isStoreClient(headers) || !headers.authorization?.includes(`Credential=${accessKeyId}/`)) {
      return refusal('UnrecognizedClientException', 'The security token included in the request is invalid.');
    }
    const operation = /^secretsmanager\.(\w+)$/.exec(String(headers['x-amz-target']))?.[1] ?? '';
    if (!Object.hasOwn(operations, operation)) return refusal('UnknownOperationException', 'Unknown operation.');
    const request = Request.safeParse(jsonOrUndefined(text));
    if (!request.success) return refusal('SerializationException', 'The body is no request.');
    return operations[operation]?.(request.data) ?? refusal('UnknownOperationException', 'Unknown operation.');
  };

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes > longestBodyBytes) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const { status, body } = answer(request.headers, Buffer.concat(chunks).toString('utf8'));
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
  });
  const port = await listenOnLoopback(server, 0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    read: (name) => secrets.get(name)?.value,
    write: (name, value) => {
      write(name, value);
    },
    close: () => closeServer(server),
  };
}

const refusal = (code: string, message: string): Answer => ({ status: 400, body: { __type: code, message } });
