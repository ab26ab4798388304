import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { createPictureItems } from '#lib/aws/picture-items.ts';
import { createStateItems } from '#lib/aws/state-items.ts';
import {
  createDeviceStates,
  createPictureHosts,
  createPictureWatermark,
  createSpillRecords,
} from '#lib/aws/state-table.ts';
import { createTokenStore } from '#lib/aws/token-store.ts';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { applyChanges, type DeviceStates, type StateChange } from '#lib/devices/device-states.ts';
import { PermanentError } from '#lib/errors.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import type { EventsTable } from '#lib/intake/store-messages.ts';
import { wantedPictureItem } from '#lib/pictures/picture-items.ts';
import { owner } from '../pictures/picture-parts.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { memoryDeviceStates } from '../support/fakes/memory-device-states.ts';
import { memoryMessageStores } from '../support/fakes/memory-message-stores.ts';

let embedded: EmbeddedStores;
const dynamodb = () => embedded.stores.clients.dynamodb;
const at = (text: string) => () => new Date(text);
const midnight = '2026-01-01T00:00:00.000Z';

beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

const event = (sk: string, more: Item = {}): Item => ({ camera: { S: 'D1#0' }, sk: { S: sk }, ...more });

describe.each<[string, () => EventsTable]>([
  ['in memory', () => memoryMessageStores().deps.events],
  ['in DynamoDB', () => createEventsTable(embedded.tables.events, dynamodb())],
])('the events table %s', (where, create) => {
  it('writes items over what is there, one result each', async () => {
    const table = create();
    const items = ['a', 'b', 'a'].map((name) => event(`${where}-${name}`, { n: { N: '1' } }));
    expect((await table.putAll(items)).map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
    await table.putAll([event(`${where}-a`, { n: { N: '2' } })]);
    expect(await table.putIfAbsent(event(`${where}-a`))).toMatchObject({ n: { N: '2' } });
  });

  it('writes an item where none is yet, and gives the one that is there', async () => {
    const table = create();
    const item = event(`${where}-once`, { status: { S: 'wanted' } });
    expect(await table.putIfAbsent(item)).toBeUndefined();
    expect(await table.putIfAbsent({ ...item, status: { S: 'other' } })).toEqual(item);
  });
});

describe('the events table', () => {
  const table = () => createEventsTable(embedded.tables.events, dynamodb());

  it('takes more items than a batch has, and numbers of 38 digits', async () => {
    const digits = '12345678901234567890123456789012345678';
    const items = Array.from({ length: 60 }, (_, index) => event(`many-${index}`, { n: { N: digits } }));
    expect((await table().putAll(items)).filter(({ status }) => status === 'fulfilled')).toHaveLength(60);
    expect(await table().putIfAbsent(event('many-59'))).toMatchObject({ n: { N: digits } });
  });

  it('fails an item that DynamoDB refuses alone, and for good', async () => {
    const results = await table().putAll([
      event('good-1'),
      event('bad', { n: { N: '1'.repeat(39) } }),
      event('good-2'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: 'item-refused', retryable: false } });
    expect(await table().putIfAbsent(event('good-2'))).toBeDefined();
  });
});

describe('what our own check lets through', () => {
  const number = fc.oneof(fc.bigInt(), fc.double(), fc.constantFrom('1e400', '1.0', '-0', '9'.repeat(40), '0.1e-140'));
  const key = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 'data_id', 'alarm_uuid', 'targets', '__proto__'),
  );
  const { json } = fc.letrec<{ json: string }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 30, depthSize: 'large' },
      fc.oneof(
        number.map(String),
        fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
        fc.constantFrom('null', 'true', '""'),
      ),
      fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
      fc
        .array(fc.tuple(key, tie('json')), { maxLength: 5 })
        .map((members) => `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
    ),
  }));
  const types = fc.constantFrom(...subscriptions.map(({ messageType }) => messageType));

  it('is taken by the table, whatever a sender can think of', async () => {
    const table = createEventsTable(embedded.tables.events, dynamodb());
    await fc.assert(
      fc.asyncProperty(types, json, json, async (messageType, id, data) => {
        const body = Buffer.from(`{"message_id":${id},"message_type":"${messageType}","data":${data}}`);
        fc.pre(isJson(body.toString()));
        const { event, children } = eventRecord(
          { receivedAt: midnight, subscription: 'device-alarm', body, bodySha256: sha256Hex(body) },
          { timeZone: 'Asia/Shanghai', retentionDays: 30, facePictures: 'keep' },
        );
        const results = await table.putAll([event, ...children]);
        expect(results.filter(({ status }) => status === 'rejected')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('picture items', () => {
  const now = new Date(midnight);
  const later = new Date('2026-01-01T05:00:00.000Z');
  const picture = { s3Key: 'pictures/a.jpg', contentType: 'image/jpeg', bytes: 7, sha256: 'ab', fetchedAt: now };
  const items = () => createPictureItems(embedded.tables.events, dynamodb());
  async function wanted(camera: string) {
    const item = wantedPictureItem({ ...owner, camera }, { kind: 'vehicle', url: 'https://a.example/x' }, now);
    await createEventsTable(embedded.tables.events, dynamodb()).putIfAbsent(item);
    return { camera, sk: textOf(item['sk']) ?? '' };
  }
  async function read(key: { camera: string; sk: string }): Promise<Item> {
    const present = await createEventsTable(embedded.tables.events, dynamodb()).putIfAbsent({
      camera: { S: key.camera },
      sk: { S: key.sk },
    });
    return present ?? {};
  }
  async function due(hour: string, until: Date, camera: string) {
    const keys: { camera: string; sk: string }[] = [];
    for await (const key of items().due(hour, until)) if (key.camera === camera) keys.push(key);
    return keys;
  }

  it('are open until they are stored, and leave the index of open ones then', async () => {
    const key = await wanted('P1#0');
    expect(await items().isOpen(key)).toBe(true);
    expect(await due('2026-01-01T00', later, 'P1#0')).toEqual([key]);
    expect(await items().job(key)).toMatchObject({ camera: 'P1#0', kind: 'vehicle', not_ready: 4 });
    await items().markStored(key, picture);
    expect(await read(key)).toMatchObject({
      status: { S: 'stored' },
      s3_key: { S: picture.s3Key },
      content_type: { S: 'image/jpeg' },
      bytes: { N: '7' },
      sha256: { S: 'ab' },
      fetched_at: { S: midnight },
      attempts: { N: '1' },
    });
    expect(await items().isOpen(key)).toBe(false);
    expect(await items().job(key)).toBeUndefined();
    expect(await due('2026-01-01T00', later, 'P1#0')).toEqual([]);
  });

  it('stay stored, whatever is said of them afterwards', async () => {
    const key = await wanted('P2#0');
    await items().markStored(key, picture);
    const before = await read(key);
    await items().markMissing(key, 'gone');
    await items().postpone(key, 'not-ready', later);
    await items().reschedule(key, later);
    await items().markStored(key, { ...picture, sha256: 'other' });
    expect(await read(key)).toEqual(before);
  });

  it('may come after all when they were given up', async () => {
    const key = await wanted('P3#0');
    await items().markMissing(key, 'unreachable');
    expect(await read(key)).toMatchObject({ status: { S: 'missing' }, reason: { S: 'unreachable' } });
    await items().markStored(key, picture);
    const stored = await read(key);
    expect(stored).toMatchObject({ status: { S: 'stored' }, attempts: { N: '2' } });
    expect(stored).not.toHaveProperty('reason');
  });

  it('are listed under the hour of their next try, and only once it has come', async () => {
    const key = await wanted('P4#0');
    await items().postpone(key, 'not-ready', later);
    expect(await read(key)).toMatchObject({
      reason: { S: 'not-ready' },
      attempts: { N: '1' },
      status: { S: 'wanted' },
    });
    expect(await due('2026-01-01T00', later, 'P4#0')).toEqual([]);
    expect(await due('2026-01-01T05', new Date(later.getTime() - 1), 'P4#0')).toEqual([]);
    expect(await due('2026-01-01T05', later, 'P4#0')).toEqual([key]);
    await items().reschedule(key, new Date('2026-01-01T07:00:00.000Z'));
    expect(await due('2026-01-01T05', later, 'P4#0')).toEqual([]);
    expect(await read(key)).toMatchObject({ attempts: { N: '1' }, open_hour: { S: '2026-01-01T07' } });
  });

  it('are not made by news about one that does not exist', async () => {
    const key = { camera: 'P5#0', sk: 'nothing' };
    await items().markStored(key, picture);
    await items().markMissing(key, 'gone');
    expect(await items().isOpen(key)).toBe(false);
    expect(await read(key)).toEqual({});
  });
});

describe.each<[string, () => DeviceStates]>([
  ['in memory', () => memoryDeviceStates().states],
  ['in DynamoDB', () => createDeviceStates(embedded.tables.state, dynamodb())],
])('the states of devices %s', (where, create) => {
  const change = (aspect: StateChange['aspect'], order: string, value = ''): StateChange => ({
    deviceId: where,
    channelId: '0',
    aspect,
    order,
    values: { value },
  });

  it('keep the later news of each aspect by event time, however they arrive', async () => {
    const states = create();
    expect(await states.apply([change('presence', '2026-01-02', 'second')])).toBe('applied');
    expect(await states.apply([change('presence', '2026-01-01', 'first')])).toBe('older');
    expect(await states.apply([change('presence', '2026-01-02', 'again')])).toBe('older');
    expect(await states.apply([change('quality', '2026-01-01', 'other aspect')])).toBe('applied');
    expect(await states.apply([change('presence', '2026-01-03', 'third')])).toBe('applied');
  });

  it('take changes of several aspects together, or none of them where one is no news', async () => {
    const states = create();
    expect(await states.apply([change('storage', '2026-01-02'), change('upgrade', '2026-01-01')])).toBe('applied');
    expect(await states.apply([change('storage', '2026-01-01'), change('package', '2026-01-01')])).toBe('older');
    expect(await states.apply([change('storage', '2026-01-02'), change('upgrade', '2026-01-02')])).toBe('older');
    expect(await states.apply([change('package', '2026-01-01'), change('upgrade', '2026-01-02')])).toBe('applied');
  });

  it('refuse for good what makes a state larger than an item may be', async () => {
    const states = create();
    const large = { list: Array.from({ length: 220 }, () => 'x'.repeat(1_000)) };
    const changes = (['description', 'inventory'] as const).map((aspect) => ({
      ...change(aspect, '2026-01-01'),
      channelId: '1',
      values: large,
    }));
    await expect(states.apply(changes)).rejects.toThrow(PermanentError);
    expect(await states.apply(changes.slice(0, 1))).toBe('applied');
    await expect(states.apply(changes.slice(1))).rejects.toThrow(PermanentError);
  });
});

describe('the state table', () => {
  it('ends with the latest of each aspect, whatever comes together and at the same time', async () => {
    const change = fc.record({
      aspect: fc.constantFrom<StateChange['aspect'][]>('presence', 'description', 'quality', 'upgrade'),
      order: fc.integer({ min: 1, max: 30 }).map((number) => String(number).padStart(2, '0')),
    });
    const items = createStateItems(embedded.tables.state, dynamodb());
    const states = createDeviceStates(embedded.tables.state, dynamodb());
    let devices = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(change, { maxLength: 8 }), { maxLength: 8 }), async (batches) => {
        devices += 1;
        const deviceId = `together-${devices}`;
        const changes = batches.map((batch) => batch.map((one): StateChange => ({ ...one, deviceId, values: {} })));
        await Promise.all(changes.map((batch) => applyChanges(states, batch)));
        const inOrder = changes.flat().toSorted((one, other) => (one.order < other.order ? -1 : 1));
        const latest = inOrder.map(({ aspect, order }) => [aspect, { M: { order: { S: order } } }]);
        const { kind: _kind, id: _id, ...known } = (await items.get('device', deviceId)) ?? {};
        expect(known).toEqual(Object.fromEntries(latest));
      }),
      { numRuns: 30 },
    );
  });

  it('remembers spilled callbacks: requeued, given up, stored', async () => {
    const records = createSpillRecords(embedded.tables.state, at(midnight), dynamodb());
    expect(await records.get('spill/a')).toBeUndefined();
    await records.put('spill/a', { requeues: 2, requeuedAt: midnight });
    expect(await records.get('spill/a')).toEqual({ requeues: 2, requeuedAt: midnight });
    expect(await records.isStored('spill/a')).toBe(false);
    await records.markStored('spill/a', 'D1#0', 'sk');
    expect(await records.isStored('spill/a')).toBe(true);
    expect(await records.get('spill/a')).toMatchObject({ requeues: 2 });
    await records.giveUp('spill/b');
    expect(await records.get('spill/b')).toEqual({ requeues: 24, requeuedAt: midnight });
  });

  it('forgets the origins of pictures after 30 days', async () => {
    await createPictureHosts(embedded.tables.state, at(midnight), dynamodb()).learn('http://192.0.2.1:31012');
    const learnedAt = (text: string) => createPictureHosts(embedded.tables.state, at(text), dynamodb()).learned();
    expect(await learnedAt('2026-01-30T23:59:59.000Z')).toEqual(['http://192.0.2.1:31012']);
    expect(await learnedAt('2026-01-31T00:00:00.000Z')).toEqual([]);
  });

  it('remembers how far the sweep has come', async () => {
    const watermark = createPictureWatermark(embedded.tables.state, dynamodb());
    expect(await watermark.read()).toBeUndefined();
    await watermark.write('2026-01-01T07');
    expect(await watermark.read()).toBe('2026-01-01T07');
  });
});

describe('the token store', () => {
  const store = (now = midnight) => createTokenStore(embedded.tables.tokens, at(now), dynamodb());
  const until = new Date('2026-01-01T00:00:15.000Z');

  it('keeps the token with its times, until it is cleared', async () => {
    const token = { token: 'T', expiresAt: new Date('2026-01-08T00:00:00.000Z'), askedAt: new Date(midnight) };
    expect(await store().read()).toBeUndefined();
    await store().write(token);
    expect(await store().read()).toEqual(token);
    await store().clear();
    expect(await store().read()).toBeUndefined();
  });

  it('gives the lease to one, until its end or its release', async () => {
    expect(await store().lease('a', until)).toBe(true);
    expect(await store().lease('b', until)).toBe(false);
    await store().release('b');
    expect(await store().lease('b', until)).toBe(false);
    expect(await store('2026-01-01T00:00:16.000Z').lease('b', until)).toBe(true);
    await store().release('b');
    expect(await store().lease('a', until)).toBe(true);
  });
});
