import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type UnsignedRequest, unsignedRequest } from '#lib/aws/aws-call.ts';
import { createConnections } from '#lib/aws/connections.ts';
import { createExchange } from '#lib/aws/http-exchange.ts';
import { createLeanClient, type LeanClientDeps } from '#lib/aws/lean-client.ts';
import { createLeanSender } from '#lib/aws/lean-stores.ts';
import { loopbackCertificate } from '../support/loopback-certificate.ts';
import { type ScriptedAnswer, scriptedServer } from '../support/scripted-server.ts';

const credentials = { AWS_REGION: 'ap-southeast-1', AWS_ACCESS_KEY_ID: 'ID', AWS_SECRET_ACCESS_KEY: 'KEY' };
const readSecret = { operation: 'GetSecretValue', input: { SecretId: 'keys' } } as const;
const ample = 5_000;

async function awsThatAnswers(answers: readonly ScriptedAnswer[], deps: LeanClientDeps = {}) {
  const server = await scriptedServer(answers);
  const environment = () => ({
    ...credentials,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: server.endpoint,
    AWS_ENDPOINT_URL_SQS: server.endpoint,
  });
  return { ...server, environment, ask: createLeanClient({ environment, random: () => 0, ...deps }) };
}
const refusal = (status: number, code?: string, message = 'no'): ScriptedAnswer => ({
  status,
  body: code === undefined ? Buffer.alloc(0) : { __type: `com.amazonaws#${code}`, message },
});

describe('the lean client', () => {
  it.each<[string, ScriptedAnswer]>([
    ['a connection that breaks', 'reset'],
    ['an answer that is cut off', { body: { SecretString: '{}' }, cutAfterBytes: 5 }],
    ['a server in trouble', refusal(500, 'InternalServiceError')],
    ['a server that says nothing of its trouble', refusal(503)],
    ['too many requests', refusal(400, 'ThrottlingException')],
    ['too many requests for S3', { status: 503, body: Buffer.from('<Error><Code>SlowDown</Code></Error>') }],
    [
      'a request that was too slow for S3',
      { status: 400, body: Buffer.from('<Error><Code>RequestTimeout</Code></Error>') },
    ],
    ['a key service that is asked too much', refusal(400, 'KMS.ThrottlingException')],
  ])('tries again after %s', async (_what, answer) => {
    const { ask, requests } = await awsThatAnswers([answer, answer, {}]);
    expect(await ask(readSecret, ample)).toMatchObject({ status: 200, text: '{}' });
    expect(requests).toHaveLength(3);
  });

  it('tries four times, and then says what AWS said last', async () => {
    const { ask, requests } = await awsThatAnswers([
      refusal(500),
      refusal(400, 'ThrottlingException', 'Rate exceeded'),
    ]);
    await expect(ask(readSecret, ample)).rejects.toMatchObject({
      code: 'ThrottlingException',
      message: 'Rate exceeded',
    });
    expect(requests).toHaveLength(4);
  });

  it.each<[string, ScriptedAnswer, string]>([
    ['JSON', refusal(400, 'AccessDeniedException'), 'AccessDeniedException'],
    [
      'XML',
      { status: 403, body: Buffer.from('<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>') },
      'AccessDenied',
    ],
    [
      'the old words of SQS',
      {
        status: 400,
        body: { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no' },
        headers: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
      },
      'AWS.SimpleQueueService.NonExistentQueue',
    ],
    ['no words at all', { status: 404, body: Buffer.from('[1]') }, 'http-404'],
    [
      'a place elsewhere',
      { status: 307, body: Buffer.alloc(0), headers: { location: 'http://127.0.0.1:9/' } },
      'http-307',
    ],
  ])('takes no for an answer, in %s', async (_how, answer, code) => {
    const { ask, requests } = await awsThatAnswers([answer]);
    await expect(ask(readSecret, ample)).rejects.toMatchObject({ code, name: 'AwsRefusal' });
    expect(requests).toHaveLength(1);
  });

  it('never repeats what AWS repeats of a request, its session token included', async () => {
    const said = "The signature does not match.\n\nThe Canonical String should have been\n'x-amz-security-token:T0KEN'";
    const { ask } = await awsThatAnswers([refusal(403, 'InvalidSignatureException', said)]);
    await expect(ask(readSecret, ample)).rejects.toMatchObject({ message: 'The signature does not match.' });
  });

  it('gives up when its time is over, hangs up, and says so', async () => {
    const closed = Promise.withResolvers<void>();
    const server = http.createServer((request) => request.socket.once('close', () => closed.resolve()));
    const endpoint = await listening(server, 'http');
    const ask = createLeanClient({
      environment: () => ({ ...credentials, AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint }),
    });
    await expect(ask(readSecret, 50)).rejects.toMatchObject({ code: 'TimeoutError', retryable: true });
    await closed.promise;
  });

  it('gives up on an answer that does not end in time, and on one that does not end at all', async () => {
    const endless = http.createServer((_request, response) => {
      response.writeHead(200);
      const write = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', write);
      write();
    });
    const silent = http.createServer((_request, response) => response.writeHead(200).write('{'));
    const asking = async (server: http.Server) => {
      const endpoint = await listening(server, 'http');
      return createLeanClient({
        environment: () => ({ ...credentials, AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint }),
        random: () => 0,
      });
    };
    await expect((await asking(silent))(readSecret, 100)).rejects.toMatchObject({ code: 'TimeoutError' });
    await expect((await asking(endless))(readSecret, ample)).rejects.toMatchObject({
      code: 'answer-too-long',
      message: 'the answer is too long',
    });
  });

  it('says what AWS said where its time is over before the next try', async () => {
    const { ask, requests } = await awsThatAnswers([refusal(500, 'InternalServiceError')], { random: () => 1_000 });
    await expect(ask(readSecret, 100)).rejects.toMatchObject({ code: 'InternalServiceError' });
    expect(requests).toHaveLength(1);
  });

  it('sends again at once where a connection has died since it was used last', async () => {
    const answered: number[] = [];
    let connections = 0;
    const server = http.createServer((request, response) => {
      // The second request that comes over a connection finds it dead.
      if (answered.includes(request.socket.remotePort ?? 0)) {
        request.socket.destroy();
        return;
      }
      answered.push(request.socket.remotePort ?? 0);
      response.end('{}');
    });
    server.on('connection', () => {
      connections += 1;
    });
    const endpoint = await listening(server, 'http');
    // Pauses of an hour: whatever waits does not come to its end.
    const ask = createLeanClient({
      environment: () => ({ ...credentials, AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint }),
      random: () => 72_000,
    });
    for (let count = 0; count < 3; count += 1) expect(await ask(readSecret, ample)).toMatchObject({ text: '{}' });
    expect(connections).toBe(3);
  });

  it('keeps its connection to AWS, over TLS, and trusts no certificate that it need not', async () => {
    let connections = 0;
    const server = https.createServer(loopbackCertificate, (_request, response) => response.end('{}'));
    server.on('secureConnection', () => {
      connections += 1;
    });
    const endpoint = await listening(server, 'https');
    const environment = () => ({ ...credentials, AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint });
    const ask = createLeanClient({
      environment,
      exchange: createExchange(createConnections({ ca: loopbackCertificate.cert })),
    });
    for (let count = 0; count < 5; count += 1) expect(await ask(readSecret, ample)).toMatchObject({ text: '{}' });
    expect(connections).toBe(1);
    const wary = createLeanClient({ environment, random: () => 0 });
    await expect(wary(readSecret, ample)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('sets its clock by that of AWS where a signature was refused for it, once and for all', async () => {
    const now = new Date('2026-01-01T00:00:00Z');
    const headers = { date: 'Thu, 01 Jan 2026 00:20:00 GMT' };
    const skewed = { status: 403, body: { __type: 'RequestTimeTooSkewed' }, headers };
    const { ask, requests } = await awsThatAnswers([skewed, skewed, {}], { now: () => now });
    await Promise.all([ask(readSecret, ample), ask(readSecret, ample)]);
    await ask(readSecret, ample);
    expect(requests.map((request) => request.headers['x-amz-date'])).toEqual([
      '20260101T000000Z',
      '20260101T000000Z',
      '20260101T002000Z',
      '20260101T002000Z',
      '20260101T002000Z',
    ]);
  });

  it('takes a refused signature for what it is where its clock is right', async () => {
    const { ask, requests } = await awsThatAnswers([refusal(403, 'SignatureDoesNotMatch')]);
    await expect(ask(readSecret, ample)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
    expect(requests).toHaveLength(1);
  });

  it('signs each call with the credentials that the environment has by then', async () => {
    const { environment, requests } = await awsThatAnswers([{}]);
    const more = [
      { AWS_ACCESS_KEY_ID: 'FIRST', AWS_SESSION_TOKEN: 'one' },
      { AWS_ACCESS_KEY_ID: 'SECOND', AWS_SESSION_TOKEN: 'two' },
      { AWS_ACCESS_KEY_ID: 'THIRD', AWS_SESSION_TOKEN: '' },
    ];
    let current = {};
    const ask = createLeanClient({ environment: () => ({ ...environment(), ...current }) });
    for (const one of more) {
      current = one;
      await ask(readSecret, ample);
    }
    expect(requests.map(({ headers }) => headers['x-amz-security-token'])).toEqual(['one', 'two', undefined]);
    expect(requests.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? '')?.[1])).toEqual([
      'FIRST',
      'SECOND',
      'THIRD',
    ]);
  });

  it('names what the environment lacks', async () => {
    for (const variable of Object.keys(credentials)) {
      const ask = createLeanClient({ environment: () => ({ ...credentials, [variable]: undefined }) });
      await expect(ask(readSecret, ample)).rejects.toMatchObject({
        name: 'ConfigError',
        code: 'env',
        message: `${variable} is not set`,
      });
    }
  });
});

describe('a message', () => {
  const send = async (answers: readonly ScriptedAnswer[]) => {
    const aws = await awsThatAnswers(answers);
    await createLeanSender(aws.ask)('https://sqs.example/1/alarms', '{"a":1}', { message_id: '1' }, ample);
    return aws.requests;
  };

  it('goes to SQS in its JSON protocol', async () => {
    const [request, ...others] = await send([{ body: { MD5OfMessageBody: 'bb6cb5c68df4652941caf652a366f2d8' } }]);
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      QueueUrl: 'https://sqs.example/1/alarms',
      MessageBody: '{"a":1}',
      MessageAttributes: { message_id: { DataType: 'String', StringValue: '1' } },
    });
  });

  it.each<[string, object]>([
    ['another text', { MD5OfMessageBody: '00000000000000000000000000000000' }],
    ['nothing', {}],
  ])('is not sent where SQS confirms %s', async (_what, body) => {
    await expect(send([{ body }])).rejects.toMatchObject({ code: 'InvalidChecksumError' });
  });
});

describe('without endpoints in its environment', () => {
  const addressOf = ({ origin: { protocol, host }, path }: UnsignedRequest) => `${protocol}//${host}${path}`;

  it.each(['ap-southeast-1', 'us-east-1', 'cn-north-1', 'cn-northwest-1', 'eu-central-1', 'us-gov-west-1'])(
    'goes where the SDK goes in %s',
    async (region) => {
      const environment = { ...credentials, AWS_REGION: region };
      const input = { Bucket: 'ivm-bridge-data', Key: 'spill/a b', Body: Buffer.alloc(0), ContentType: 'text/plain' };
      const urls = [
        addressOf(unsignedRequest({ operation: 'PutObject', input }, environment)),
        addressOf(
          unsignedRequest(
            { operation: 'SendMessage', input: { QueueUrl: '', MessageBody: '', MessageAttributes: {} } },
            environment,
          ),
        ),
        addressOf(unsignedRequest(readSecret, environment)),
      ];
      const [s3, sqs] = [new S3Client({ region }), new SQSClient({ region })];
      const bucket = s3.config.endpointProvider({ Region: region, Bucket: input.Bucket }).url.href;
      const queues = sqs.config.endpointProvider({ Region: region }).url.href;
      expect(urls).toEqual([`${bucket}spill/a%20b`, queues, queues.replace('sqs', 'secretsmanager')]);
    },
  );
});

async function listening(server: http.Server | https.Server, protocol: string): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
