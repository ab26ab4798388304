import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnswerCache } from '#lib/aws/answer-cache.ts';
import { createDirtyDates } from '#lib/aws/dirty-dates.ts';
import { createEventsReader } from '#lib/aws/events-reader.ts';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { createExportLedger } from '#lib/aws/export-ledger.ts';
import { createLease } from '#lib/aws/lease.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createRegistrationRecords } from '#lib/aws/registration-records.ts';
import { createSeenKeys } from '#lib/aws/seen-keys.ts';
import { createSnapshotSlots } from '#lib/aws/snapshot-slots.ts';
import { textOf } from '#lib/events/attribute.ts';
import type { ExportLedger } from '#lib/exports/export-ledger.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';
import { memoryExportLedger } from '../support/fakes/memory-export-ledger.ts';

let embedded: EmbeddedStores;
const dynamodb = () => embedded.stores.clients.dynamodb;
const clock = { ms: Date.parse('2026-03-10T00:00:00.000Z') };
const now = () => new Date(clock.ms);
const inSeconds = (seconds: number) => new Date(clock.ms + seconds * 1000);

beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

describe.each<[string, () => ExportLedger]>([
  ['in memory', () => memoryExportLedger(now).ledger],
  ['in DynamoDB', () => createExportLedger(embedded.tables.state, now, dynamodb())],
])('the export ledger %s', (where, create) => {
  const id = `people/${where}`;
  const sha = 'a'.repeat(64);

  it('lets one run at a time work, and remembers what was published', async () => {
    const ledger = create();
    expect(await ledger.begin(id, 'a', inSeconds(60))).toEqual({ version: 0 });
    expect(await ledger.begin(id, 'b', inSeconds(60))).toBe('busy');
    await ledger.finish(id, 'a', { version: 1, contentSha256: sha });
    expect(await ledger.begin(id, 'b', inSeconds(60))).toEqual({ version: 1, contentSha256: sha });
    await ledger.release(id, 'a');
    expect(await ledger.begin(id, 'c', inSeconds(60))).toBe('busy');
    await ledger.release(id, 'b');
    expect(await ledger.begin(id, 'c', inSeconds(60))).toEqual({ version: 1, contentSha256: sha });
    await ledger.release(id, 'c');
  });

  it('gives the lease of a dead run away, whose end then changes nothing', async () => {
    const ledger = create();
    const other = `${id}/dead`;
    await ledger.begin(other, 'dead', inSeconds(60));
    clock.ms += 60_000;
    expect(await ledger.begin(other, 'next', inSeconds(60))).toEqual({ version: 0 });
    await expect(ledger.finish(other, 'dead', { version: 9, contentSha256: sha })).rejects.toMatchObject({
      retryable: true,
    });
    await ledger.finish(other, 'next', { version: 1, contentSha256: sha });
    expect(await ledger.begin(other, 'last', inSeconds(60))).toEqual({ version: 1, contentSha256: sha });
  });
});

describe('snapshot slots', () => {
  it('give a channel to one of many that ask at once, and again when its time is over', async () => {
    const slots = createSnapshotSlots(embedded.tables.state, now, dynamodb());
    const slot = '2026-03-10T00:00:00.000Z';
    const claims = await Promise.all(Array.from({ length: 8 }, () => slots.claim('D#0', slot, inSeconds(10))));
    expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(1);
    expect(claims.filter((claim) => claim === 'taken')).toHaveLength(7);
    clock.ms += 10_000;
    expect(await slots.claim('D#0', slot, inSeconds(10))).toBe('claimed');
    await slots.settle('D#0', slot);
    expect(await slots.claim('D#0', slot, inSeconds(10))).toBe('done');
    expect(await slots.claim('D#0', '2026-03-09T23:59:00.000Z', inSeconds(10))).toBe('done');
    expect(await slots.claim('D#0', '2026-03-10T00:15:00.000Z', inSeconds(10))).toBe('taken');
    await slots.hold('D#0', inSeconds(20));
    clock.ms += 10_000;
    expect(await slots.claim('D#0', '2026-03-10T00:15:00.000Z', inSeconds(10))).toBe('taken');
    clock.ms += 10_000;
    expect(await slots.claim('D#0', '2026-03-10T00:15:00.000Z', inSeconds(10))).toBe('claimed');
  });
});

describe('dirty dates', () => {
  const event = { export: 'events', date: '2026-03-01', messageType: 'device_alarm' } as const;

  it('are told two minutes after they were marked, and forgotten when they are cleared', async () => {
    const dirty = createDirtyDates(embedded.tables.state, now, dynamodb());
    await dirty.mark([event, event, { ...event, export: 'counts' }]);
    expect(await dirty.list('events')).toEqual([]);
    clock.ms += 120_000;
    const [marked, ...others] = await dirty.list('events');
    expect([marked, others]).toMatchObject([event, []]);
    await dirty.clear(marked === undefined ? [] : [marked]);
    expect(await dirty.list('events')).toEqual([]);
    expect(await dirty.list('counts')).toHaveLength(1);
  });

  it('stay where they were marked again while they were being worked on', async () => {
    const dirty = createDirtyDates(embedded.tables.state, now, dynamodb());
    await dirty.mark([event]);
    clock.ms += 120_000;
    const marks = await dirty.list('events');
    await dirty.mark([event]);
    await dirty.clear(marks);
    clock.ms += 120_000;
    expect(await dirty.list('events')).toHaveLength(1);
  });
});

describe('keys of callbacks', () => {
  it('are noted once a minute, and again after it', async () => {
    const seen = createSeenKeys(embedded.tables.state, now, dynamodb());
    const key = { subscription: 'device-alarm', keyId: '0123abcd' };
    expect(await seen.seenAt(key)).toBeUndefined();
    const first = now();
    await seen.note([key, key]);
    clock.ms += 59_999;
    await seen.note([key]);
    expect(await seen.seenAt(key)).toEqual(first);
    clock.ms += 1;
    await seen.note([key]);
    expect(await seen.seenAt(key)).toEqual(now());
  });
});

describe('records of registrations', () => {
  it('keep what is not written anew', async () => {
    const records = createRegistrationRecords(embedded.tables.state, dynamodb());
    expect(await records.read('DEVICE_ALARM')).toEqual({});
    await records.write('DEVICE_ALARM', { url: 'https://one.example', keyIds: 'a b', keysSince: now() });
    await records.write('DEVICE_ALARM', { silenceAttempts: 2, silenceAttemptAt: now() });
    expect(await records.read('DEVICE_ALARM')).toEqual({
      url: 'https://one.example',
      keyIds: 'a b',
      keysSince: now(),
      silenceAttempts: 2,
      silenceAttemptAt: now(),
    });
    expect(await records.read('THIRD_DATA')).toEqual({});
  });
});

describe('a lease', () => {
  it('is had by one at a time, given back by its holder alone, and over when its time is', async () => {
    const of = (holder: string) => createLease(embedded.tables.state, 'job', holder, now, dynamodb());
    expect(await of('a').take(inSeconds(60))).toBe(true);
    expect(await of('b').take(inSeconds(60))).toBe(false);
    await of('b').release();
    expect(await of('b').take(inSeconds(60))).toBe(false);
    await of('a').release();
    expect(await of('b').take(inSeconds(60))).toBe(true);
    clock.ms += 60_000;
    expect(await of('c').take(inSeconds(60))).toBe(true);
  });
});

describe('the reader of events', () => {
  const item = (camera: string, time: string, id: string, more = '') => ({
    camera: { S: camera },
    sk: { S: `${time}#${id}#00000000${more}` },
    message_type: { S: 'target_data' },
    day: { S: `target_data#${time.slice(0, 10)}` },
    data: { M: { large: { S: 'x'.repeat(1000) } } },
  });

  it('reads a day and a camera page by page, the newest event, and counts up to a limit', async () => {
    const table = createEventsTable(embedded.tables.events, dynamodb());
    const reader = createEventsReader(embedded.tables.events, dynamodb());
    const times = Array.from({ length: 1200 }, (_, index) =>
      new Date(Date.parse('2026-03-05T00:00:00Z') + index * 60_000).toISOString(),
    );
    await table.putAll(times.map((time, index) => item('D#0', time, String(index))));
    await table.putAll([item('D#1', '2026-03-05T01:00:00.000Z', 'other')]);

    const whole = await Array.fromAsync(reader.day('target_data', '2026-03-05'));
    expect(whole).toHaveLength(1201);
    // The index has a summary only.
    expect(whole[0]).not.toHaveProperty('data');
    const [from, to] = [new Date('2026-03-05T01:00:00Z'), new Date('2026-03-05T02:00:00Z')];
    const hour = await Array.fromAsync(reader.camera('D#0', from, to));
    expect(hour).toHaveLength(60);
    expect(textOf(hour[0]?.['sk'])).toBe('2026-03-05T01:00:00.000Z#60#00000000');
    expect(hour[0]).toHaveProperty('data');
    expect(await reader.newest('target_data', '2026-03-05', new Date('2026-03-06T00:00:00Z'))).toBe(
      '2026-03-05T19:59:00.000Z#1199#00000000',
    );
    expect(await reader.newest('target_data', '2026-03-05', from)).toBe('2026-03-05T00:59:00.000Z#59#00000000');
    expect(await reader.newest('target_data', '2026-03-06', from)).toBeUndefined();
    expect(await reader.count('target_data', '2026-03-05', from, to, 10)).toBe(10);
    expect(await reader.count('target_data', '2026-03-05', from, new Date('2026-03-05T01:02:00Z'), 10)).toBe(3);
  });
});

describe('the cache of answers', () => {
  it('keeps the chunks of one job apart from those of another, and forgets them together', async () => {
    const objects = createObjectStore(embedded.bucket, embedded.stores.clients.s3);
    const [one, other] = [createAnswerCache(objects, 'run/a'), createAnswerCache(objects, 'run/b')];
    await one.put(0, '[1]');
    await one.put(1, '["中文"]');
    await other.put(0, '[3]');
    expect([await one.get(0), await one.get(1), await one.get(2)]).toEqual(['[1]', '["中文"]', undefined]);
    await one.clear();
    expect([await one.get(0), await other.get(0)]).toEqual([undefined, '[3]']);
  });
});
