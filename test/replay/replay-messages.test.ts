import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { erasedLine } from '#lib/callback/raw-line.ts';
import { type Item, text, textOf } from '#lib/events/attribute.ts';
import { type ItemKey, keyOf, keyText } from '#lib/replay/replay-plan.ts';
import { arrivedAt, memoryReplay } from '../support/fakes/memory-replay.ts';
import { exampleMessage, exampleMessages } from '../support/fixtures.ts';

const alarm = exampleMessage('device_alarm-mask_alarm').text;
const vehicle = exampleMessage('vehicle_data-7-motor-vehicle').text;
const behavior = exampleMessage('behavior_analysis_data-21-behavior-snapshot').text;
/** Without a zone its time is the tenant's, and another setting gives another key. */
const zoneless = alarm.replace('2023-02-10T17:37:30+08:00', '2023-02-10T17:37:30');
const login = exampleMessage('device_status-login').text;

/** Too large for its item. */
const large = `{"message_type":"vehicle_data","message_id":1676253459558286045,"data":{"plate_pic":"https://ivm.example/p","x":[${Array.from(
  { length: 500 },
  (_, index) => `"${String(index).repeat(200)}"`,
).join(',')}]}}`;

type World = ReturnType<typeof memoryReplay>;
const change = ({ items }: World, key: ItemKey, changes: Item): void => {
  items.set(keyText(key), { ...items.get(keyText(key)), ...changes });
};
const part = ({ camera, sk }: ItemKey, name: string): ItemKey => ({ camera, sk: `${sk}#${name}` });
const whatIs = (world: World) => structuredClone({ items: world.items, states: world.states, objects: world.objects });
const none = { unchanged: 0, changed: 0, missing: 0, moved: 0, expired: 0, erased: 0, failed: 0 };
/** A world in which device states are known, as after `track-devices`. */
async function settled(world: World): Promise<World> {
  await world.replay({ apply: true });
  world.writes.length = 0;
  return world;
}

describe('replayMessages', () => {
  it('finds nothing to do where the code is the one that stored, whatever the message', async () => {
    const world = memoryReplay();
    for (const { text: body } of exampleMessages) await world.store(body);
    await settled(world);
    const before = whatIs(world);
    const report = await world.replay({ apply: true });
    expect(report).toMatchObject({
      applied: true,
      isCutOff: true,
      to: '2026-01-01T11:45:00.000Z',
      lines: exampleMessages.length,
      repeated: 0,
      messages: { ...none, unchanged: exampleMessages.length },
      findings: [],
    });
    expect(world.writes).toEqual([]);
    expect(whatIs(world)).toEqual(before);
  });

  it('names what differs, by attribute and key, and without being asked to writes nothing', async () => {
    const world = memoryReplay();
    const [changed, missing] = [await world.store(alarm), await world.store(vehicle)];
    const parts = await world.store(behavior);
    await settled(world);
    change(world, changed, { alarm_type: text('something'), left_over: text('x') });
    for (const item of world.of(missing)) world.items.delete(keyText(keyOf(item)));
    world.items.delete(keyText(part(parts, 'target#1')));
    change(world, part(parts, 'target#2'), { problems: { L: [] }, itgt_type: text('wrong') });
    world.items.set(keyText(part(parts, 'target#9')), {
      ...world.items.get(keyText(part(parts, 'target#0'))),
      sk: text(part(parts, 'target#9').sk),
    });
    const before = whatIs(world);
    const { messages, findings } = await world.replay();
    expect(messages).toEqual({ ...none, changed: 2, missing: 1 });
    expect(findings.filter(({ kind }) => kind !== 'picture')).toEqual([
      {
        kind: 'changed',
        messageType: 'behavior_analysis_data',
        detail: 'itgt_type',
        count: 1,
        examples: [keyText(parts)],
      },
      {
        kind: 'part-missing',
        messageType: 'behavior_analysis_data',
        count: 1,
        examples: [keyText(part(parts, 'target#1'))],
      },
      {
        kind: 'part-removed',
        messageType: 'behavior_analysis_data',
        count: 1,
        examples: [keyText(part(parts, 'target#9'))],
      },
      { kind: 'changed', messageType: 'device_alarm', detail: 'alarm_type', count: 1, examples: [keyText(changed)] },
      { kind: 'changed', messageType: 'device_alarm', detail: 'left_over', count: 1, examples: [keyText(changed)] },
      { kind: 'missing', messageType: 'vehicle_data', count: 1, examples: [keyText(missing)] },
    ]);
    expect(world.writes).toEqual([]);
    expect(whatIs(world)).toEqual(before);
  });

  it('repairs exactly that, and a second run finds nothing', async () => {
    const world = memoryReplay();
    const [event, whole] = [await world.store(behavior), await world.store(alarm)];
    await settled(world);
    const before = whatIs(world);
    change(world, part(event, 'target#2'), { itgt_type: text('wrong') });
    world.items.delete(keyText(part(event, 'target#1')));
    world.items.delete(keyText(whole));
    expect(await world.replay({ apply: true })).toMatchObject({ messages: { changed: 1, missing: 1, failed: 0 } });
    expect(whatIs(world)).toEqual(before);
    expect(await world.replay({ apply: true })).toMatchObject({ messages: { ...none, unchanged: 2 }, findings: [] });
  });

  it('keeps what is known of the arrival, and takes it from the raw line where nothing stands', async () => {
    const world = memoryReplay();
    const event = await world.store(behavior);
    change(world, event, { received_at: text('2025-12-31T23:59:00.000Z'), data_id: text('wrong') });
    await world.replay({ apply: true });
    expect(world.items.get(keyText(event))).toMatchObject({ received_at: { S: '2025-12-31T23:59:00.000Z' } });
    world.items.delete(keyText(event));
    await world.replay({ apply: true });
    expect(world.items.get(keyText(event))).toMatchObject({
      received_at: { S: arrivedAt },
      raw_key: { S: expect.stringMatching(/^raw\//) },
      raw_line: { N: '0' },
    });
  });

  it('asks IVM for new pictures where it can be asked, and says of the others that they are missing', async () => {
    const world = memoryReplay();
    const event = await world.store(vehicle);
    for (const kind of ['vehicle', 'vehicle-alt']) world.items.delete(keyText(part(event, `picture#${kind}`)));
    const { findings } = await world.replay({ apply: true });
    expect(findings).toMatchObject([
      { kind: 'picture', detail: 'asked-for', count: 1, examples: [keyText(part(event, 'picture#vehicle'))] },
      { kind: 'picture', detail: 'expired', count: 1, examples: [keyText(part(event, 'picture#vehicle-alt'))] },
    ]);
    expect(world.jobs).toMatchObject([{ kind: 'vehicle', data_id: expect.any(String) }]);
    expect(world.jobs[0]).not.toHaveProperty('url');
    expect(world.items.get(keyText(part(event, 'picture#vehicle')))).toMatchObject({ status: { S: 'wanted' } });
    const late = world.items.get(keyText(part(event, 'picture#vehicle-alt')));
    expect(late).toMatchObject({ status: { S: 'missing' }, reason: { S: 'expired' } });
    expect(late).not.toHaveProperty('next_try_at');
    expect(world.dirty).toEqual(new Set(['events 2023-02-13 vehicle_data']));
  });

  it('asks for no picture that IVM has kept for seven days', async () => {
    const world = memoryReplay('2026-01-08T00:00:01.000Z');
    const event = await world.store(alarm);
    world.items.delete(keyText(part(event, 'picture#alarm')));
    await world.replay({ apply: true });
    expect(world.jobs).toEqual([]);
    expect(world.items.get(keyText(part(event, 'picture#alarm')))).toMatchObject({ status: { S: 'missing' } });
  });

  it('leaves alone what is older than events are kept, what was erased, and what has just come', async () => {
    const world = memoryReplay('2026-02-15T00:00:00.000Z');
    const erased = await world.store(vehicle, '2026-02-14T00:00:00.000Z');
    await world.store(behavior, '2026-02-14T23:50:00.000Z');
    await world.store(alarm);
    world.items.clear();
    const isErased: Awaited<ReturnType<typeof world.deps.readErasures>> = ({ occurredAt }) =>
      erased.sk.startsWith(occurredAt);
    const readErasures = async () => isErased;
    const range = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-02-16T00:00:00Z') };
    const report = await world.replay({ ...range, apply: true }, { readErasures });
    expect(report).toMatchObject({ lines: 2, messages: { ...none, expired: 1, erased: 1 }, isCutOff: true });
    expect(world.items.size).toBe(0);
    expect(await world.replay({ ...range, to: new Date('2026-02-14T23:00:00Z') })).toMatchObject({ isCutOff: false });
  });

  it('takes several lines of a message for one, and skips those that were erased', async () => {
    const world = memoryReplay();
    await world.store(alarm);
    const [[key, content] = ['', Buffer.alloc(0)]] = world.objects;
    world.objects.set(key.replace(/[0-9a-f]{32}/, 'f'.repeat(32)), content);
    world.objects.set(key.replace(/[0-9a-f]{32}/, 'e'.repeat(32)), gzipSync(`${erasedLine(new Date(arrivedAt))}\n`));
    expect(await world.replay()).toMatchObject({ lines: 3, repeated: 1, messages: { unchanged: 1, erased: 1 } });
    expect(await world.replay({ deviceId: '219123456CYP***' })).toMatchObject({ lines: 2, messages: { erased: 0 } });
  });

  it('goes by the hash in the line, also where the body was changed since', async () => {
    const world = memoryReplay();
    const bodySha256 = sha256Hex(Buffer.from('what came'));
    const sk = `2023-02-10T09:37:30.000Z#1676021851965927899#${bodySha256.slice(0, 8)}`;
    const line = {
      received_at: arrivedAt,
      subscription: 'device-alarm',
      message_id: '1',
      message_type: 'device_alarm',
    };
    const whole = { ...line, body_sha256: bodySha256, camera: '219123456CYP***#0', sk, body: alarm };
    world.objects.set(
      'raw/message_type=device_alarm/date=2026-01-01/hour=08/a.ndjson.gz',
      gzipSync(JSON.stringify(whole)),
    );
    expect((await world.replay()).findings).toContainEqual(
      expect.objectContaining({ kind: 'missing', examples: [`219123456CYP***#0 ${sk}`] }),
    );
  });

  it('writes no more of a body than the tenant wants kept by now', async () => {
    const world = memoryReplay();
    const event = await world.store(vehicle);
    const protect = async (body: Buffer) =>
      Buffer.from(body.toString().replace(/(?<="plate_char": *")[^"]+/, 'hashed'));
    const before = world.items.get(keyText(event));
    expect((await world.replay({ apply: true }, { protect })).findings).toContainEqual(
      expect.objectContaining({ kind: 'changed', detail: 'plate_char', count: 1 }),
    );
    const after = world.items.get(keyText(event));
    expect(after).toMatchObject({ plate_char: text('hashed'), body_sha256: before?.['body_sha256'] });
  });

  it.each([
    ['the device of the event', 'HOLO123***', 1],
    ['the device of a part', '219123456CYP***', 1],
    ['another device', '219123456', 0],
  ])('takes only messages of %s', async (_title, deviceId, lines) => {
    const world = memoryReplay();
    await world.store(deviceId.startsWith('HOLO') ? behavior : login);
    expect(await world.replay({ deviceId })).toMatchObject({ lines });
  });

  it('takes only messages of a type, and those that arrived in the range', async () => {
    const world = memoryReplay();
    await world.store(alarm);
    await world.store(vehicle);
    expect(await world.replay({ messageType: 'vehicle_data' })).toMatchObject({ lines: 1 });
    expect(await world.replay({ from: new Date(arrivedAt), to: new Date('2026-01-01T00:00:00.001Z') })).toMatchObject({
      lines: 2,
    });
    expect(await world.replay({ to: new Date(arrivedAt) })).toMatchObject({ lines: 0 });
    expect(await world.replay({ from: new Date('2026-01-01T00:00:00.001Z') })).toMatchObject({ lines: 0 });
  });

  it('tells what fails by its code and goes on', async () => {
    const world = memoryReplay();
    const event = await world.store(vehicle);
    change(world, event, { plate_char: text('wrong') });
    const folder = 'raw/message_type=device_alarm/date=2026-01-01/hour=08';
    const line = {
      received_at: arrivedAt,
      subscription: 'device-alarm',
      message_id: '1',
      message_type: 'device_alarm',
    };
    const broken = { ...line, body_sha256: '0'.repeat(64), camera: 'D#0', sk: 'a#1#0', body: '{"message_type":' };
    world.objects.set(`${folder}/a.ndjson.gz`, gzipSync(`${JSON.stringify(broken)}\nno line\n`));
    world.objects.set(`${folder}/b.ndjson.gz`, Buffer.from('no gzip'));
    const { messages, findings } = await world.replay({ apply: true });
    expect(messages).toEqual({ ...none, changed: 1, failed: 3 });
    expect(findings.filter(({ kind }) => kind === 'failed').map(({ detail, examples }) => [detail, examples])).toEqual(
      expect.arrayContaining([
        ['not-json', ['D#0 a#1#0']],
        ['bad-raw-line', [`${folder}/a.ndjson.gz#1`]],
        ['bad-raw-object', [`${folder}/b.ndjson.gz`]],
      ]),
    );
  });

  it('ends where the stores take nothing, and where it is interrupted, with what it has found so far', async () => {
    const world = memoryReplay();
    for (let id = 0; id < 30; id += 1)
      await world.store(alarm.replace('1676021851965927899', `16760218519659278${id + 10}`));
    const family = () => Promise.reject(new Error('the table is away'));
    const report = await world.replay({}, { events: { ...world.deps.events, family } });
    expect(report.stopped).toBe('the table is away, as 19 times before');
    expect(report.messages.failed).toBeLessThan(30);

    const keys: typeof world.deps.raw.keys = async function* someKeys(prefix) {
      if (prefix.includes('vehicle_data')) throw new Error('the bucket is away');
      yield* world.deps.raw.keys(prefix);
    };
    const raw = { ...world.deps.raw, keys };
    expect(await world.replay({}, { raw })).toMatchObject({ lines: 30, stopped: 'Error: the bucket is away' });
    await expect(world.replay({ messageType: 'vehicle_data' }, { raw })).rejects.toThrow('the bucket is away');

    const controller = new AbortController();
    const onProgress = (lines: number) => {
      if (lines >= 10) controller.abort();
    };
    const interrupted = await world.replay({}, { signal: controller.signal, onProgress });
    expect(interrupted.stopped).toBe('interrupted');
    expect(interrupted.lines).toBeGreaterThanOrEqual(10);
    expect(interrupted.lines).toBeLessThan(30);
  });

  it('finds parts in other partitions that the index by day does not have yet', async () => {
    const world = memoryReplay();
    await world.store(login);
    await settled(world);
    const events = { ...world.deps.events, keysByDay: async () => [] };
    expect(await world.replay({}, { events })).toMatchObject({ messages: { ...none, unchanged: 1 } });
  });

  it('writes data that is too large for its item beside it again, and takes it away from where no event names it', async () => {
    const world = memoryReplay();
    const event = await world.store(large);
    const key = [...world.objects.keys()].find((one) => one.startsWith('details/')) ?? '';
    world.objects.delete(key);
    world.objects.set('details/other', Buffer.from('other'));
    change(world, event, { details_key: text('details/other') });
    await world.replay({ apply: true });
    expect(gunzipSync(world.objects.get(key) ?? gzipSync('')).toString()).toBe(large);
    expect(world.objects.has('details/other')).toBe(false);
    expect(world.items.get(keyText(event))).toMatchObject({ details_key: text(key) });
  });

  it('makes exports anew of both days where only the day of an event is another', async () => {
    const world = memoryReplay();
    const event = await world.store(vehicle);
    change(world, event, { day: text('vehicle_data#2023-02-12') });
    await world.replay({ apply: true });
    expect([...world.dirty].toSorted()).toEqual(['events 2023-02-12 vehicle_data', 'events 2023-02-13 vehicle_data']);
  });

  it('goes by the arrival that an event keeps where it judges whether IVM still has a picture', async () => {
    const world = memoryReplay();
    const event = await world.store(alarm);
    change(world, event, { received_at: text('2025-12-20T00:00:00.000Z') });
    world.items.delete(keyText(part(event, 'picture#alarm')));
    expect((await world.replay()).findings).toMatchObject([{ kind: 'picture', detail: 'expired' }]);
  });

  it('says nothing of devices that a message too old to keep told of', async () => {
    const world = memoryReplay('2026-02-15T00:00:00.000Z');
    await world.store(login);
    expect(await world.replay({ apply: true })).toMatchObject({ messages: { expired: 1 } });
    expect(world.states.size).toBe(0);
  });

  it('takes the first where a message tells of one channel twice', async () => {
    const world = memoryReplay();
    const channel = (state: number) => `{"channel_id":"7","channel_state":${state}}`;
    const param = `{"device_id":"D1","time":"2026-01-01T08:00:00+08:00","video_channel":[${channel(1)},${channel(0)}]}`;
    await world.store(
      `{"message_id":1676292308043441909,"message_type":"device_status","data":{"method":"channel_state_notice","param":${param}}}`,
    );
    await settled(world);
    expect([...world.states.values()]).toMatchObject([
      { channelId: '7', aspect: 'presence', values: { online: true } },
    ]);
    expect(await world.replay()).toMatchObject({ findings: [] });
  });

  it('restores what devices were said to be, by the time of the events', async () => {
    const world = memoryReplay();
    await world.store(login);
    const { findings } = await world.replay({ apply: true });
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: 'device-state', detail: 'presence', messageType: 'device_status', count: 2 }),
    );
    const known = [...world.states.values()].find(({ aspect }) => aspect === 'presence');
    if (known === undefined) throw new Error('nothing is known');
    known.values = { online: false };
    expect((await world.replay()).findings).toMatchObject([{ kind: 'device-state', detail: 'presence', count: 1 }]);
    await world.replay({ apply: true });
    expect((await world.replay()).findings).toEqual([]);
  });
});

describe('a message under an old key', () => {
  const earlier: ItemKey = { camera: 'OLD#7', sk: '1970-01-01T00:00:00.000Z#1#00000000' };

  it.each([
    ['its pictures', vehicle],
    ['its parts', behavior],
    ['parts in other partitions', login],
  ])('goes to its key with %s, and nothing of it stays', async (_title, body) => {
    const world = memoryReplay();
    const event = await world.store(body);
    const { messageType } = { messageType: textOf(world.items.get(keyText(event))?.['message_type']) };
    await settled(world);
    const before = whatIs(world);
    world.asEarlier(event, earlier, `${messageType}#1970-01-01`);
    expect(whatIs(world).items).not.toEqual(before.items);
    expect(await world.replay()).toMatchObject({ messages: { ...none, moved: 1 } });
    expect(await world.replay({ apply: true })).toMatchObject({ messages: { ...none, moved: 1 } });
    const sweepAt = ({ open_hour: _hour, next_try_at: _at, ...item }: Item) => item;
    const settledItems = (items: Map<string, Item>) => new Map([...items].map(([key, item]) => [key, sweepAt(item)]));
    expect(settledItems(world.items)).toEqual(settledItems(before.items));
    expect([...world.dirty]).toContain(`events 1970-01-01 ${messageType}`);
    expect(await world.replay({ apply: true })).toMatchObject({ messages: { ...none, unchanged: 1 }, findings: [] });
  });

  it('keeps what is known of its pictures, and a stored one wins over one that is wanted', async () => {
    const world = memoryReplay();
    const event = await world.store(vehicle);
    const wanted = world.items.get(keyText(part(event, 'picture#plate'))) ?? {};
    world.asEarlier(event, earlier);
    const stored = { status: text('stored'), s3_key: text('pictures/old.jpg'), sha256: text('abc') };
    change(world, part(earlier, 'picture#vehicle'), stored);
    change(world, part(earlier, 'picture#plate'), stored);
    change(world, part(earlier, 'picture#panorama'), { status: text('missing'), reason: text('gone') });
    // As if the message had come to the current code as well.
    world.items.set(keyText(part(event, 'picture#plate')), wanted);
    const better = {
      ...wanted,
      ...part(event, 'picture#vehicle'),
      status: text('stored'),
      s3_key: text('pictures/new.jpg'),
    };
    world.items.set(keyText(part(event, 'picture#vehicle')), {
      ...better,
      camera: text(event.camera),
      sk: text(part(event, 'picture#vehicle').sk),
    });
    await world.replay({ apply: true });
    const pictureOf = (kind: string) => world.items.get(keyText(part(event, `picture#${kind}`)));
    expect(pictureOf('plate')).toMatchObject({
      ...stored,
      camera: { S: event.camera },
      device_id: { S: '219123456CYP***' },
    });
    expect(pictureOf('vehicle')).toMatchObject({ s3_key: { S: 'pictures/new.jpg' } });
    expect(pictureOf('panorama')).toMatchObject({ status: { S: 'missing' }, reason: { S: 'gone' } });
    // Of an open one it is looked for again: a sweep may have passed the hour that it was listed under.
    expect(pictureOf('vehicle-alt')).toMatchObject({ status: { S: 'wanted' }, open_hour: { S: '2026-01-01T12' } });
    expect(world.of(earlier)).toEqual([]);
    expect(world.jobs).toEqual([]);
  });

  it('is tried again where a picture of it was fetched meanwhile', async () => {
    const world = memoryReplay();
    const event = await world.store(alarm);
    world.asEarlier(event, earlier);
    const putIfAbsent: typeof world.deps.events.putIfAbsent = async (item) => {
      const result = await world.deps.events.putIfAbsent(item);
      change(world, part(earlier, 'picture#alarm'), { status: text('stored'), s3_key: text('pictures/a.jpg') });
      return result;
    };
    const report = await world.replay({ apply: true }, { events: { ...world.deps.events, putIfAbsent } });
    expect(report.findings).toMatchObject([{ kind: 'failed', detail: 'picture-changed' }]);
    await world.replay({ apply: true });
    expect(world.of(earlier)).toEqual([]);
    expect(world.items.get(keyText(part(event, 'picture#alarm')))).toMatchObject({ s3_key: { S: 'pictures/a.jpg' } });
  });

  it('is found wherever it was moved before, back to its first key included', async () => {
    const world = memoryReplay('2026-01-03T00:00:00.000Z');
    const event = await world.store(zoneless);
    // The archive is in hours of the zone in which they were.
    const range = { from: new Date('2025-12-31T00:00:00Z'), to: new Date('2026-01-02T16:00:00Z') };
    const zones = ['UTC', 'America/New_York', 'Asia/Shanghai', 'UTC'];
    for (const timeZone of zones) {
      const settings = { ...world.deps.settings, timeZone };
      const { messages } = await world.replay({ ...range, apply: true }, { settings });
      expect(messages).toEqual({ ...none, moved: 1 });
      expect([...world.items.values()].filter((item) => keyOf(item).sk.split('#').length === 3)).toHaveLength(1);
      expect(world.items.has(keyText(event))).toBe(timeZone === 'Asia/Shanghai');
    }
  });
});

describe('a replay that dies', () => {
  async function damaged(): Promise<World> {
    const world = memoryReplay();
    const changed = await world.store(behavior);
    const missing = await world.store(vehicle);
    const oversized = await world.store(large);
    const moved = await world.store(login);
    change(world, changed, { data_id: text('wrong') });
    world.items.delete(keyText(part(changed, 'target#1')));
    world.items.set(keyText(part(changed, 'target#9')), {
      ...world.items.get(keyText(part(changed, 'target#0'))),
      sk: text(part(changed, 'target#9').sk),
    });
    for (const item of world.of(missing)) world.items.delete(keyText(keyOf(item)));
    world.asEarlier(moved, { camera: 'OLD#-', sk: moved.sk.replace('2023', '2022') }, 'device_status#2022-02-13');
    world.asEarlier(
      oversized,
      { camera: 'OLD#-', sk: oversized.sk.replace('2023', '2022') },
      'vehicle_data#2022-02-13',
    );
    change(world, { camera: 'OLD#-', sk: oversized.sk.replace('2023', '2022') }, { details_key: text('details/old') });
    world.objects.set('details/old', Buffer.from('old'));
    change(world, part({ camera: 'OLD#-', sk: oversized.sk.replace('2023', '2022') }, 'picture#plate'), {
      status: text('stored'),
      s3_key: text('pictures/a.jpg'),
    });
    return world;
  }
  const endOf = ({ items, objects, states, moved, dirty }: World) => ({
    items: new Map(items),
    objects: [...objects.keys()].toSorted(),
    states: new Map(states),
    moved: new Map(moved),
    dirty: [...dirty].toSorted(),
  });

  /** Of which the message has been moved away from the key in its raw line, and is now to go back to it. */
  async function movedAway(): Promise<World> {
    const world = memoryReplay();
    await world.store(zoneless);
    await world.replay({ apply: true }, { settings: { ...world.deps.settings, timeZone: 'UTC' } });
    world.writes.length = 0;
    world.dirty.clear();
    return world;
  }

  it('between its old key and the next is found in both, also by code that gives a third', async () => {
    const fewest = (await movedAway()).items.size;
    for (let dieAt = 0; dieAt < 12; dieAt += 1) {
      const world = memoryReplay();
      await world.store(zoneless);
      world.world.dieAt = dieAt;
      await world.replay({ apply: true }, { settings: { ...world.deps.settings, timeZone: 'UTC' } });
      world.world.dieAt = undefined;
      world.world.isDead = false;
      await world.replay({ apply: true }, { settings: { ...world.deps.settings, timeZone: 'Asia/Tokyo' } });
      expect(world.items.size, `died at write ${dieAt}`).toBe(fewest);
    }
  });

  it.each([
    ['repairs', damaged, 30],
    ['moves a message back', movedAway, 7],
  ])(
    'while it %s, at any of its writes, is finished by the next run, to the same end',
    async (_title, start, fewest) => {
      const whole = await start();
      await whole.replay({ apply: true });
      const writes = whole.writes.length;
      expect(writes).toBeGreaterThan(fewest);
      expect(whole.objects.has('details/old')).toBe(false);
      expect([...whole.items.keys()].filter((key) => key.startsWith('OLD'))).toEqual([]);
      const end = endOf(whole);
      for (let dieAt = 0; dieAt < writes; dieAt += 1) {
        const world = await start();
        world.world.dieAt = dieAt;
        await world.replay({ apply: true });
        expect(world.writes).toHaveLength(dieAt);
        world.world.dieAt = undefined;
        world.world.isDead = false;
        await world.replay({ apply: true });
        expect(endOf(world), `died at write ${dieAt}`).toEqual(end);
      }
    },
  );
});
