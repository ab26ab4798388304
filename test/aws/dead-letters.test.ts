import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeadLetters } from '#lib/aws/dead-letters.ts';
import { createJobQueue, createSender, createSourceQueues } from '#lib/aws/queues.ts';
import { queuedMessage } from '#lib/intake/queued-message.ts';
import { type MessageContent, receivedTooOften, redriveQueue } from '#lib/operator/redrive-queue.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';

let embedded: EmbeddedStores;
beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

const sqs = () => embedded.stores.clients.sqs;
const deadLettersOf = (queue: string, client = sqs()) =>
  createDeadLetters(embedded.queueUrl(queue), embedded.queueUrl(`${queue}-dead`), client);
const receive = (queue: string) => embedded.stores.receive(embedded.queueArn(queue), embedded.queueUrl(queue), 10, 0);
/** Takes up to ten messages for good. */
async function take(queue: string) {
  const records = await receive(queue);
  await embedded.stores.delete(
    embedded.queueUrl(queue),
    records.map(({ receiptHandle }) => receiptHandle),
  );
  return records;
}
const redrive = (queue: string) =>
  redriveQueue({ deadLetters: deadLettersOf(queue), now: () => new Date() }, { queue, dryRun: false });
const message = (body: string): MessageContent => ({ body, attributes: {} });
const statuses = (results: readonly PromiseSettledResult<void>[]) => results.map(({ status }) => status);

/** A client whose requests are seen, and answered here where that is wanted. */
function watchedClient(answer: (input: unknown) => unknown = () => undefined) {
  const inputs: unknown[] = [];
  const { sqs: endpoint, region, accessKeyId, secretAccessKey } = embedded.access;
  const client = new SQSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
  client.middlewareStack.add(
    (next) => async (args) => {
      inputs.push(args.input);
      const output = answer(args.input);
      if (output instanceof Error) throw output;
      return output === undefined ? next(args) : { output: { $metadata: {}, ...output }, response: undefined };
    },
    { step: 'initialize' },
  );
  return { client, inputs };
}

describe('dead letters', () => {
  it('go back to their queue as they were before they were parked', async () => {
    const body = '{"a":"日本 \\u0000","b":"\uFFFD\t\r\n"}';
    const attributes = {
      message_type: 'device_alarm',
      subscription: 'device-alarm',
      received_at: '2026-01-15T07:00:00.000Z',
      message_id: '17',
      key_id: '0123456789abcdef',
      spill: 'spill/device-alarm/x.json',
    };
    await createSender(sqs())(embedded.queueUrl('alarms'), body, attributes, 5_000);
    const [before] = await take('alarms');
    if (before === undefined) throw new Error('nothing came');
    const source = createSourceQueues([embedded.queueUrl('alarms')], [embedded.queueUrl('alarms-dead')], sqs());
    await source.park(before, 'the spill object is gone', 'spill-missing');

    const report = await redrive('alarms');
    expect(report).toMatchObject({ moved: 1, left: 0, unseen: 0, failed: [] });
    expect(report.groups).toMatchObject([
      { code: 'spill-missing', reason: 'the spill object is gone', count: 1, moved: 1, messageIds: ['17'] },
    ]);
    const [after] = await take('alarms');
    if (after === undefined) throw new Error('nothing came back');
    expect(after.messageAttributes).toEqual(before.messageAttributes);
    expect(queuedMessage(after)).toEqual({ ...queuedMessage(before), queueMessageId: after.messageId });
    expect(await deadLettersOf('alarms').count()).toBe(0);
  });

  it('keep attributes of every type', async () => {
    const MessageAttributes = {
      text: { DataType: 'String.custom', StringValue: '日本' },
      number: { DataType: 'Number.int', StringValue: '12345678901234567890' },
      binary: { DataType: 'Binary.gzip', BinaryValue: Uint8Array.of(0, 10, 255) },
    };
    const QueueUrl = embedded.queueUrl('devices-dead');
    await sqs().send(new SendMessageCommand({ QueueUrl, MessageBody: 'typed', MessageAttributes }));
    const deadLetters = deadLettersOf('devices');
    expect(statuses(await deadLetters.sendBack(await deadLetters.receive()))).toEqual(['fulfilled']);
    const [after] = await take('devices');
    expect(after?.messageAttributes).toMatchObject({
      text: { dataType: 'String.custom', stringValue: '日本' },
      number: { dataType: 'Number.int', stringValue: '12345678901234567890' },
      binary: { dataType: 'Binary.gzip', binaryValue: Buffer.of(0, 10, 255).toString('base64') },
    });
  });

  it('that SQS itself has moved carry neither code nor reason, and the time at which they were sent', async () => {
    const url = embedded.queueUrl('snapshots');
    await createSender(sqs())(url, '{}', {}, 5_000);
    const sentAt = new Set<string | undefined>();
    const source = createSourceQueues([url], [embedded.queueUrl('snapshots-dead')], sqs());
    const isDead = async () => (await deadLettersOf('snapshots').count()) === 1;
    for (let receives = 0; receives <= 20 && !(await isDead()); receives += 1) {
      const records = await embedded.stores.receive(embedded.queueArn('snapshots'), url, 10, 1);
      for (const record of records) {
        sentAt.add(record.attributes.SentTimestamp);
        await source.delay(record, 0);
      }
    }
    expect(sentAt.size).toBe(1);
    const report = await redrive('snapshots');
    expect(report).toMatchObject({ moved: 1, groups: [{ code: receivedTooOften, count: 1 }] });
    expect(report.groups[0]?.oldestSentAt).toBe(new Date(Number([...sentAt][0])).toISOString());
    const [again] = await take('snapshots');
    expect(again?.attributes.ApproximateReceiveCount).toBe('1');
  });

  it('are held when they are received, and seen again once they are released, be they many', async () => {
    const sendJobs = createJobQueue(embedded.queueUrl('statistics-dead'), sqs());
    await sendJobs(Array.from({ length: 12 }, (_, index) => ({ body: String(index) })));
    const deadLetters = deadLettersOf('statistics');
    const received = [...(await deadLetters.receive()), ...(await deadLetters.receive())];
    expect(received).toHaveLength(12);
    expect(await receive('statistics-dead')).toEqual([]);
    expect(await deadLetters.count()).toBe(12);
    await deadLetters.release(received.map(({ receipt }) => receipt));
    const bodies = [...(await deadLetters.receive()), ...(await deadLetters.receive())].map(({ body }) => Number(body));
    expect(bodies.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
  });

  it('are sent in batches of ten and of 1 MiB, attributes included, the largest one alone', async () => {
    const { client, inputs } = watchedClient();
    const deadLetters = deadLettersOf('intelligence', client);
    const attribute = { a: { dataType: 'String', stringValue: 'x' } };
    const largest = 'x'.repeat(1_048_576 - 'aStringx'.length);
    const half = 'x'.repeat(524_288);
    const messages = [
      ...Array.from({ length: 11 }, (_, index) => message(String(index))),
      { body: largest, attributes: attribute },
      { body: half, attributes: {} },
      { body: half, attributes: {} },
      message('last'),
    ];
    expect(statuses(await deadLetters.sendBack(messages))).toEqual(Array(15).fill('fulfilled'));
    expect(inputs).toMatchObject([10, 1, 1, 2, 1].map((length) => ({ Entries: { length } })));
    const bodies = [...(await take('intelligence')), ...(await take('intelligence'))].map(({ body }) => body);
    expect(bodies.toSorted()).toEqual(messages.map(({ body }) => body).toSorted());
  });

  it('are told apart by what SQS confirms, refuses and does not mention', async () => {
    const failed = { Id: '1', Code: 'InternalError', SenderFault: false };
    const { client } = watchedClient(() => ({ Successful: [{ Id: '0' }], Failed: [failed] }));
    const deadLetters = deadLettersOf('pictures', client);
    const results = [
      await deadLetters.sendBack(['a', 'b', 'c'].map(message)),
      await deadLetters.delete(['r1', 'r2', 'r3']),
    ];
    for (const result of results) {
      expect(result).toMatchObject([
        { status: 'fulfilled' },
        { status: 'rejected', reason: { code: 'queue-refused', message: 'SQS refused it: InternalError' } },
        { status: 'rejected', reason: { code: 'queue-refused', message: 'SQS refused it: unknown' } },
      ]);
    }
  });

  it('of a batch that fails as a whole are not done, and those of the next one are', async () => {
    let calls = 0;
    const { client } = watchedClient(() => {
      calls += 1;
      return calls === 1 ? new Error('SQS is away') : undefined;
    });
    const results = await deadLettersOf('pictures', client).sendBack(
      Array.from({ length: 12 }, (_, index) => message(String(index))),
    );
    expect(statuses(results)).toEqual([...Array(10).fill('rejected'), 'fulfilled', 'fulfilled']);
    expect((await take('pictures')).map(({ body }) => body)).toEqual(['10', '11']);
  });

  it('that cannot be let go of do no harm: they come back by themselves', async () => {
    const { client } = watchedClient(() => new Error('SQS is away'));
    await expect(deadLettersOf('pictures', client).release(['r1'])).resolves.toBeUndefined();
  });

  it('are asked for in vain where there is no such queue', async () => {
    const request = redriveQueue(
      { deadLetters: deadLettersOf('no-such-queue'), now: () => new Date() },
      { queue: 'no-such-queue', dryRun: false },
    );
    await expect(request).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});
