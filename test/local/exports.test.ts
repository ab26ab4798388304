import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { exportedTypes } from '#lib/event-exports/event-tables.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { type Manifest, readManifest } from '#lib/exports/manifest.ts';
import type { Stack } from '#lib/local/stack.ts';
import type { Camera } from '#lib/simulator/cameras.ts';
import type { IvmSimulator, OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';
import { bucketsOf, lastDayOf, periodAround } from '#lib/statistics/period.ts';
import { addDays } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { atHour, deliverAll, drained, startTwoDays, type TwoDays, zoneOfDays } from '../support/two-days.ts';

const timeZone = zoneOfDays;
let today = '';
let days: readonly string[] = [];
let yesterday = '';

let stack: Stack;
let simulator: IvmSimulator;
let duckDb: DuckDBInstance;
let dir = '';
let sent: TwoDays['sent'] = [];

const invoke = async (name: string, event: unknown = {}): Promise<unknown> => stack.invoke(name, event);
async function object(key: string): Promise<Buffer | undefined> {
  try {
    const { Body } = await stack.stores.clients.s3.send(new GetObjectCommand({ Bucket: stack.file.bucket, Key: key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  } catch {
    return undefined;
  }
}

async function manifestOf(set: string, ...partition: (readonly [string, string])[]): Promise<Manifest> {
  const manifest = await readManifest({ get: object }, set, partition);
  if (manifest === undefined) throw new Error(`${set} ${partition.join()} was not exported`);
  return manifest;
}

type JsonRow = { readonly [column: string]: unknown };

/** Rows of an export as DuckDB reads them from the Parquet files, after it has found the same in the CSV files. */
async function rowsOf(manifest: Manifest): Promise<JsonRow[]> {
  const paths = { parquet: [] as string[], csv: [] as string[] };
  for (const [index, { key, format }] of manifest.files.entries()) {
    const path = join(dir, `${index}.${format}`);
    writeFileSync(path, (await object(key)) ?? '');
    paths[format].push(`'${path}'`);
  }
  const connection = await duckDb.connect();
  try {
    const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
    const parquet = `read_parquet([${paths.parquet.join()}])`;
    const described = z
      .array(z.object({ column_name: z.string(), column_type: z.string() }))
      .parse(await query(`DESCRIBE SELECT * FROM ${parquet}`));
    const types = described.map((column) => `'${column.column_name}': '${column.column_type}'`).join();
    const csv = `read_csv([${paths.csv.join()}], header = true, columns = {${types}}, allow_quoted_nulls = false)`;
    const difference = `(SELECT * FROM ${parquet} EXCEPT ALL SELECT * FROM ${csv})
      UNION ALL (SELECT * FROM ${csv} EXCEPT ALL SELECT * FROM ${parquet})`;
    expect(await query(difference), manifest.set).toEqual([]);
    return await query(`SELECT * FROM ${parquet}`);
  } finally {
    connection.closeSync();
  }
}

const Body = z.looseObject({
  data: z.looseObject({ device_id: z.string().optional(), channel_id: z.string().optional() }),
});
const bodyOf = ({ body }: OutgoingMessage) => Body.parse(JSON.parse(body.toString()));

const counting = (): Camera[] => simulator.cameras.filter(({ countsPeople }) => countsPeople);
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'exports-'));
  duckDb = await DuckDBInstance.create(':memory:');
  const twoDays = await startTwoDays(dir, { cameraCount: 40, messagesPerDay: 108 });
  ({ stack, simulator, sent, today, days } = twoDays);
  yesterday = twoDays.days[1];
}, 180_000);

afterAll(async () => {
  await stack.stop();
  duckDb.closeSync();
  rmSync(dir, { recursive: true, force: true });
});

describe('a stack over two days with forty cameras', () => {
  it('lists its devices and channels', async () => {
    expect(await invoke('sync-inventory')).toMatchObject({ channels: 40, is_complete: true, vanished: 0 });
  });

  it('exports people as the cameras have seen them, hour by hour, and tells where one was away', async () => {
    expect(await invoke('collect-statistics', { from: days[0], to: yesterday })).toMatchObject({ last_day: yesterday });
    await drained(stack);
    expect(await stack.deadLetters()).toBe(0);
    const [away] = counting();
    for (const date of days) {
      const rows = await rowsOf(await manifestOf('people', ['granularity', 'day'], ['period', date]));
      expect(rows).toHaveLength(counting().length * 24);
      for (const camera of counting()) {
        const truth = simulator.truth.hours(camera, date);
        const own = rows.filter(
          (row) => row['device_id'] === camera.deviceId && row['channel_id'] === camera.channelId,
        );
        const isAway = (hour: number) =>
          date === yesterday && camera.deviceId === away?.deviceId && hour >= 12 && hour < 15;
        expect(
          own.map((row) => [row['bucket_start'], row['in'], row['out'], row['status'], row['channel_name']]),
        ).toEqual(
          truth.in.map((into, hour) => [
            `${date}T${String(hour).padStart(2, '0')}:00:00+08:00`,
            isAway(hour) ? null : String(into),
            isAway(hour) ? null : String(truth.out[hour]),
            isAway(hour) ? 'offline' : 'ok',
            camera.channelName,
          ]),
        );
      }
    }
  });

  it.each(['week', 'month', 'year'] as const)(
    'exports every %s around them with the sums of the truth',
    async (granularity) => {
      const periods = new Map(
        days.map((date) => [periodAround(granularity, date, 1).start, periodAround(granularity, date, 1)]),
      );
      for (const period of periods.values()) {
        const rows = await rowsOf(await manifestOf('people', ['granularity', granularity], ['period', period.start]));
        const starts = bucketsOf(period, timeZone).map(({ start }) => zonedDate(start, timeZone).date);
        const begun = starts.filter((start) => start <= today);
        expect(rows).toHaveLength(counting().length * begun.length);
        for (const camera of counting()) {
          const own = rows.filter(
            (row) => row['device_id'] === camera.deviceId && row['channel_id'] === camera.channelId,
          );
          expect(own.map((row) => String(row['bucket_start']).slice(0, 10))).toEqual(begun);
          for (const [index, row] of own.entries()) {
            const next = starts[index + 1] ?? addDays(lastDayOf(period), 1);
            // What is not over goes on being counted.
            const isOpen = next > today;
            expect(row['status'] === 'provisional', String(row['bucket_start'])).toBe(isOpen);
            if (isOpen) continue;
            const { in: into, out } = simulator.truth.days(camera, begun[index] ?? '', addDays(next, -1));
            expect([row['in'], row['out']]).toEqual([String(sumOf(into)), String(sumOf(out))]);
          }
        }
      }
    },
  );

  it('says of every camera that is not among them why', async () => {
    const { coverage } = await manifestOf('people', ['granularity', 'day'], ['period', yesterday]);
    const all = z
      .object({ excluded: z.array(z.object({ device_id: z.string(), reason: z.string() })) })
      .parse(coverage).excluded;
    // Callbacks tell of devices, too, that no listing knows.
    const listed = new Set(simulator.cameras.map(({ deviceId }) => deviceId));
    const excluded = all.filter(({ device_id }) => listed.has(device_id));
    expect(excluded).toHaveLength(40 - counting().length);
    expect(new Set(excluded.map(({ reason }) => reason))).toEqual(new Set(['protocol-gb28181', 'no-ability']));
  });

  it('has heatmaps of the same counts for every camera, as data and as pictures', async () => {
    const Heatmap = z.object({ buckets: z.array(z.object({ value: z.number().nullable(), status: z.string() })) });
    for (const camera of counting()) {
      const place = `granularity=day/period=${yesterday}/device_id=${camera.deviceId}/channel_id=${camera.channelId}`;
      const json = await object(`exports/heatmaps/kind=time/${place}.json`);
      const { buckets } = Heatmap.parse(JSON.parse(json?.toString() ?? ''));
      const truth = simulator.truth.hours(camera, yesterday);
      const seen = truth.in.map((into, hour) => into + (truth.out[hour] ?? 0));
      expect(buckets.map(({ value, status }, hour) => (status === 'offline' ? 0 : value) ?? hour)).toEqual(seen);
      for (const kind of ['time', 'space']) {
        const png = await object(`exports/heatmaps/kind=${kind}/${place}.png`);
        expect(png?.subarray(1, 4).toString()).toBe('PNG');
      }
    }
  });

  it('exports every event that was sent, once, by its day and type', async () => {
    expect(await invoke('export-events', { from: days[0], to: yesterday })).toMatchObject({
      published: days.length * exportedTypes.length,
      left: 0,
    });
    for (const date of days) {
      for (const { messageType } of subscriptions) {
        if (messageType === 'device_status') continue;
        const rows = await rowsOf(await manifestOf('events', ['message_type', messageType], ['date', date]));
        const expected = sent
          .filter((one) => one.date === date && one.message.messageType === messageType)
          .map(({ message }) => message.messageId);
        expect([...new Set(rows.map((row) => row['message_id']))].toSorted(byText), messageType).toEqual(
          expected.toSorted(byText),
        );
      }
    }
  });

  it('keeps in the ledger every picture that was wanted, stored or missing with a reason', async () => {
    const Ledger = z.object({
      completeness: z.object({
        cameras: z.array(
          z.object({
            events: z.array(z.number().nullable()),
            pictures: z.object({ wanted: z.array(z.number()), stored: z.array(z.number()) }).optional(),
          }),
        ),
      }),
    });
    for (const messageType of ['vehicle_data', 'target_data', 'device_alarm']) {
      const { coverage } = await manifestOf('events', ['message_type', messageType], ['date', yesterday]);
      const { cameras } = Ledger.parse(coverage).completeness;
      expect(cameras.length).toBeGreaterThanOrEqual(40);
      const own = sent.filter(({ message, date }) => date === yesterday && message.messageType === messageType);
      expect(sumOf(cameras.flatMap(({ events }) => events))).toBe(own.length);
      const wanted = sumOf(cameras.flatMap(({ pictures }) => pictures?.wanted ?? []));
      expect(wanted).toBe(own.reduce((total, { message }) => total + message.picturesWanted, 0));
      expect(sumOf(cameras.flatMap(({ pictures }) => pictures?.stored ?? []))).toBe(wanted);
    }
  });

  it('adds up what crossed the lines, and sets it beside the statistics', async () => {
    expect(await invoke('export-counts', { date: yesterday })).toMatchObject({ dates: [yesterday], left: 0 });
    const Counted = z.object({
      data: z.object({
        common: z.looseObject({
          meta_type_mask: z.number().nullable().optional(),
          target_time_domain_info: z.number().optional(),
        }),
        targets: z.array(z.looseObject({ target_type: z.number(), human_count_in: z.number().optional() })),
      }),
    });
    let expected = 0;
    for (const { message, date } of sent) {
      if (message.messageType !== 'head_shoulder_data' || date !== yesterday) continue;
      const { common, targets } = Counted.parse(bodyOf(message).data).data;
      if (common.meta_type_mask === 8 || common.target_time_domain_info === 0) continue;
      for (const target of targets) if (target.target_type === 15) expected += target.human_count_in ?? 0;
    }
    const lines = await rowsOf(await manifestOf('counts', ['source', 'line'], ['date', yesterday]));
    expect(lines.reduce((sum, row) => sum + Number(row['in']), 0)).toBe(expected);
    const reconciled = await rowsOf(await manifestOf('counts', ['source', 'reconciliation'], ['date', yesterday]));
    for (const row of reconciled) {
      const [into, line, difference] = [row['statistics_in'], row['line_in'], row['line_minus_statistics_in']];
      const isComparable = into !== null && line !== null && row['statistics_status'] === 'ok';
      expect(difference).toBe(isComparable ? String(Number(line) - Number(into)) : null);
    }
    expect(reconciled.length).toBeGreaterThanOrEqual(counting().length * 24);
  });

  it('changes nothing when it is asked for the same again', async () => {
    const before = await manifestOf('people', ['granularity', 'day'], ['period', days[0] ?? '']);
    await invoke('collect-statistics', { date: days[0] });
    await drained(stack);
    expect(await manifestOf('people', ['granularity', 'day'], ['period', days[0] ?? ''])).toEqual(before);
    expect(await invoke('export-events', { date: days[0] })).toMatchObject({
      published: 0,
      unchanged: exportedTypes.length,
    });
    expect(await invoke('export-counts', { date: days[0] })).toMatchObject({ left: 0 });
    expect(await invoke('export-counts', { date: days[0] })).toMatchObject({ published: 0, unchanged: 6 });
  });

  it('restates a day that an event came late for, by itself', async () => {
    const late = simulator.message('vehicle_data', { at: atHour(days[0] ?? '', 13) });
    await deliverAll(simulator, [late]);
    await drained(stack);
    // A mark is heeded two minutes after it was set; asked by hand the day is exported at once.
    expect(await invoke('export-events', { date: days[0] })).toMatchObject({ published: 1 });
    const manifest = await manifestOf('events', ['message_type', 'vehicle_data'], ['date', days[0] ?? '']);
    expect(manifest.version).toBe(2);
    expect((await rowsOf(manifest)).map((row) => row['message_id'])).toContain(late.messageId);
  });

  it('takes a snapshot of every channel that is online', async () => {
    const first = counting()
      .slice(0, 4)
      .map(({ deviceId, channelId }) => `${deviceId}#${channelId}`);
    expect(await invoke('request-snapshots', { channels: first })).toMatchObject({ requested: 4 });
    await drained(stack);
    const { Items = [] } = await stack.stores.clients.dynamodb.send(
      new QueryCommand({
        TableName: stack.file.tables['events'],
        IndexName: 'by-day',
        KeyConditionExpression: '#day = :day',
        ExpressionAttributeNames: { '#day': 'day' },
        ExpressionAttributeValues: { ':day': { S: `snapshot#${zonedDate(new Date(), timeZone).date}` } },
      }),
    );
    expect((Items as Item[]).map((item) => textOf(item['camera'])).toSorted(byText)).toEqual(first.toSorted(byText));
    for (const item of Items as Item[]) {
      const { Items: [whole] = [] } = await stack.stores.clients.dynamodb.send(
        new QueryCommand({
          TableName: stack.file.tables['events'],
          KeyConditionExpression: 'camera = :camera AND sk = :sk',
          ExpressionAttributeValues: { ':camera': item['camera'] ?? { S: '' }, ':sk': item['sk'] ?? { S: '' } },
        }),
      );
      const key = textOf((whole as Item | undefined)?.['s3_key']) ?? '';
      expect(key).toMatch(/^snapshots\/date=\d{4}-\d\d-\d\d\/device_id=\w+\/channel_id=\d+\/\d{6}\.png$/);
      expect((await object(key))?.subarray(1, 4).toString()).toBe('PNG');
    }
  });

  it('keeps a token, and finds all nine registrations as they should be', async () => {
    expect(await invoke('rotate-token')).toMatchObject({ secondsLeft: expect.any(Number), notes: [] });
    const report = z
      .object({ outcome: z.string(), subscriptions: z.array(z.object({ state: z.string() })) })
      .parse(await invoke('reconcile-callbacks'));
    expect(report.outcome).toBe('checked');
    expect(report.subscriptions.map(({ state }) => state)).toEqual(Array(9).fill('ok'));
  });

  it('takes callbacks with old and new keys from the moment on that a rotation begins', async () => {
    const before = stack.file.callbacks.DEVICE_ALARM.authKey;
    const report = await invoke('reconcile-callbacks', { rotateKeys: true });
    expect(report).toMatchObject({
      subscriptions: expect.arrayContaining([expect.objectContaining({ state: 'waiting', keys: 2 })]),
    });
    const told = JSON.parse(readFileSync(join(dir, 'stack', 'stack.json'), 'utf8'));
    expect(told.callbacks.DEVICE_ALARM.authKey).not.toBe(before);
    await deliverAll(
      simulator,
      Array.from({ length: 50 }, () => simulator.message('device_alarm')),
    );
    await drained(stack);
    expect(await stack.deadLetters()).toBe(0);
  });
});

const sumOf = (numbers: readonly (number | null)[]) => numbers.reduce<number>((total, one) => total + (one ?? 0), 0);
const byText = (one: unknown, other: unknown): number => (String(one) < String(other) ? -1 : 1);
