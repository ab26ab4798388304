import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InboundQueue, type MessageType, subscriptions } from '#lib/callback/subscriptions.ts';
import { startFunction } from '#lib/local/function-worker.ts';
import { type IvmSimulator, startIvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { keysSecret } from './harness/callback-keys.ts';
import { type AwsCall, type CannedAws, startCannedAws } from './harness/canned-aws.ts';
import { callbackEnvironment, storeEnvironment } from './harness/environments.ts';
import { queuedRecord } from './harness/queued-record.ts';
import { callbackEvent } from './harness/sample-callbacks.ts';

type Attributes = { [name: string]: { StringValue: string; DataType: string } };

const functionOf: { readonly [queue in InboundQueue]: string } = {
  alarms: 'store-alarms',
  devices: 'track-devices',
  intelligence: 'store-intelligence',
};
const batchSize = 100;
const typesOf = (wanted: InboundQueue): MessageType[] =>
  subscriptions.filter(({ queue }) => queue === wanted).map(({ messageType }) => messageType);
const subscriptionOf = (type: MessageType | undefined) => subscriptions.find(({ messageType }) => messageType === type);

const calls: AwsCall[] = [];
let aws: CannedAws;
let simulator: IvmSimulator;

beforeAll(async () => {
  aws = await startCannedAws({ secret: keysSecret, onCall: (call) => calls.push(call) });
  simulator = await startIvmSimulator({
    userId: '109012345678901',
    accessKey: 'ACCESS',
    secretKey: 'SECRET',
    seed: 7,
    now: () => new Date(),
  });
});
afterAll(async () => {
  await simulator.close();
  await aws.close();
});

/** Loads a function as it runs on Lambda and calls it once for each event. */
async function invokeAll(name: string, environment: { [variable: string]: string }, events: readonly object[]) {
  const one = startFunction({ name, timeoutMs: 60_000, memoryMb: 1024 }, environment, {
    moduleUrl: new URL(`../../functions/${name}.ts`, import.meta.url),
    onOutput: () => undefined,
  });
  try {
    const answers: unknown[] = [];
    for (const event of events) answers.push(await one.invoke(event));
    return answers;
  } finally {
    await one.stop();
  }
}

const parsed = (call: AwsCall) =>
  JSON.parse(call.body) as { QueueUrl: string; MessageBody: string; MessageAttributes: Attributes };

/** What SQS would hand to a store function of a message that was sent. */
function recordOf(call: AwsCall, index: number): SQSRecord {
  const { QueueUrl, MessageBody, MessageAttributes } = parsed(call);
  const attributes = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue] as const);
  return queuedRecord(`${index}`, QueueUrl, MessageBody, Object.fromEntries(attributes));
}

const batchesOf = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / batchSize) }, (_, index) =>
    all.slice(index * batchSize, (index + 1) * batchSize),
  );

/** A picture has an item and a job of its own, which cost what they cost whatever becomes of the messages. */
const isForPictures = ({ target, body }: AwsCall): boolean =>
  target === 'AmazonSQS.SendMessageBatch' || (target === 'DynamoDB_20120810.PutItem' && body.includes('"wanted"'));

/** How often the state of one device or channel was written. */
function mostWritesOfOneState(): number {
  const writes = calls.filter(({ target }) => target === 'DynamoDB_20120810.UpdateItem');
  const ofOne = Object.groupBy(writes, ({ body }) => JSON.stringify((JSON.parse(body) as { Key: object }).Key));
  return Math.max(0, ...Object.values(ofOne).map((some) => some?.length ?? 0));
}

describe('the whole way of messages', () => {
  it.each<[string, number, MessageType[]]>([
    ['alarms', 1.3, typesOf('alarms')],
    ['AI messages', 1.3, typesOf('intelligence')],
    // A write for each device and channel that a batch speaks of: in the simulated IVM these are fifteen …
    ['statuses of devices', 1.3, ['device_status']],
    // … and of those unbound, up to three in a message, none is spoken of twice.
    ['unbindings of devices', 3.3, ['device_unbind']],
    ['both of these by turns', 2.4, typesOf('devices')],
  ])(
    'of %s takes at most %f calls to AWS for each, in batches of 100 and without their pictures',
    async (_title, most, types) => {
      const messages = Array.from({ length: 2 * batchSize }, (_, index) =>
        simulator.message(types[index % types.length]),
      );
      calls.length = 0;
      const received = await invokeAll(
        'receive-callback',
        callbackEnvironment(aws.endpoint),
        messages.map(({ body, messageType }) =>
          callbackEvent({
            name: messageType,
            path: subscriptionOf(messageType)?.path ?? '',
            body: body.toString(),
          }),
        ),
      );
      expect(received).toEqual(messages.map(() => expect.objectContaining({ statusCode: 200 })));
      const sent = calls.filter(({ target }) => target === 'AmazonSQS.SendMessage');
      expect(sent.length).toBe(messages.length);

      const queue = subscriptionOf(types[0])?.queue ?? 'alarms';
      const answers = await invokeAll(
        functionOf[queue],
        storeEnvironment(aws.endpoint, queue),
        batchesOf(sent.map(recordOf)).map((Records) => ({ Records })),
      );
      expect(answers).toEqual(answers.map(() => ({ batchItemFailures: [] })));
      expect(mostWritesOfOneState()).toBeLessThanOrEqual(messages.length / batchSize);
      const others = calls.filter((call) => !isForPictures(call));
      const tally = Object.groupBy(others, ({ target }) => target);
      const counted = Object.entries(tally).map(([target, some]) => `${target} ${some?.length ?? 0}`);
      expect(others.length / messages.length, counted.join(', ')).toBeLessThanOrEqual(most);
    },
  );
});
