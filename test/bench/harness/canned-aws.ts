import { createHash, randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificate.ts';

export type AwsCall = { target: string; url: string; body: string };
export type CannedAws = { endpoint: string; close(): Promise<void> };
type Settings = {
  /** Absent for plain HTTP. */
  tls?: Certificate;
  /** What every secret holds. */
  secret: string;
  onCall?: (call: AwsCall) => void;
};

/**
 * SQS, DynamoDB, Secrets Manager and S3 as far as their callers look at the answers: it takes everything, keeps nothing
 * and says yes at once. `GET` gives a picture, whatever its name.
 */
export async function startCannedAws({ tls, secret, onCall }: Settings): Promise<CannedAws> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const target = String(request.headers['x-amz-target'] ?? request.method);
    onCall?.({ target, url: request.url ?? '', body: body.toString('utf8') });
    const { headers = {}, content } = answerTo(target, body, secret);
    response.writeHead(200, { 'content-length': String(content.length), 'x-amzn-requestid': randomUUID(), ...headers });
    response.end(content);
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(() => response.destroy());
  };
  const server =
    tls === undefined
      ? http.createServer(listener)
      : https.createServer({ cert: tls.certificate, key: tls.key }, listener);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

type Answer = { content: Buffer; headers?: { [name: string]: string } };

const json = (value: object, version = '1.0'): Answer => ({
  content: Buffer.from(JSON.stringify(value)),
  headers: { 'content-type': `application/x-amz-json-${version}` },
});
const md5 = (content: string | Buffer): string => createHash('md5').update(content).digest('hex');

/** The first bytes of a JPEG, and then what does not compress. */
export const picture = Buffer.alloc(200_000, createHash('sha512').update('picture').digest());
picture.write('ffd8ffe000104a46494600', 0, 'hex');
picture.write('ffd9', picture.length - 2, 'hex');

function answerTo(target: string, body: Buffer, secret: string): Answer {
  switch (target) {
    case 'AmazonSQS.SendMessage': {
      const { MessageBody } = JSON.parse(body.toString('utf8')) as { MessageBody: string };
      return json({ MessageId: randomUUID(), MD5OfMessageBody: md5(MessageBody) });
    }
    case 'AmazonSQS.SendMessageBatch': {
      const { Entries } = JSON.parse(body.toString('utf8')) as { Entries: { Id: string; MessageBody: string }[] };
      return json({
        Failed: [],
        Successful: Entries.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: randomUUID(),
          MD5OfMessageBody: md5(MessageBody),
        })),
      });
    }
    case 'secretsmanager.GetSecretValue':
      return json({ Name: 'secret', VersionId: 'version', SecretString: secret, VersionStages: ['AWSCURRENT'] }, '1.1');
    case 'DynamoDB_20120810.BatchWriteItem':
      return json({ UnprocessedItems: {} });
    case 'DynamoDB_20120810.Query':
      return json({ Items: [], Count: 0, ScannedCount: 0 });
    case 'GET':
      return { content: picture, headers: { 'content-type': 'image/jpeg' } };
    case 'PUT':
      return { content: Buffer.alloc(0), headers: { etag: `"${md5(body)}"` } };
    default:
      return json({});
  }
}
