import { hash } from 'node:crypto';
import { ConfigError } from '#lib/errors.ts';
import type { Origin } from './connections.ts';
import type { HttpRequest } from './http-exchange.ts';
import type { TextAttributes } from './text-attributes.ts';

/** The three things that the lean client asks of AWS, by the names and members that AWS gives them. */
export type AwsCall =
  | {
      operation: 'SendMessage';
      input: { QueueUrl: string; MessageBody: string; MessageAttributes: TextAttributes };
    }
  | { operation: 'GetSecretValue'; input: { SecretId: string } }
  | {
      operation: 'PutObject';
      input: {
        Bucket: string;
        Key: string;
        Body: Uint8Array;
        ContentType: string;
        /** In hex, where it is known already. */
        BodySha256?: string;
        /** Further ones, by their names in lower case. */
        Headers?: { readonly [name: string]: string };
      };
    };

/** A request that lacks but its signature. */
export type UnsignedRequest = HttpRequest & { service: string; region: string; bodySha256: string };

export type Environment = { readonly [variable: string]: string | undefined };

/** How AWS calls a service in its endpoints, in variables and in the requests of the JSON protocol, and whose version. */
const jsonServices = {
  SendMessage: ['sqs', 'SQS', 'AmazonSQS', '1.0'],
  GetSecretValue: ['secretsmanager', 'SECRETS_MANAGER', 'secretsmanager', '1.1'],
} as const;

/**
 * How a call goes over the wire: to the endpoint that the environment names for its service, else to that of the region.
 *
 * @throws ConfigError where the environment names no region.
 */
export function unsignedRequest(call: AwsCall, environment: Environment): UnsignedRequest {
  const region = setting(environment, 'AWS_REGION');
  const endpointOf = (service: string, host: string) =>
    originOf(environment[`AWS_ENDPOINT_URL_${service}`] ?? `https://${host}.${region}.${domainOf(region)}`);
  if (call.operation === 'PutObject') {
    const { Bucket, Key, Body, ContentType, BodySha256: bodySha256 = hash('sha256', Body), Headers } = call.input;
    const keyPath = `/${Key.split('/').map(percentEncoded).join('/')}`;
    // The name of a bucket of ours has no dots, and so is part of a host that the certificate of S3 covers. A store on
    // this machine has no such hosts.
    const isOnAws = environment['AWS_ENDPOINT_URL_S3'] === undefined;
    const path = isOnAws ? keyPath : `/${Bucket}${keyPath}`;
    const origin = endpointOf('S3', `${Bucket}.s3`);
    const headers = { host: origin.host, 'content-type': ContentType, 'x-amz-content-sha256': bodySha256, ...Headers };
    return { service: 's3', region, origin, path, method: 'PUT', headers, body: Body, bodySha256 };
  }
  const [service, variable, target, version] = jsonServices[call.operation];
  const origin = endpointOf(variable, service);
  const body = JSON.stringify(call.input);
  const headers = {
    host: origin.host,
    'content-type': `application/x-amz-json-${version}`,
    'x-amz-target': `${target}.${call.operation}`,
  };
  return { service, region, origin, path: '/', method: 'POST', headers, body, bodySha256: hash('sha256', body) };
}

/** There are but a few endpoints, and to read one for each call costs half as much as to sign it. */
const origins = new Map<string, Origin>();

function originOf(endpoint: string): Origin {
  const known = origins.get(endpoint);
  if (known !== undefined) return known;
  const { protocol, hostname, port, host } = new URL(endpoint);
  const origin = { protocol, hostname, port, host };
  origins.set(endpoint, origin);
  return origin;
}

/** @throws ConfigError where Lambda would have set it, and nobody has */
export function setting(environment: Environment, variable: string): string {
  const value = environment[variable];
  if (value === undefined) throw new ConfigError('env', `${variable} is not set`);
  return value;
}

const domainOf = (region: string): string => `amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** As AWS wants it for a signature, which is more than `encodeURIComponent` does. */
const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (one) => `%${Buffer.from(one).toString('hex').toUpperCase()}`);
