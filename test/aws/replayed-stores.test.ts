import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDirtyDates } from '#lib/aws/dirty-dates.ts';
import { eraseKnownDevice } from '#lib/aws/known-devices.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createJobQueue } from '#lib/aws/queues.ts';
import { createReplayedEvents } from '#lib/aws/replayed-events.ts';
import { createMovedMessages, createReplayedStates } from '#lib/aws/replayed-states.ts';
import { createSeenKeys } from '#lib/aws/seen-keys.ts';
import { createDeviceStates, createSpillRecords } from '#lib/aws/state-table.ts';
import type { StateChange } from '#lib/devices/device-states.ts';
import { trackDevices } from '#lib/devices/track-devices.ts';
import { type Item, text, textOf } from '#lib/events/attribute.ts';
import { type StoreMessagesDeps, storeMessages } from '#lib/intake/store-messages.ts';
import { type ReplayMessagesDeps, replayMessages } from '#lib/replay/replay-messages.ts';
import { type ItemKey, keyOf, keyText } from '#lib/replay/replay-plan.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { changedLines, memoryReplay } from '../support/fakes/memory-replay.ts';
import { exampleMessages } from '../support/fixtures.ts';

let embedded: EmbeddedStores;
const clients = () => embedded.stores.clients;
const replayedEvents = () => createReplayedEvents(embedded.tables.events, clients().dynamodb);

beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

const item = (key: ItemKey, more: Item = {}): Item => ({ camera: text(key.camera), sk: text(key.sk), ...more });

describe.each<[string, () => ReplayMessagesDeps['events']]>([
  ['in memory', () => memoryReplay().deps.events],
  ['in DynamoDB', replayedEvents],
])('the events for a replay %s', (where, create) => {
  const camera = `${where}#0`;
  const event: ItemKey = { camera, sk: '2026-01-01T00:00:00.000Z#1#00000000' };
  const part = (name: string, of = camera): ItemKey => ({ camera: of, sk: `${event.sk}#${name}` });
  const day = { day: text(`device_status#${where}`) };

  it('are read as a family, wherever the parts lie', async () => {
    const events = create();
    const other = { camera, sk: '2026-01-01T00:00:00.000Z#2#00000000' };
    const items = [
      item(event, day),
      item(part('device#0', 'else#1'), { ...day, data: text('whole') }),
      item(part('picture#alarm')),
      item(other, day),
    ];
    await events.putAll(items);
    expect((await events.family(event)).map(keyOf)).toEqual([event, part('picture#alarm')]);
    const keys = await events.keysByDay(`device_status#${where}`, event.sk);
    expect(keys.map(keyText).toSorted()).toEqual([keyText(event), keyText(part('device#0', 'else#1'))].toSorted());
    expect(await events.keysByDay('device_status#1970-01-01', event.sk)).toEqual([]);
    expect(await events.read([part('device#0', 'else#1'), part('device#1', 'else#2')])).toEqual([items[1]]);
  });

  it('are read by more keys than a request takes', async () => {
    const events = create();
    const keys = Array.from({ length: 230 }, (_, index) => part(`target#${index}`, 'many#0'));
    await events.putAll(keys.map((key) => item(key)));
    expect((await events.read(keys)).map(keyOf).map(keyText).toSorted()).toEqual(keys.map(keyText).toSorted());
  });

  it('keep a stored picture, and delete one only as it was seen', async () => {
    const events = create();
    const key = part('picture#vehicle');
    const inStatus = (status: string) => item(key, { status: text(status) });
    await events.putUnlessStored(inStatus('wanted'));
    expect(await events.remove({ ...key, status: 'missing' })).toBe(false);
    await events.putUnlessStored(inStatus('stored'));
    await events.putUnlessStored(inStatus('missing'));
    expect(await events.read([key])).toEqual([inStatus('stored')]);
    expect(await events.remove({ ...key, status: 'stored' })).toBe(true);
    expect(await events.read([key])).toEqual([]);
    expect(await events.remove({ ...key, status: 'stored' })).toBe(true);
  });
});

describe('states for a replay', () => {
  const change = (time: string, online: boolean): StateChange => ({
    deviceId: 'replayed',
    aspect: 'presence',
    order: `${time}#1`,
    values: { online, level: 10 },
  });

  it('take what is later, and what the same message says by now, and nothing else', async () => {
    const states = createReplayedStates(embedded.tables.state, clients().dynamodb);
    const deviceStates = createDeviceStates(embedded.tables.state, clients().dynamodb);
    expect(await states.isNews(change('2026-01-02', true))).toBe(true);
    await deviceStates.apply([change('2026-01-02', true)]);
    expect(await states.isNews(change('2026-01-02', true))).toBe(false);
    expect(await states.isNews(change('2026-01-01', false))).toBe(false);
    expect(await states.restate(change('2026-01-01', false))).toBe('older');
    expect(await states.isNews(change('2026-01-02', false))).toBe(true);
    expect(await states.restate(change('2026-01-02', false))).toBe('applied');
    expect(await states.isNews(change('2026-01-02', false))).toBe(false);
    expect(await states.isNews(change('2026-01-03', true))).toBe(true);
  });
});

describe('moved messages', () => {
  const create = () => createMovedMessages(embedded.tables.state, clients().dynamodb);
  const key = (sk: string): ItemKey => ({ camera: 'moved#0', sk });

  it('are remembered by the key in their line', async () => {
    const before = create();
    expect(await before.places(key('a'))).toEqual([]);
    await before.remember(key('a'), [key('b'), key('c')], 1_900_000_000);
    expect(await before.places(key('a'))).toEqual([key('b'), key('c')]);
    expect(await create().places(key('a'))).toEqual([key('b'), key('c')]);
    expect(await create().places(key('b'))).toEqual([]);
  });

  it('are forgotten with their device, be it the one of old or of now', async () => {
    const other = (camera: string): ItemKey => ({ camera, sk: 'x' });
    const forget = (device: string) => eraseKnownDevice(embedded.tables.state, device, false, clients().dynamodb);
    await create().remember(other('old#0'), [other('new#0')], 1_900_000_000);
    expect(await forget('ne')).toBe(0);
    expect(await forget('new')).toBe(1);
    expect(await create().places(other('old#0'))).toEqual([]);
    await create().remember(other('old#0'), [other('new#0')], 1_900_000_000);
    expect(await forget('old')).toBe(1);
  });
});

describe('a replay of what the functions have stored', () => {
  const timeZone = 'Asia/Shanghai';
  const arrivedAtMs = Date.now() - 3_600_000;
  const now = () => new Date();
  const items = new Map<string, Item>();

  function stores(): { store: StoreMessagesDeps; replay: ReplayMessagesDeps } {
    const { dynamodb, s3, sqs } = clients();
    const objects = createObjectStore(embedded.bucket, s3);
    const common = {
      markDirty: createDirtyDates(embedded.tables.state, now, dynamodb).mark,
      settings: { timeZone, retentionDays: 30, facePictures: 'keep' as const },
      protect: async (body: Buffer) => body,
      readErasures: async () => () => false,
      now,
    };
    const events = replayedEvents();
    const states = createDeviceStates(embedded.tables.state, dynamodb);
    return {
      store: {
        ...common,
        objects,
        events,
        spills: createSpillRecords(embedded.tables.state, now, dynamodb),
        queuePictures: createJobQueue(embedded.queueUrl('pictures'), sqs),
        noteKeys: createSeenKeys(embedded.tables.state, now, dynamodb).note,
        afterStored: (records) => trackDevices(states, records),
        metric: () => undefined,
      },
      replay: {
        ...common,
        raw: objects,
        objects,
        events,
        moved: createMovedMessages(embedded.tables.state, dynamodb),
        states: createReplayedStates(embedded.tables.state, dynamodb),
        queueRetries: createJobQueue(embedded.queueUrl('picture-retries'), sqs),
        signal: new AbortController().signal,
        onProgress: () => undefined,
      },
    };
  }
  const replay = (apply: boolean) =>
    replayMessages(stores().replay, { from: new Date(arrivedAtMs - 3_600_000), to: now(), apply });
  const read = async () => {
    const names = 'camera sk alarm_type status s3_key day event_camera body_sha256 kind data'.split(' ');
    const all = await Array.fromAsync(embedded.stores.items(embedded.tables.events, names));
    const ofMessages = all.filter(
      (one) => items.size === 0 || items.has(keyText(keyOf(one))) || keyOf(one).camera === 'OLD#0',
    );
    return new Map(ofMessages.map((one) => [keyText(keyOf(one)), one]));
  };

  it('finds exactly what was tampered with, repairs exactly that, and then nothing', async () => {
    const { store, replay: deps } = stores();
    await Promise.all([...(await read()).values()].map((one) => deps.events.remove(keyOf(one))));
    const messages = [0, 1].flatMap((minute) =>
      exampleMessages.map(({ text: body }) => ({
        queueMessageId: randomUUID(),
        receivedAt: new Date(arrivedAtMs + minute * 60_000).toISOString(),
        subscription: 'path',
        body: Buffer.from(minute === 0 ? body : body.replace(/(\n?)$/, ' $1')),
      })),
    );
    const results = await storeMessages(store, messages);
    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
    for (const [key, one] of await read()) items.set(key, one);
    expect(await replay(true)).toMatchObject({
      lines: messages.length,
      messages: { unchanged: messages.length },
      findings: [],
    });

    const eventOf = (type: string): ItemKey => {
      const found = [...items.values()].find(
        (one) => keyOf(one).sk.split('#').length === 3 && textOf(one['day'])?.startsWith(`${type}#`),
      );
      if (found === undefined) throw new Error(`there is no ${type}`);
      return keyOf(found);
    };
    const [alarm, missing, moved] = [eventOf('device_alarm'), eventOf('head_shoulder_data'), eventOf('vehicle_data')];
    const [whole = {}] = await deps.events.read([alarm]);
    await deps.events.putAll([{ ...whole, alarm_type: text('tampered') }]);
    await deps.events.remove(missing);
    const family = await deps.events.family(moved);
    for (const one of family) {
      const key = keyOf(one);
      await deps.events.putAll([{ ...one, camera: text('OLD#0'), sk: text(key.sk) }]);
      await deps.events.remove(key);
    }
    for await (const key of deps.raw.keys('raw/message_type=vehicle_data/')) {
      const content = (await deps.raw.get(key)) ?? gzipSync('');
      await deps.objects.put(key, changedLines(content, moved, { ...moved, camera: 'OLD#0' }), {
        contentType: 'application/x-ndjson',
      });
    }
    const tampered = await read();

    const dry = await replay(false);
    expect(dry.messages).toMatchObject({ unchanged: messages.length - 3, changed: 1, missing: 1, moved: 1, failed: 0 });
    expect(dry.findings).toEqual([
      { kind: 'changed', messageType: 'device_alarm', detail: 'alarm_type', count: 1, examples: [keyText(alarm)] },
      { kind: 'missing', messageType: 'head_shoulder_data', count: 1, examples: [keyText(missing)] },
      { kind: 'moved', messageType: 'vehicle_data', count: 1, examples: [keyText(moved)] },
    ]);
    expect(await read()).toEqual(tampered);

    expect((await replay(true)).findings).toEqual(dry.findings);
    expect(await read()).toEqual(items);
    expect(await replay(true)).toMatchObject({ messages: { unchanged: messages.length }, findings: [] });
  });
});
