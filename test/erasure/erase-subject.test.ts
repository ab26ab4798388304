import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeadLetters } from '#lib/aws/dead-letters.ts';
import { createDirtyDates } from '#lib/aws/dirty-dates.ts';
import { createErasableEvents } from '#lib/aws/erasable-events.ts';
import { createErasures } from '#lib/aws/erasures.ts';
import { createEventsReader } from '#lib/aws/events-reader.ts';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { createExportLedger } from '#lib/aws/export-ledger.ts';
import { createInventoryStore } from '#lib/aws/inventory-store.ts';
import { eraseKnownDevice } from '#lib/aws/known-devices.ts';
import { createObjectVersions } from '#lib/aws/object-versions.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createPictureItems } from '#lib/aws/picture-items.ts';
import { createDeviceStates, createSpillRecords } from '#lib/aws/state-table.ts';
import { quarantineObjects } from '#lib/callback/quarantine.ts';
import { rawBody, sha256Hex } from '#lib/callback/raw-body.ts';
import type { RawLine } from '#lib/callback/raw-line.ts';
import { type EraseReport, type EraseSubjectDeps, eraseSubject } from '#lib/erasure/erase-subject.ts';
import { createSubject, type EraseRequest } from '#lib/erasure/subject.ts';
import { exportEvents } from '#lib/event-exports/export-events.ts';
import { integerOf, textOf } from '#lib/events/attribute.ts';
import { eventRecord, type RecordSettings } from '#lib/events/event-record.ts';
import { readManifest } from '#lib/exports/manifest.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';
import { type StoreMessagesDeps, storeMessages } from '#lib/intake/store-messages.ts';
import type { PictureJob } from '#lib/pictures/picture-job.ts';
import { pictureKey, pictureKeyParts } from '#lib/pictures/picture-key.ts';
import { temporaryDirectory } from '#lib/runtime/temporary-directory.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { placesOf, readAll } from '../support/store-contents.ts';

const privacyKey = 'an-invented-key-of-more-than-32-characters';
const timeZone = 'Asia/Shanghai';
const settings: RecordSettings = { timeZone, retentionDays: 400, facePictures: 'keep' };
const date = '2026-02-03';
const arrival = '2026-02-03T02:00:01.000Z';
const now = () => new Date('2026-02-05T00:00:00.000Z');
const queues = ['alarms-dead', 'pictures-dead', 'snapshots-dead'];

/** Digits that stand in nothing else. */
const plate = { digits: '90817', spellings: ['粤B90817', '粤B·90817', '粤b 90817'] };
const otherPlate = '粤B55555';
const person = { name: '章三丰', id: '4711471147114711471' };
const devices = { one: 'DEV/ONE-7', two: 'DEVTWO-8' };

let nextId = 1_770_000_000_000_000_000n;
const message = (messageType: string, deviceId: string, data: object) => {
  nextId += 1n;
  const time = { report_time: '2026-02-03T10:00:00+08:00', alarm_time: '2026-02-03T10:00:00+08:00' };
  const whole = { device_id: deviceId, channel_id: '0', ...time, ...data };
  return {
    id: String(nextId),
    text: JSON.stringify({ message_id: `${nextId}`, message_type: messageType, data: whole }),
  };
};
const vehicle = (deviceId: string, plateChar: string, more: object = {}) =>
  message('vehicle_data', deviceId, {
    plate_char: plateChar,
    vehicle_url: 'https://pictures.example/v.jpg',
    panorama_url: 'https://pictures.example/p.jpg',
    ...more,
  });

const wanted = {
  spelled: vehicle(devices.one, plate.spellings[1] ?? ''),
  deep: message('micro_checkpoint_data', devices.two, {
    data: { common: {}, targets: [{ plate_char: otherPlate }, { plate_char: plate.spellings[0] }] },
  }),
  odd: message('third_data', devices.two, { note: [{ remark: plate.spellings[2] }] }),
  large: vehicle(devices.one, '无牌', { target: { plate_char: plate.spellings[0] }, filler: fillerOf(300) }),
};
const kept = {
  vehicle: vehicle(devices.one, otherPlate),
  elsewhere: vehicle(devices.two, otherPlate),
  person: message('device_alarm', devices.two, {
    alarm_uuid: 'uuid-1',
    classification: 'TARGET_REC',
    target: { name: person.name, target_id: person.id, organization: 'Organisation A' },
  }),
  state: message('device_status', devices.one, {}),
};

function fillerOf(kilobytes: number): string[] {
  return Array.from({ length: kilobytes }, () => 'x'.repeat(1_000));
}

let embedded: EmbeddedStores;
beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

const clients = () => embedded.stores.clients;
const objects = () => createObjectStore(embedded.bucket, clients().s3);
const erasures = () => createErasures(embedded.tables.state, async () => privacyKey, clients().dynamodb);
const deadLettersOf = (queue: string) =>
  createDeadLetters(embedded.queueUrl(queue.replace('-dead', '')), embedded.queueUrl(queue), clients().sqs);

function storing(): StoreMessagesDeps {
  const { dynamodb } = clients();
  return {
    objects: objects(),
    events: createEventsTable(embedded.tables.events, dynamodb),
    spills: createSpillRecords(embedded.tables.state, now, dynamodb),
    queuePictures: async (jobs) => jobs.map(() => ({ status: 'fulfilled', value: undefined })),
    markDirty: async () => undefined,
    protect: async (body) => body,
    readErasures: erasures().readCheck,
    noteKeys: async () => undefined,
    settings,
    metric: () => undefined,
    now,
  };
}

async function store(bodies: readonly string[], receivedAt = arrival) {
  const results = await storeMessages(
    storing(),
    bodies.map((text) => ({
      queueMessageId: randomUUID(),
      receivedAt,
      subscription: 'vehicle-data',
      body: Buffer.from(text),
    })),
  );
  expect(results.map(({ status }) => status)).toEqual(bodies.map(() => 'fulfilled'));
}

const recordOf = (text: string) => {
  const body = Buffer.from(text);
  return eventRecord({ receivedAt: arrival, subscription: '-', body, bodySha256: sha256Hex(body) }, settings);
};

/** Stores a picture of an event as if it had been fetched. */
async function storePicture(text: string, kind: string): Promise<{ job: PictureJob; key: string }> {
  const record = recordOf(text);
  const job: PictureJob = {
    ...pictureKeyParts(record),
    camera: record.camera,
    sk: `${record.sk}#picture#${kind}`,
    kind,
    received_at: record.receivedAt,
    not_ready: 0,
  };
  const key = pictureKey(job, timeZone, 'jpg');
  await objects().put(key, Buffer.from(`picture of ${record.messageId}`), { contentType: 'image/jpeg' });
  await createPictureItems(embedded.tables.events, clients().dynamodb).markStored(job, {
    s3Key: key,
    contentType: 'image/jpeg',
    bytes: 1,
    sha256: '0'.repeat(64),
    fetchedAt: now(),
  });
  return { job, key };
}

function exporting() {
  const { dynamodb } = clients();
  return {
    events: createEventsReader(embedded.tables.events, dynamodb),
    inventory: createInventoryStore(embedded.tables.state, dynamodb),
    dirty: createDirtyDates(embedded.tables.state, now, dynamodb),
    objects: objects(),
    ledger: createExportLedger(embedded.tables.state, now, dynamodb),
    newHolder: randomUUID,
    temporaryDirectory,
    timeZone,
    metric: () => undefined,
    now,
  };
}

/** Looking through a dead-letter queue takes two seconds, since SQS may hide what there is. */
function erasing(withDeadLetters: boolean): EraseSubjectDeps {
  const { ledger, newHolder } = exporting();
  return {
    items: createErasableEvents(embedded.tables.events, clients().dynamodb),
    objects: createObjectVersions(embedded.bucket, clients().s3),
    settleSpill: (key) => createSpillRecords(embedded.tables.state, now, clients().dynamodb).markStored(key, '-', '-'),
    deadLetters: withDeadLetters ? queues.map(deadLettersOf) : [],
    publishing: { objects: objects(), ledger, temporaryDirectory, now },
    newHolder,
    forbid: erasures().put,
    settle: async () => 0,
    eraseState: (encodedId, isDryRun) =>
      eraseKnownDevice(embedded.tables.state, encodedId, isDryRun, clients().dynamodb),
    record: erasures().record,
    progress: () => undefined,
    timeZone,
    now,
  };
}

const erase = (request: EraseRequest, { isDryRun = false, withDeadLetters = false } = {}): Promise<EraseReport> =>
  eraseSubject(erasing(withDeadLetters), createSubject(request, privacyKey, now(), settings), isDryRun);
const traces = async (text: string) => placesOf(await readAll(embedded, queues), text);
const dead = (queue: string, body: string, attributes: { [name: string]: string } = {}) =>
  clients().sqs.send(
    new SendMessageCommand({
      QueueUrl: embedded.queueUrl(queue),
      MessageBody: body,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
  );

const spillKey = 'spill/vehicle-data/2026-02-03T02:00:00.000Z-0123456789abcdef.json';
async function spill(text: string): Promise<void> {
  const body = Buffer.from(text);
  const line: RawLine = {
    received_at: arrival,
    subscription: 'vehicle-data',
    message_id: '1',
    message_type: 'vehicle_data',
    body_sha256: sha256Hex(body),
    camera: null,
    sk: null,
    ...rawBody(body),
  };
  await objects().put(spillKey, Buffer.from(JSON.stringify(line)), { contentType: 'application/json' });
}

describe('erasing', () => {
  beforeAll(async () => {
    await store([...Object.values(wanted), ...Object.values(kept)].map(({ text }) => text));
    const order = '2026-02-03T02:00:00.000Z#1';
    await createDeviceStates(embedded.tables.state, clients().dynamodb).apply([
      { deviceId: devices.one, aspect: 'presence', values: { online: true }, order },
    ]);
    const { job } = await storePicture(wanted.spelled.text, 'vehicle');
    await storePicture(kept.vehicle.text, 'vehicle');
    await dead('pictures-dead', JSON.stringify(job), { code: 'unreachable', reason: 'nobody answers' });
    await dead('alarms-dead', vehicle(devices.two, plate.spellings[0] ?? '').text, { received_at: arrival });
    await dead('alarms-dead', 'no JSON, but 粤B90817 is in it', { received_at: arrival });
    await dead('alarms-dead', vehicle(devices.two, otherPlate).text, { received_at: arrival });
    await dead('alarms-dead', '{}', { received_at: arrival, spill: spillKey });
    await spill(vehicle(devices.two, plate.spellings[0] ?? '').text);
    for (const text of [vehicle(devices.two, plate.spellings[0] ?? '').text, `{"broken": "${plate.spellings[0]}"`]) {
      const callback = { reason: 'stale', body: Buffer.from(text), receivedAt: new Date(arrival) } as const;
      for (const { key, content, contentType } of quarantineObjects({
        ...callback,
        subscription: 'vehicle-data',
        timeZone,
      })) {
        await objects().put(key, content, { contentType });
      }
    }
    await objects().put('athena-results/query.csv', Buffer.from(plate.spellings[0] ?? ''), { contentType: 'text/csv' });
    await exportEvents(exporting(), { date }, { remainingMs: () => Number.POSITIVE_INFINITY });
  });

  const counts = {
    events: 4,
    rawLines: 4,
    objects: { pictures: 1, details: 1, spill: 1, quarantine: 2, 'athena-results': 1 },
    exports: { rewritten: 1, removed: 2, rows: 5, busy: [] },
    deadLetters: 4,
  };

  it('begins with traces of a plate in every kind of place', async () => {
    const places = (await traces(plate.digits)).map((place) => place.split(/[ /]/, 2).join(' '));
    expect(new Set(places)).toEqual(
      new Set([
        's3 raw',
        's3 details',
        's3 exports',
        's3 spill',
        's3 quarantine',
        's3 athena-results',
        ...places.filter((place) => /^(?:events|alarms-dead) /.test(place)),
      ]),
    );
    expect(places.filter((place) => place.startsWith('events ')).length).toBeGreaterThanOrEqual(4);
    expect(places.filter((place) => place.startsWith('alarms-dead '))).toHaveLength(2);
  });

  it('says what there is and changes nothing when it is only asked', async () => {
    const before = await readAll(embedded, queues);
    const report = await erase({ plate: plate.spellings[0] ?? '' }, { isDryRun: true, withDeadLetters: true });
    expect(report).toMatchObject({ dryRun: true, ...counts });
    expect(await readAll(embedded, queues)).toEqual(before);
  });

  it('leaves no trace of a plate, in whatever spelling and place, and all else as it was', async () => {
    const before = await readAll(embedded, queues);
    const report = await erase({ plate: '粤B-90817' }, { withDeadLetters: true });
    expect(report).toMatchObject({ dryRun: false, ...counts });
    expect(await traces(plate.digits)).toEqual([]);
    // That it is settled is remembered for a month: a pointer to it may still be under way.
    expect((await traces(spillKey)).map((place) => place.split(' ')[0])).toEqual(['state']);
    for (const { id } of Object.values(wanted)) expect(await traces(id)).toEqual([]);

    const after = await readAll(embedded, queues);
    for (const { id } of Object.values(kept)) {
      const events = [...before].filter(([place, text]) => place.startsWith('events ') && text.includes(id));
      expect(events.length).toBeGreaterThan(0);
      const left = [...after].filter(([place]) => place.startsWith('events ')).map(([, text]) => text);
      expect(left).toEqual(expect.arrayContaining(events.map(([, text]) => text)));
    }
    expect(await objects().get(pictureKeyOf(kept.vehicle.text))).toBeDefined();
    expect(placesOf(after, otherPlate).filter((place) => place.startsWith('alarms-dead '))).toHaveLength(1);
  });

  it('keeps every other line of the raw archive where its event says it is', async () => {
    for (const { text } of [kept.vehicle, kept.elsewhere]) {
      const { camera, sk } = recordOf(text);
      const events = createEventsReader(embedded.tables.events, clients().dynamodb);
      const items = await Array.fromAsync(events.camera(camera, new Date(0), now()));
      const event = items.find((item) => textOf(item['sk']) === sk);
      const archive = gunzipSync((await objects().get(textOf(event?.['raw_key']) ?? '')) ?? Buffer.alloc(0)).toString();
      const line = JSON.parse(archive.split('\n')[integerOf(event?.['raw_line']) ?? -1] ?? '{}') as RawLine;
      expect(line.body).toBe(text);
    }
  });

  it('publishes the exports anew without those rows, and says so', async () => {
    const partition = [
      ['message_type', 'vehicle_data'],
      ['date', date],
    ] as const;
    const manifest = await readManifest(objects(), 'events', partition);
    expect(manifest).toMatchObject({ version: 2, rows: 2, coverage: { erased: { rows: 2 } } });
    if (manifest === undefined) throw new Error('no manifest');
    const rows = await Array.fromAsync(readExportRows(objects(), manifest));
    expect(rows.map((row) => row['plate_char'])).toEqual([otherPlate, otherPlate]);
    const third = await readManifest(objects(), 'events', [
      ['message_type', 'third_data'],
      ['date', date],
    ]);
    expect(third).toBeUndefined();
  });

  it('stores nothing of it again, by whatever way it comes, but a later sighting', async () => {
    await store([wanted.spelled.text, wanted.deep.text], '2026-02-06T00:00:00.000Z');
    expect(await traces(plate.digits)).toEqual([]);
    const later = vehicle(devices.two, plate.spellings[0] ?? '', { report_time: '2026-02-06T10:00:00+08:00' });
    await store([later.text], '2026-02-06T02:00:01.000Z');
    expect(await traces(later.id)).not.toEqual([]);
    expect(await traces(plate.digits)).not.toEqual([]);
  });

  it('finds nothing more when it is asked again, and its record does not tell whom it was about', async () => {
    expect(await erase({ plate: plate.spellings[0] ?? '' }, { isDryRun: true })).toMatchObject({
      events: 0,
      items: 0,
      rawLines: 0,
      objects: {},
      exports: { rows: 0 },
    });
    const records = await traces('recoverableUntil');
    expect(records).toHaveLength(1);
    const all = await readAll(embedded, queues);
    expect(all.get(records[0] ?? '')).toContain('"events":{"N":"4"}');
  });

  it('erases a person by name, with what the device number alone would not tell', async () => {
    expect(await erase({ target: person.id, device: devices.one })).toMatchObject({ events: 0 });
    expect(await traces(person.name)).not.toEqual([]);
    expect(await erase({ target: person.name, device: devices.two })).toMatchObject({ events: 1, rawLines: 1 });
    expect(await traces(person.name)).toEqual([]);
    expect(await traces(person.id)).toEqual([]);
  });

  it('erases a device with everything that is known of it, and no other', async () => {
    const before = (await traces(devices.two)).length;
    const report = await erase({ device: devices.one });
    expect(report.state).toBeGreaterThan(0);
    for (const text of ['DEV/ONE-7', 'DEV%2FONE-7']) expect(await traces(text)).toEqual([]);
    expect((await traces(devices.two)).length).toBeGreaterThanOrEqual(before - 2);
    expect(await traces(kept.elsewhere.id)).not.toEqual([]);
  });

  it('erases everything before a day', async () => {
    const before = new Date('2026-02-04T00:00:00+08:00');
    expect(await erase({ before }, { withDeadLetters: true })).toMatchObject({ events: 1, deadLetters: 1 });
    expect(await traces(kept.elsewhere.id)).toEqual([]);
    expect((await traces('2026-02-06T02:00:00.000Z')).length).toBeGreaterThan(0);
  });
});

const pictureKeyOf = (text: string): string =>
  pictureKey({ ...pictureKeyParts(recordOf(text)), kind: 'vehicle' }, timeZone, 'jpg');
