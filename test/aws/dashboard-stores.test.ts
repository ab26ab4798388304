import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataDeps } from '#lib/aws/dashboard-data.ts';
import { createNowDeps } from '#lib/aws/dashboard-now.ts';
import { createErasures } from '#lib/aws/erasures.ts';
import { createLinkSigner } from '#lib/aws/object-links.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createSender } from '#lib/aws/queues.ts';
import { createRegistrationRecords } from '#lib/aws/registration-records.ts';
import { createSeenKeys } from '#lib/aws/seen-keys.ts';
import { createStateItems } from '#lib/aws/state-items.ts';
import { quarantineObjects } from '#lib/callback/quarantine.ts';
import { answerRequest } from '#lib/dashboard/answer-request.ts';
import { dataRoutes } from '#lib/dashboard/data.ts';
import { DeadLetterList } from '#lib/dashboard/data-dead-letters.ts';
import { ErasureList } from '#lib/dashboard/data-erasures.ts';
import { ExportList } from '#lib/dashboard/data-exports.ts';
import { QuarantinedOpened, QuarantineList } from '#lib/dashboard/data-quarantine.ts';
import { Now } from '#lib/dashboard/now.ts';
import { text } from '#lib/events/attribute.ts';
import { putManifest } from '#lib/exports/manifest.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';

let embedded: EmbeddedStores;
beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

const now = () => new Date('2026-01-15T12:00:00.000Z');
const queues = ['alarms', 'pictures'];
const env = () => ({
  STACK: embedded.tables.state.replace(/-state$/, ''),
  TIME_ZONE: 'UTC',
  BUCKET: embedded.bucket,
  EVENTS_TABLE: embedded.tables.events,
  STATE_TABLE: embedded.tables.state,
  QUEUE_URLS: queues.map((name) => embedded.queueUrl(name)),
  DEAD_LETTER_QUEUE_URLS: queues.map((name) => embedded.queueUrl(`${name}-dead`)),
});
const clients = () => embedded.stores.clients;
const objects = () => createObjectStore(embedded.bucket, clients().s3);

async function ask(path: string, query: { [name: string]: string } = {}): Promise<unknown> {
  const deps = createDataDeps(env(), createLinkSigner(embedded.bucket, now, clients().s3), clients());
  const { body } = await answerRequest(
    dataRoutes,
    deps,
    { method: 'GET', path: `/api/data/${path}`, query },
    (error) => {
      throw error;
    },
  );
  return JSON.parse(body);
}

describe('dead letters, looked at', () => {
  it('are all there afterwards for whoever comes next', async () => {
    const send = createSender(clients().sqs);
    for (let index = 0; index < 12; index += 1) {
      const attributes = { code: 'bad-json', reason: 'no JSON', message_id: String(index) };
      await send(embedded.queueUrl('alarms-dead'), `{"n":${index}}`, attributes, 5_000);
    }
    for (let look = 0; look < 2; look += 1) {
      const { count, messages } = DeadLetterList.parse(await ask('dead-letters', { queue: 'alarms' }));
      expect(count).toBe(12);
      expect(messages.map(({ message_id }) => Number(message_id)).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 12 }, (_, index) => index),
      );
      expect(messages[0]).toMatchObject({ code: 'bad-json', reason: 'no JSON' });
    }
    expect(DeadLetterList.parse(await ask('dead-letters', { queue: 'pictures' }))).toMatchObject({ count: 0 });
  });
});

describe('quarantine', () => {
  it('is listed by days and opened, an empty body too', async () => {
    const bodies = [Buffer.alloc(0), Buffer.of(0xff, 0x41), Buffer.from('x'.repeat(70_000))];
    for (const [day, body] of bodies.entries()) {
      const receivedAt = new Date(Date.UTC(2026, 0, 10 + day));
      const callback = { reason: 'empty' as const, body, receivedAt, subscription: 'device-alarm', timeZone: 'UTC' };
      for (const { key, content, contentType } of quarantineObjects(callback)) {
        await objects().put(key, content, { contentType });
      }
    }
    const { callbacks } = QuarantineList.parse(await ask('quarantine'));
    expect(callbacks.map(({ received_at }) => received_at?.slice(8, 10))).toEqual(['12', '11', '10']);
    const opened = await Promise.all(
      callbacks.map(async ({ id }) => QuarantinedOpened.parse(await ask(`quarantine/${id}`))),
    );
    expect(opened.map(({ is_cut }) => is_cut)).toEqual([true, false, false]);
    expect(opened.map(({ body }) => body?.slice(0, 10))).toEqual(['xxxxxxxxxx', '\\xffA', '']);
  });
});

describe('erasure records', () => {
  it('are read newest first', async () => {
    const erasures = createErasures(embedded.tables.state, async () => 'key', clients().dynamodb);
    for (const startedAt of ['2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z', '2026-01-02T00:00:00.000Z']) {
      await erasures.record({
        dryRun: false,
        startedAt,
        finishedAt: startedAt,
        erasure: { before: startedAt, device: 'hash' },
        events: 1,
        items: 2,
        rawLines: 3,
        objects: { pictures: 4 },
        exports: { rewritten: 5, rows: 6, removed: 7, busy: [] },
        deadLetters: 8,
        state: 9,
        waiting: 10,
        recoverableUntil: '2026-02-05T00:00:00.000Z',
      });
    }
    const list = ErasureList.parse(await ask('erasures'));
    expect(list.erasures.map(({ id }) => id.slice(8, 10))).toEqual(['03', '02', '01']);
    expect(list.erasures[0]).toMatchObject({
      is_readable: true,
      by: ['device'],
      raw_lines: 3,
      objects: { pictures: 4 },
    });
    const state = createStateItems(embedded.tables.state, clients().dynamodb);
    const before = await state.newest('erasure-record', 5, '2026-01-03T00:00:00.000Z');
    expect(before.map((item) => item['id'])).toEqual([
      text('2026-01-02T00:00:00.000Z'),
      text('2026-01-01T00:00:00.000Z'),
    ]);
  });
});

describe('how the stack is', () => {
  it('is read of its stores', async () => {
    const records = createRegistrationRecords(embedded.tables.state, clients().dynamodb);
    await records.writeReport({
      checked_at: '2026-01-15T11:55:00.000Z',
      outcome: 'checked',
      subscriptions: [
        { subscription: 'DEVICE_ALARM', state: 'ok', keys: 2, last_message_at: '2026-01-15T10:00:00.000Z' },
        { subscription: 'DEVICE_UNBIND', state: 'registered', cause: 'url', keys: 1 },
        { subscription: 'TARGET_DATA', state: 'ok', keys: 1 },
      ],
    });
    await createSeenKeys(embedded.tables.state, () => new Date('2026-01-10T00:00:00.000Z'), clients().dynamodb).note([
      { subscription: 'device-alarm', keyId: 'k' },
    ]);
    const partition = [['granularity', 'day'] as const, ['period', '2026-01-14'] as const];
    await putManifest(objects(), partition, {
      set: 'people',
      partition: Object.fromEntries(partition),
      version: 1,
      published_at: '2026-01-15T04:00:00.000Z',
      rows: 48,
      content_sha256: 'a'.repeat(64),
      files: [],
      coverage: { statuses: { ok: 48 } },
    });
    await createSender(clients().sqs)(embedded.queueUrl('pictures'), '{}', {}, 5_000);

    const { watch } = createNowDeps(env(), now, { series: async () => [] }, clients());
    const answer = Now.parse(await watch.now());
    expect(answer.subscriptions_checked_at).toBe('2026-01-15T11:55:00.000Z');
    expect(answer.subscriptions.filter(({ state }) => state !== 'unknown')).toEqual([
      {
        name: 'DEVICE_ALARM',
        message_type: 'device_alarm',
        state: 'green',
        cause: null,
        last_at: '2026-01-10T00:00:00.000Z',
      },
      { name: 'DEVICE_UNBIND', message_type: 'device_unbind', state: 'drifted', cause: 'url', last_at: null },
      { name: 'TARGET_DATA', message_type: 'target_data', state: 'never-seen', cause: null, last_at: null },
    ]);
    expect(answer.queues.find(({ name }) => name === 'pictures')).toMatchObject({ visible: 1, dead: 0 });
    expect(answer.queues.find(({ name }) => name === 'devices')).toMatchObject({ visible: null });
    expect(answer.exports?.date).toBe('2026-01-14');
    expect(answer.exports?.sets).toMatchObject([
      { set: 'people', there: 1, late: [], rows: 48, published_at: '2026-01-15T04:00:00.000Z' },
      { set: 'events', there: 0, is_first_night: true, rows: null },
      { set: 'counts', there: 0, is_first_night: true },
    ]);
    expect(ExportList.parse(await ask('exports', { set: 'people' })).exports).toMatchObject([
      { period: '2026-01-14', rows: 48 },
    ]);
  });
});
