import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalFunction, startFunction } from '#lib/local/function-worker.ts';
import { keysSecret } from './harness/callback-keys.ts';
import { type AwsCall, type CannedAws, startCannedAws } from './harness/canned-aws.ts';
import { callbackEnvironment } from './harness/environments.ts';
import { callbackEvent, sampleCallbacks } from './harness/sample-callbacks.ts';

const names = ['ours', 'powertools', 'fastify', 'hono', 'bare'] as const;
type Name = (typeof names)[number];
type Sent = { QueueUrl: string; MessageBody: string; MessageAttributes: { [name: string]: { StringValue: string } } };

const calls: AwsCall[] = [];
const functions = new Map<Name, LocalFunction>();
let aws: CannedAws;

const moduleOf = (name: Name) =>
  new URL(name === 'ours' ? '../../functions/receive-callback.ts' : `peers/${name}.ts`, import.meta.url);

beforeAll(async () => {
  aws = await startCannedAws({ secret: keysSecret, onCall: (call) => calls.push(call) });
  for (const name of names) {
    const one = startFunction(
      { name, timeoutMs: 30_000, memoryMb: 1024 },
      { ...callbackEnvironment(aws.endpoint), POWERTOOLS_LOG_LEVEL: 'SILENT' },
      { moduleUrl: moduleOf(name), onOutput: () => undefined },
    );
    functions.set(name, one);
  }
});
afterAll(async () => {
  await Promise.all([...functions.values()].map((one) => one.stop()));
  await aws.close();
});

/** The status that one gives, and the calls to AWS that it made for it. */
async function ask(name: Name, event: object): Promise<{ status: number | undefined; made: AwsCall[] }> {
  calls.length = 0;
  const reply = (await functions.get(name)?.invoke(event)) as APIGatewayProxyStructuredResultV2 | undefined;
  return { status: reply?.statusCode, made: [...calls] };
}

const sentBy = (made: readonly AwsCall[]) =>
  made.filter(({ target }) => target === 'AmazonSQS.SendMessage').map(({ body }) => JSON.parse(body) as Sent);

/** A message without the moment at which it came, which differs. */
function comparable({ QueueUrl, MessageBody, MessageAttributes }: Sent) {
  const { received_at: at, ...others } = MessageAttributes;
  expect(at?.StringValue).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return { QueueUrl, MessageBody, attributes: others };
}

const [sample] = sampleCallbacks;
const stale = new Date(Date.now() - 7 * 86_400_000);

describe('a peer', () => {
  it.each(names.slice(1))('%s sends the same messages as receive-callback for the documented bodies', async (name) => {
    for (const callback of sampleCallbacks) {
      const [ours, theirs] = [await ask('ours', callbackEvent(callback)), await ask(name, callbackEvent(callback))];
      expect([ours.status, theirs.status], callback.name).toEqual([200, 200]);
      const [expected] = sentBy(ours.made).map(comparable);
      expect(sentBy(theirs.made).map(comparable), callback.name).toEqual([expected]);
      expect(expected?.MessageBody).toBe(callback.body);
    }
  });

  it.each(names)('%s sends nothing for what it refuses, and answers as it has to', async (name) => {
    if (sample === undefined) throw new Error('there are no samples');
    const refused: [string, object, number][] = [
      ['a wrong signature', callbackEvent(sample, { signature: '0'.repeat(64) }), 401],
      ['an old signature', callbackEvent(sample, { signatureAt: stale }), 401],
      ['a path that is not registered', callbackEvent(sample, { path: 'elsewhere' }), 404],
      ['another method', callbackEvent(sample, { method: 'PUT' }), 405],
      ['the check of a registration', callbackEvent(sample, { body: '{"test":true}' }), 200],
    ];
    for (const [what, event, expected] of refused) {
      const { status, made } = await ask(name, event);
      expect(status, what).toBe(expected);
      expect(sentBy(made), what).toEqual([]);
    }
  });
});

describe('receive-callback', () => {
  it('makes one call to AWS for a callback, and none for what is not authentic', async () => {
    if (sample === undefined) throw new Error('there are no samples');
    await ask('ours', callbackEvent(sample));
    for (const callback of sampleCallbacks) {
      const { made } = await ask('ours', callbackEvent(callback));
      expect(
        made.map(({ target }) => target),
        callback.name,
      ).toEqual(['AmazonSQS.SendMessage']);
    }
    // One look at the keys, which may just have been changed; the next ones within ten seconds cost nothing.
    await ask('ours', callbackEvent(sample, { signature: '0'.repeat(64) }));
    const refused = [
      callbackEvent(sample, { signature: '0'.repeat(64) }),
      callbackEvent(sample, { signature: 'no digest' }),
      callbackEvent(sample, { path: 'elsewhere' }),
      callbackEvent(sample, { method: 'GET' }),
      callbackEvent(sample, { body: '{"test":true}' }),
    ];
    for (const event of refused) expect((await ask('ours', event)).made).toEqual([]);
  });
});
