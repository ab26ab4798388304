import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rawBody, sha256Hex } from '#lib/callback/raw-body.ts';
import type { RawLine } from '#lib/callback/raw-line.ts';
import { TransientError } from '#lib/errors.ts';
import { integerOf, textOf } from '#lib/events/attribute.ts';
import { type QueuedMessage, type StoreMessagesDeps, storeMessages } from '#lib/intake/store-messages.ts';
import { memoryMessageStores } from '../support/fakes/memory-message-stores.ts';
import { exampleMessage, exampleMessages } from '../support/fixtures.ts';

let nextId = 0;
function queued(body: string, overrides: Partial<QueuedMessage> = {}): QueuedMessage {
  nextId += 1;
  return {
    queueMessageId: `queue-${nextId}`,
    receivedAt: '2026-01-01T00:00:00.000Z',
    subscription: 'device-alarm',
    body: Buffer.from(body),
    ...overrides,
  };
}
const alarm = exampleMessage('device_alarm-mask_alarm').text;
const vehicle = exampleMessage('vehicle_data-7-motor-vehicle').text;
const statuses = (results: PromiseSettledResult<void>[]) => results.map(({ status }) => status);
const rejected: PromiseSettledResult<void> = { status: 'rejected', reason: new TransientError('throttled', 'later') };
const isEvent = (sk: string) => sk.split('#').length === 3;

describe('storeMessages', () => {
  it('stores every example with its raw line, and its event points to that line', async () => {
    const { deps, objects, items } = memoryMessageStores();
    const messages = exampleMessages.map(({ text }) => queued(text));
    expect(statuses(await storeMessages(deps, messages))).toEqual(messages.map(() => 'fulfilled'));
    const events = [...items.values()].filter((item) => isEvent(textOf(item['sk']) ?? ''));
    expect(events).toHaveLength(exampleMessages.length);
    for (const event of events) {
      const archive = gunzipSync(objects.get(textOf(event['raw_key']) ?? '') ?? Buffer.alloc(0)).toString();
      const line = JSON.parse(archive.split('\n')[integerOf(event['raw_line']) ?? -1] ?? '{}') as RawLine;
      expect(line).toMatchObject({
        camera: textOf(event['camera']),
        sk: textOf(event['sk']),
        received_at: '2026-01-01T00:00:00.000Z',
      });
      expect(exampleMessages.some(({ text }) => text === line.body)).toBe(true);
    }
  });

  it('goes raw archive, events, picture items, jobs: each step is safe to repeat after the one before', async () => {
    const { deps, steps } = memoryMessageStores();
    await storeMessages(deps, [queued(vehicle)]);
    expect(steps.filter((step, index) => steps.indexOf(step) === index)).toEqual([
      'put raw',
      'events',
      'picture item',
      'jobs',
    ]);
  });

  it('queues a job for every picture, the earliest deadline first', async () => {
    const { deps, jobs, items } = memoryMessageStores();
    await storeMessages(deps, [
      queued(alarm),
      queued(vehicle, { receivedAt: '2026-01-01T00:00:09.000Z' }),
      queued(exampleMessage('target_data-1-attributes').text),
    ]);
    const deadlines = jobs.map(({ deadline }) => deadline ?? 'none');
    expect(deadlines).toEqual(deadlines.toSorted());
    expect(
      jobs
        .filter(({ message_type }) => message_type === 'vehicle_data')
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(['panorama', 'panorama-alt', 'plate', 'vehicle', 'vehicle-alt']);
    expect(jobs.filter(({ message_type }) => message_type === 'device_alarm')).toEqual([
      expect.objectContaining({ kind: 'alarm', alarm_uuid: '219123456CYP***_0_mask_alarm_20230210173730_148' }),
      expect.objectContaining({ kind: 'target-group' }),
    ]);
    for (const { camera, sk } of jobs) expect(items.get(`${camera} ${sk}`)).toMatchObject({ status: { S: 'wanted' } });
  });

  it('changes nothing when the same messages come again, but sends the jobs of open pictures again', async () => {
    const { deps, items, jobs } = memoryMessageStores();
    const messages = [queued(alarm), queued(vehicle)];
    await storeMessages(deps, messages);
    const before = structuredClone([...items]);
    const [firstJob] = jobs;
    const open = items.get(`${firstJob?.camera} ${firstJob?.sk}`);
    if (open !== undefined) open['status'] = { S: 'stored' };
    const sent = jobs.length;
    await storeMessages(deps, messages);
    expect(items.size).toBe(before.length);
    expect(jobs).toHaveLength(2 * sent - 1);
  });

  it('lets a poison message fail for good without holding the others', async () => {
    const { deps, items } = memoryMessageStores();
    const results = await storeMessages(deps, [
      queued(alarm),
      queued('{"message_type":"device_alarm","data":{oops'),
      queued(vehicle),
    ]);
    expect(statuses(results)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'not-json', retryable: false } });
    expect([...items.values()].filter((item) => isEvent(textOf(item['sk']) ?? ''))).toHaveLength(2);
  });

  it.each<[string, (deps: StoreMessagesDeps) => Partial<StoreMessagesDeps>, string[]]>([
    [
      'the raw archive',
      ({ objects }) => ({ objects: { ...objects, put: () => Promise.reject(new Error('S3 is away')) } }),
      [],
    ],
    [
      'the table',
      ({ events }) => ({ events: { ...events, putAll: async (items) => items.map(() => rejected) } }),
      ['put raw'],
    ],
    [
      'a picture item',
      ({ events }) => ({ events: { ...events, putIfAbsent: () => Promise.reject(new Error('throttled')) } }),
      ['put raw', 'events'],
    ],
    [
      'the picture queue',
      () => ({ queuePictures: async (jobs) => jobs.map(() => rejected) }),
      ['put raw', 'events', 'picture item'],
    ],
  ])('comes again whole when %s fails', async (_title, broken, stepsBefore) => {
    const { deps, steps } = memoryMessageStores();
    expect(statuses(await storeMessages({ ...deps, ...broken(deps) }, [queued(vehicle)]))).toEqual(['rejected']);
    expect([...new Set(steps)]).toEqual(stepsBefore);
  });

  it('fails only the message whose item was not written', async () => {
    const { deps } = memoryMessageStores();
    const events: StoreMessagesDeps['events'] = {
      ...deps.events,
      putAll: async (items) =>
        items.map((item) =>
          textOf(item['message_type']) === 'vehicle_data' ? rejected : { status: 'fulfilled', value: undefined },
        ),
    };
    expect(statuses(await storeMessages({ ...deps, events }, [queued(vehicle), queued(alarm)]))).toEqual([
      'rejected',
      'fulfilled',
    ]);
  });

  it('writes data that is too large for its item beside it', async () => {
    const { deps, objects } = memoryMessageStores();
    const list = Array.from({ length: 500 }, (_, index) => `"${String(index).repeat(200)}"`).join(',');
    const body = `{"message_type":"vehicle_data","message_id":1676253459558286045,"data":{"x":[${list}]}}`;
    await storeMessages(deps, [queued(body)]);
    const key = [...objects.keys()].find((name) => name.startsWith('details/')) ?? '';
    expect(gunzipSync(objects.get(key) ?? Buffer.alloc(0)).toString()).toBe(body);
  });

  it('hands all durable records on at once, and fails the messages for which that fails', async () => {
    const { deps } = memoryMessageStores();
    const seen: string[][] = [];
    const afterStored: StoreMessagesDeps['afterStored'] = async (records) => {
      seen.push(records.map(({ messageType }) => messageType));
      return records.map(({ messageType }) =>
        messageType === 'vehicle_data' ? rejected : { status: 'fulfilled', value: undefined },
      );
    };
    const messages = [queued('no JSON'), queued(vehicle), queued(alarm)];
    expect(statuses(await storeMessages({ ...deps, afterStored }, messages))).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(seen).toEqual([['vehicle_data', 'device_alarm']]);
  });
});

describe('storeMessages tells how long it took from a camera to the store', () => {
  const alarmAt = (alarmTime: string, id = '') =>
    queued(`{"message_type":"device_alarm","message_id":"${id}","data":{"alarm_time":"${alarmTime}"}}`);
  const stores = () => memoryMessageStores(() => new Date('2026-01-01T00:01:00.250Z'));

  it('to the millisecond, by the type of the message', async () => {
    const { deps, values, counts } = stores();
    // Without a zone it is read in that of the tenant, eight hours ahead.
    await storeMessages(deps, [alarmAt('2026-01-01 08:00:00'), alarmAt('2026-01-01T00:00:59Z')]);
    expect(values.get('SecondsToStored MessageType=device_alarm')).toEqual([60.25, 1.25]);
    expect(counts.get('ClockAhead')).toBeUndefined();
  });

  it('but not where the event has no time of its own', async () => {
    const { deps, values, counts } = stores();
    await storeMessages(deps, [alarmAt('-'), alarmAt('-', '1767225600000000000')]);
    expect(counts.get('MessageStored')).toBe(2);
    expect(values.size).toBe(0);
  });

  it('nor where its clock is ahead of ours, which is counted', async () => {
    const { deps, values, counts } = stores();
    await storeMessages(deps, [alarmAt('2026-01-01T00:01:01Z'), alarmAt('2026-01-01T00:01:00.250Z')]);
    expect(values.get('SecondsToStored')).toEqual([0]);
    expect(counts.get('ClockAhead')).toBe(1);
  });

  it('but of none that comes again', async () => {
    const { deps, values } = stores();
    const queuePictures: StoreMessagesDeps['queuePictures'] = async (jobs) => jobs.map(() => rejected);
    await storeMessages({ ...deps, queuePictures }, [queued(vehicle)]);
    expect(values.size).toBe(0);
  });
});

describe('storeMessages with a spilled callback', () => {
  const spillKey = 'spill/device-alarm/2026-01-01T00:00:00.000Z-0123456789abcdef.json';
  const bytes = Buffer.concat([Buffer.from(alarm), Buffer.from([0x20])]);
  const line: RawLine = {
    received_at: '2025-12-31T23:00:00.000Z',
    subscription: 'device-alarm',
    message_id: '1676021851965927899',
    message_type: 'device_alarm',
    body_sha256: sha256Hex(bytes),
    camera: null,
    sk: null,
    ...rawBody(bytes),
  };
  const pointer = () => queued('{}', { spillKey });

  it('stores its body with its own arrival, and deletes the original last of all', async () => {
    const { deps, objects, items, steps } = memoryMessageStores();
    objects.set(spillKey, Buffer.from(JSON.stringify(line)));
    expect(statuses(await storeMessages(deps, [pointer()]))).toEqual(['fulfilled']);
    const event = [...items.values()].find((item) => isEvent(textOf(item['sk']) ?? ''));
    expect(event).toMatchObject({
      received_at: { S: '2025-12-31T23:00:00.000Z' },
      body_sha256: { S: sha256Hex(bytes) },
    });
    expect(steps.slice(-2)).toEqual(['spill stored', 'delete spill']);
    expect(objects.has(spillKey)).toBe(false);
  });

  it('takes a second pointer to a finished one for done', async () => {
    const { deps, objects, steps } = memoryMessageStores();
    objects.set(spillKey, Buffer.from(JSON.stringify(line)));
    await storeMessages(deps, [pointer()]);
    const before = steps.length;
    expect(statuses(await storeMessages(deps, [pointer()]))).toEqual(['fulfilled']);
    expect(steps).toHaveLength(before);
  });

  it('refuses a pointer to nothing for good', async () => {
    const { deps } = memoryMessageStores();
    const [result] = await storeMessages(deps, [pointer()]);
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'spill-missing', retryable: false } });
  });

  it('gives up sending again what can never be stored, and keeps it', async () => {
    const { deps, objects, steps } = memoryMessageStores();
    objects.set(
      spillKey,
      Buffer.from(JSON.stringify({ ...line, body: '{"message_type":"device_alarm","data":oops}' })),
    );
    const [result] = await storeMessages(deps, [pointer()]);
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'not-json' } });
    expect(steps).toEqual([`spill given up ${spillKey}`]);
    expect(objects.has(spillKey)).toBe(true);
  });

  it('keeps the original when anything fails on the way', async () => {
    const { deps, objects } = memoryMessageStores();
    objects.set(spillKey, Buffer.from(JSON.stringify(line)));
    await storeMessages({ ...deps, queuePictures: async (jobs) => jobs.map(() => rejected) }, [pointer()]);
    expect(objects.has(spillKey)).toBe(true);
  });

  it('keeps of a body what the tenant wants kept, and knows the message by what came', async () => {
    const { deps, objects, items } = memoryMessageStores();
    const protect = async (body: Buffer) => Buffer.from(body.toString().replaceAll('mask_alarm', '****_alarm'));
    await storeMessages({ ...deps, protect }, [queued(alarm)]);
    const kept = [...objects.values()].map((content) => gunzipSync(content).toString()).join('');
    expect(kept).not.toContain('mask_alarm');
    expect(JSON.parse(kept)).toMatchObject({ body_sha256: sha256Hex(Buffer.from(alarm)) });
    expect(JSON.stringify([...items.values()])).not.toContain('mask_alarm');
    expect(textOf([...items.values()][0]?.['sk'])).toContain(sha256Hex(Buffer.from(alarm)).slice(0, 8));
  });

  it('stores nothing of what was erased, not even for a moment, and is done with it', async () => {
    const { deps, steps, counts, objects, storedSpills } = memoryMessageStores();
    const line = {
      received_at: '2026-01-01T00:00:00.000Z',
      subscription: 'device-alarm',
      message_id: '1',
      message_type: 'device_alarm',
      body_sha256: sha256Hex(Buffer.from(alarm)),
      camera: null,
      sk: null,
      ...rawBody(Buffer.from(alarm)),
    } satisfies RawLine;
    objects.set('spill/one', Buffer.from(JSON.stringify(line)));
    const readErasures = async () => (event: { deviceId: string }) => event.deviceId === '219123456CYP***';
    const results = await storeMessages({ ...deps, readErasures }, [
      queued(alarm),
      queued('{}', { spillKey: 'spill/one' }),
    ]);
    expect(statuses(results)).toEqual(['fulfilled', 'fulfilled']);
    expect(steps).toEqual(['spill stored', 'delete spill']);
    expect(storedSpills).toContain('spill/one');
    expect(counts.get('MessageErased')).toBe(2);
  });

  it('stores nothing while nobody can tell what was erased', async () => {
    const { deps, steps } = memoryMessageStores();
    const readErasures = () => Promise.reject(new TransientError('throttled', 'later'));
    expect(statuses(await storeMessages({ ...deps, readErasures }, [queued(alarm)]))).toEqual(['rejected']);
    expect(steps).toEqual([]);
  });
});
