import { describe, expect, it } from 'vitest';
import { quarantineObjects } from '#lib/callback/quarantine.ts';
import { answerRequest } from '#lib/dashboard/answer-request.ts';
import { type DataDeps, dataRoutes } from '#lib/dashboard/data.ts';
import { DeadLetterList } from '#lib/dashboard/data-dead-letters.ts';
import { ErasureList } from '#lib/dashboard/data-erasures.ts';
import { ExportList, OpenedExport } from '#lib/dashboard/data-exports.ts';
import { QuarantinedOpened, QuarantineList } from '#lib/dashboard/data-quarantine.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import { pageToken } from '#lib/dashboard/page-token.ts';
import { firstOf, readableText } from '#lib/dashboard/readable-text.ts';
import type { DeadLetter } from '#lib/operator/redrive-queue.ts';
import { addDays } from '#lib/time/calendar.ts';

type Content = ReadonlyMap<string, Buffer>;

/** A bucket in memory that notes what was read of it. */
function memoryBucket(objects: Content) {
  const asked: string[] = [];
  const keys = [...objects.keys()].toSorted();
  const under = (prefix: string) => keys.filter((key) => key.startsWith(prefix));
  const get = async (key: string) => {
    asked.push(key);
    return objects.get(key);
  };
  return {
    asked,
    exportFiles: {
      get,
      async *keys(prefix: string) {
        yield* under(prefix);
      },
    },
    quarantined: {
      get,
      folders: async (prefix: string) => [
        ...new Set(under(prefix).map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1))),
      ],
      keysAfter: async (prefix: string, after: string | undefined, limit: number) =>
        under(prefix)
          .filter((key) => after === undefined || key > after)
          .slice(0, limit),
      begin: async (key: string, limitBytes: number) => {
        const content = await get(key);
        return content === undefined
          ? undefined
          : { content: content.subarray(0, limitBytes), sizeBytes: content.length };
      },
    },
  };
}

function depsOf(objects: Content = new Map(), changes: Partial<DataDeps> = {}) {
  const { asked, ...bucket } = memoryBucket(objects);
  const deps: DataDeps = {
    ...bucket,
    signLink: async (key, fileName) => ({
      url: `https://bucket/${key}?as=${fileName}`,
      expires_at: '2026-01-15T12:05:00.000Z',
    }),
    deadLetters: new Map(),
    erasureRecords: { page: async () => [] },
    ...changes,
  };
  return { deps, asked };
}

async function ask(deps: DataDeps, path: string, query: { [name: string]: string } = {}) {
  const errors: unknown[] = [];
  const { status, body } = await answerRequest(
    dataRoutes,
    deps,
    { method: 'GET', path: `/api/data/${path}`, query },
    (error) => errors.push(error),
  );
  return { status, json: JSON.parse(body) as unknown, errors };
}

const sha256 = 'a'.repeat(64);
const manifest = (set: string, partition: { [name: string]: string }, coverage: unknown = {}, more: object = {}) =>
  Buffer.from(
    JSON.stringify({
      set,
      partition,
      version: 2,
      published_at: '2026-01-15T04:30:00.000Z',
      rows: 10,
      content_sha256: sha256,
      files: ['parquet', 'csv'].map((format) => ({
        key: `exports/${set}/format=${format}/x=y/v2-part-1.${format}`,
        format,
        rows: 10,
        bytes: 1_000,
        sha256,
      })),
      coverage,
      ...more,
    }),
  );
const alarmsKey = (date: string) => `exports/manifests/events/message_type=device_alarm/date=${date}.json`;

describe('exports', () => {
  it('are listed newest first, a page at a time, and each once', async () => {
    const dates = Array.from({ length: 45 }, (_, index) => addDays('2026-01-01', index));
    const { deps, asked } = depsOf(
      new Map(dates.map((date) => [alarmsKey(date), manifest('events', { message_type: 'device_alarm', date })])),
    );
    const seen: string[] = [];
    let page: string | undefined;
    do {
      const query = { set: 'events', part: 'device_alarm', ...(page === undefined ? {} : { page }) };
      const { exports, next } = ExportList.parse((await ask(deps, 'exports', query)).json);
      seen.push(...exports.map(({ period }) => period));
      page = next;
    } while (page !== undefined);
    expect(seen).toEqual(dates.toReversed());
    expect(asked).toHaveLength(45);
  });

  it('say what is in them in short, and give each file by a name of its own', async () => {
    const hours = (value: number) => [value, null, value];
    const coverage = {
      events: 7,
      ids_twice: 0,
      duplicates: [],
      completeness: {
        hours: [],
        cameras: [
          {
            device_id: 'd',
            channel_id: '0',
            events: hours(1),
            pictures: { wanted: hours(5), stored: hours(4), missing: { expired: hours(1) } },
          },
          { device_id: 'e', channel_id: '0', events: hours(0), offline: [['a', 'b']] },
        ],
      },
      erased: { rows: 3, at: '2026-01-15T00:00:00.000Z' },
    };
    const date = '2026-01-14';
    const { deps } = depsOf(
      new Map([[alarmsKey(date), manifest('events', { message_type: 'device_alarm', date }, coverage)]]),
    );
    const [only] = ExportList.parse((await ask(deps, 'exports')).json).exports;
    expect(only).toMatchObject({
      period: date,
      state: 'whole',
      version: 2,
      rows: 10,
      bytes: 2_000,
      coverage: {
        events: 7,
        cameras: 2,
        cameras_offline: 1,
        pictures: { wanted: 10, stored: 8, missing: 2 },
        rows_erased: 3,
      },
      files: [{ format: 'parquet', name: 'events-device_alarm-2026-01-14-v2-part-1.parquet' }, { format: 'csv' }],
    });
    expect(only?.files[1]?.link.url).toBe(
      'https://bucket/exports/events/format=csv/x=y/v2-part-1.csv?as=events-device_alarm-2026-01-14-v2-part-1.csv',
    );
  });

  it('of people and heatmaps tell how good their rows are', async () => {
    const { deps } = depsOf(
      new Map([
        [
          'exports/manifests/people/granularity=day/period=2026-01-14.json',
          manifest('people', {}, { statuses: { ok: 20, provisional: 4 }, channels: { included: 1, excluded: 2 } }),
        ],
        [
          'exports/manifests/heatmaps/kind=space/granularity=day/period=2026-01-14.json',
          Buffer.from(
            '{"published_at":"2026-01-15T04:30:00.000Z","maps":[{"status":"ok"},{"status":"ok"},{"status":"kept"}],"excluded":[{}]}',
          ),
        ],
      ]),
    );
    expect(ExportList.parse((await ask(deps, 'exports', { set: 'people' })).json)).toMatchObject({
      part: 'day',
      parts: ['day', 'week', 'month', 'year'],
      exports: [
        { state: 'provisional', coverage: { statuses: { ok: 20, provisional: 4 }, cameras: 1, cameras_excluded: 2 } },
      ],
    });
    expect(
      ExportList.parse((await ask(deps, 'exports', { set: 'heatmaps', part: 'space-day' })).json).exports,
    ).toMatchObject([
      { state: 'whole', rows: null, bytes: null, coverage: { statuses: { ok: 2, kept: 1 }, cameras_excluded: 1 } },
    ]);
  });

  it('open with their manifest, of which a long one is cut', async () => {
    const date = '2026-01-14';
    const long = manifest('events', {}, { completeness: '日'.repeat(100_000) });
    const { deps } = depsOf(new Map([[alarmsKey(date), long]]));
    const opened = OpenedExport.parse((await ask(deps, 'export', { period: date })).json);
    expect(opened).toMatchObject({ is_cut: true, export: { period: date } });
    expect(long.toString('utf8').startsWith(opened.manifest_text)).toBe(true);
    expect((await ask(deps, 'export', { period: '2026-01-13' })).status).toBe(404);
  });

  it('whose manifest is none are told as such, and nothing but exports is linked', async () => {
    const files = [{ key: 'raw/secret.ndjson', format: 'csv', rows: 1, bytes: 1, sha256 }];
    const { deps } = depsOf(
      new Map([
        [alarmsKey('2026-01-13'), Buffer.from('<html>')],
        [alarmsKey('2026-01-14'), manifest('events', {}, {}, { files })],
      ]),
    );
    expect(ExportList.parse((await ask(deps, 'exports')).json).exports).toMatchObject([
      { period: '2026-01-14', files: [] },
      { period: '2026-01-13', state: 'unreadable', rows: null, version: null },
    ]);
  });

  it.each<[string, { [name: string]: string }]>([
    ['exports', { set: '../raw' }],
    ['exports', { part: '../../raw' }],
    ['exports', { part: 'constructor' }],
    ['exports', { set: 'people', part: 'device_alarm' }],
    ['exports', { page: 'no token' }],
    ['exports', { page: pageToken('exports events target_data', '2026-01-01') }],
    ['exports', { page: pageToken('exports events device_alarm', '../../raw') }],
    ['export', {}],
    ['export', { period: '../../../raw/x' }],
    ['export', { period: '2026-02-30' }],
    ['export', { key: 'raw/x' }],
  ])('are refused for %s %j, and nothing is read', async (path, query) => {
    const { deps, asked } = depsOf();
    expect(await ask(deps, path, query)).toMatchObject({ status: 400, errors: [] });
    expect(asked).toEqual([]);
  });
});

const quarantined = (reason: 'not-json' | 'stale', minute: number, body: Buffer, subscription = 'device-alarm') =>
  quarantineObjects({
    reason,
    body,
    receivedAt: new Date(Date.UTC(2026, 0, 15, 0, minute)),
    subscription,
    timeZone: 'UTC',
    timestamp: '1700000000000',
    signature: '<img src=x onerror=alert(1)>',
  }).map(({ key, content }): [string, Buffer] => [key, content]);

describe('quarantine', () => {
  const listed = async (deps: DataDeps, query: { [name: string]: string }) => {
    const times: (string | null)[] = [];
    let page: string | undefined;
    do {
      const answer = await ask(deps, 'quarantine', { ...query, ...(page === undefined ? {} : { page }) });
      const { callbacks, next } = QuarantineList.parse(answer.json);
      times.push(...callbacks.map(({ received_at }) => received_at));
      page = next;
    } while (page !== undefined);
    return times;
  };

  it('is listed to its end, the newest day first', async () => {
    const minutes = Array.from({ length: 60 }, (_, index) => index * 60);
    const { deps } = depsOf(
      new Map(minutes.flatMap((minute) => quarantined('not-json', minute, Buffer.from(`${minute}`)))),
    );
    const times = await listed(deps, {});
    expect(new Set(times).size).toBe(60);
    expect(times.map((time) => time?.slice(0, 10))).toEqual([
      ...Array(12).fill('2026-01-17'),
      ...Array(24).fill('2026-01-16'),
      ...Array(24).fill('2026-01-15'),
    ]);
    expect(times[12]).toBe('2026-01-16T00:00:00.000Z');
  });

  it('of wrong clocks is listed by subscription and time, and by one subscription alone', async () => {
    const objects = new Map([
      ...quarantined('stale', 3, Buffer.from('a'), 'vehicle-data'),
      ...quarantined('stale', 9, Buffer.from('b')),
      ...quarantined('stale', 5, Buffer.from('c')),
    ]);
    const { deps } = depsOf(objects);
    const minutesOf = (times: (string | null)[]) => times.map((time) => Number(time?.slice(14, 16)));
    expect(minutesOf(await listed(deps, { kind: 'stale' }))).toEqual([5, 9, 3]);
    expect(minutesOf(await listed(deps, { kind: 'stale', subscription: 'vehicle-data' }))).toEqual([3]);
    expect(await listed(deps, { kind: 'unverified' })).toEqual([]);
  });

  it('goes on where the page before ended, also when its day has gone meanwhile', async () => {
    const objects = new Map(
      [0, 1440, 2880].flatMap((minute) => quarantined('not-json', minute, Buffer.from(`${minute}`))),
    );
    const gone = [...objects.keys()].find((key) => key.includes('date=2026-01-16') && key.endsWith('.body'));
    for (const key of objects.keys()) if (key.includes('date=2026-01-16')) objects.delete(key);
    const { deps } = depsOf(objects);
    const page = pageToken('quarantine content ', gone);
    expect(await listed(deps, { page })).toEqual(['2026-01-15T00:00:00.000Z']);
  });

  it('opens with what was kept of its headers, and bytes that are no text are shown as such', async () => {
    const body = Buffer.concat([Buffer.from('{"a":"日'), Buffer.of(0xff, 0x00, 0xe6, 0x97), Buffer.from('<script>')]);
    const objects = new Map(quarantined('not-json', 1, body));
    const { deps } = depsOf(objects);
    const [entry] = QuarantineList.parse((await ask(deps, 'quarantine')).json).callbacks;
    const opened = QuarantinedOpened.parse((await ask(deps, `quarantine/${entry?.id}`)).json);
    expect(opened).toMatchObject({
      reason: 'not-json',
      headers: { timestamp: '1700000000000', signature: '<img src=x onerror=alert(1)>' },
      body: '{"a":"日\\xff\u0000\\xe6\\x97<script>',
      size_bytes: body.length,
      is_cut: false,
    });
  });

  it('shows the beginning of a long body only, cut between characters', async () => {
    const { deps } = depsOf(new Map(quarantined('not-json', 1, Buffer.from(`x${'日'.repeat(30_000)}`))));
    const [entry] = QuarantineList.parse((await ask(deps, 'quarantine')).json).callbacks;
    const { body, is_cut } = QuarantinedOpened.parse((await ask(deps, `quarantine/${entry?.id}`)).json);
    expect(is_cut).toBe(true);
    expect(body).toMatch(/^x日+$/);
    expect(Buffer.byteLength(body ?? '')).toBe(64_000);
  });

  it('lists what has a damaged note, and opens it by its body', async () => {
    const objects = new Map(quarantined('not-json', 1, Buffer.from('x')));
    for (const key of objects.keys()) if (key.endsWith('.json')) objects.set(key, Buffer.from('{"reason":"odd"}'));
    const { deps } = depsOf(objects);
    const [entry] = QuarantineList.parse((await ask(deps, 'quarantine')).json).callbacks;
    expect(entry).toMatchObject({ reason: null, received_at: null, size_bytes: null });
    const opened = QuarantinedOpened.parse((await ask(deps, `quarantine/${entry?.id}`)).json);
    expect(opened).toMatchObject({ reason: null, body: 'x', body_sha256: null });
  });

  const body = 'quarantine/stale/device-alarm/2026-01-15T00:00:00.000Z-0123456789abcdef.body';
  it.each([
    'raw/date=2026-01-15/x.ndjson',
    'secrets',
    '',
    `${body}.reason.json`,
    `../${body}`,
    body.replace('stale', '../raw'),
    body.replace('device-alarm', '../../raw/device-alarm'),
    `${body}\n`,
    body.replace('.body', ''),
  ])('opens no key but those of its own: %j', async (key) => {
    const { deps, asked } = depsOf(new Map([[key, Buffer.from('secret')]]));
    expect((await ask(deps, `quarantine/${itemId(key)}`)).status).toBe(404);
    expect(asked).toEqual([]);
  });

  it.each([
    { kind: '../raw' },
    { subscription: '../../raw' },
    { page: pageToken('quarantine content ', 'raw/x') },
    { page: 'e30' },
  ])('is refused for %j', async (query) => {
    const { deps, asked } = depsOf();
    expect((await ask(deps, 'quarantine', query as { [name: string]: string })).status).toBe(400);
    expect(asked).toEqual([]);
  });
});

/** A dead-letter queue in memory, which holds what was received until it is let go of. */
function memoryDeadLetters(letters: readonly DeadLetter[], broken: { receive?: number; count?: number } = {}) {
  const held = new Set<string>();
  let receives = 0;
  return {
    held,
    count: async () => broken.count ?? letters.length,
    receive: async () => {
      receives += 1;
      if (receives === broken.receive) throw new Error('SQS is away');
      const received = letters.filter(({ receipt }) => !held.has(receipt)).slice(0, 10);
      for (const { receipt } of received) held.add(receipt);
      return received;
    },
    release: async (receipts: readonly string[]) => {
      for (const receipt of receipts) held.delete(receipt);
    },
  };
}
const letter = (index: number, changes: Partial<DeadLetter> = {}): DeadLetter => ({
  id: `id-${index}`,
  receipt: `receipt-${index}`,
  body: '{"a":1}',
  sentAt: new Date(Date.UTC(2026, 0, 15, 0, 0, index)),
  attributes: {},
  ...changes,
});
const looked = async (letters: ReturnType<typeof memoryDeadLetters>) => {
  const { deps } = depsOf(new Map(), { deadLetters: new Map([['alarms', letters]]) });
  return ask(deps, 'dead-letters', { queue: 'alarms' });
};

describe('dead letters', () => {
  it('are shown newest first with why, and all are let go of', async () => {
    const attribute = (stringValue: string) => ({ dataType: 'String', stringValue });
    const queue = memoryDeadLetters([
      letter(1),
      letter(2, {
        attributes: { code: attribute('bad-json'), reason: attribute('no JSON'), message_id: attribute('17') },
        body: '日'.repeat(4_000),
      }),
    ]);
    const { count, messages } = DeadLetterList.parse((await looked(queue)).json);
    expect(count).toBe(2);
    expect(messages).toMatchObject([
      {
        id: 'id-2',
        message_id: '17',
        code: 'bad-json',
        reason: 'no JSON',
        is_cut: true,
        attributes: { message_id: '17' },
      },
      { id: 'id-1', message_id: 'id-1', code: 'received-too-often', is_cut: false, body: '{"a":1}' },
    ]);
    expect(messages[0]?.body).toMatch(/^日+$/);
    expect(queue.held.size).toBe(0);
  });

  it('are a hundred at most', async () => {
    const queue = memoryDeadLetters(Array.from({ length: 250 }, (_, index) => letter(index)));
    const { count, messages } = DeadLetterList.parse((await looked(queue)).json);
    expect([count, messages.length, queue.held.size]).toEqual([250, 100, 0]);
  });

  it('are let go of although SQS fails midway', async () => {
    const queue = memoryDeadLetters(
      Array.from({ length: 30 }, (_, index) => letter(index)),
      { receive: 2 },
    );
    const answer = await looked(queue);
    expect(answer.status).toBe(500);
    expect(answer.errors).toHaveLength(1);
    expect(queue.held.size).toBe(0);
  });

  it('that another reader holds are counted and not shown', async () => {
    const queue = memoryDeadLetters([], { count: 5 });
    expect((await looked(queue)).json).toEqual({ queue: 'alarms', count: 5, messages: [] });
  });

  it('are shown of queues of the stack alone', async () => {
    const { deps } = depsOf(new Map(), { deadLetters: new Map([['alarms', memoryDeadLetters([])]]) });
    for (const queue of ['https://sqs/other', 'constructor', '']) {
      expect((await ask(deps, 'dead-letters', { queue })).status).toBe(400);
    }
  });
});

describe('erasures', () => {
  const record = (index: number) => ({
    kind: 'erasure-record',
    id: `2026-01-15T00:00:${String(index).padStart(2, '0')}.000Z`,
    startedAt: `2026-01-15T00:00:${String(index).padStart(2, '0')}.000Z`,
    finishedAt: '2026-01-15T01:00:00.000Z',
    erasure: { before: '2026-01-15T00:00:00.000Z', plate: 'hash-of-a-plate' },
    events: '12',
    items: '30',
    rawLines: '12',
    objects: { pictures: '4' },
    exports: { rewritten: '2', rows: '9', removed: '0', busy: ['events/x'] },
    deadLetters: '0',
    state: '0',
    waiting: '0',
    recoverableUntil: '2026-02-19T01:00:00.000Z',
  });
  const records = Array.from({ length: 30 }, (_, index) => record(index)).toReversed();
  const erasureRecords = {
    page: async (limit: number, before?: string) =>
      records.filter(({ id }) => before === undefined || id < before).slice(0, limit),
  };

  it('are listed newest first, with what was done and not whom it was about', async () => {
    const { deps } = depsOf(new Map(), { erasureRecords });
    const first = await ask(deps, 'erasures');
    const { erasures, next = '' } = ErasureList.parse(first.json);
    expect(erasures).toHaveLength(25);
    expect(erasures[0]).toMatchObject({
      is_readable: true,
      by: ['plate'],
      events: 12,
      objects: { pictures: 4 },
      exports_busy: ['events/x'],
      recoverable_until: '2026-02-19T01:00:00.000Z',
    });
    expect(JSON.stringify(first.json)).not.toContain('hash-of-a-plate');
    const rest = ErasureList.parse((await ask(deps, 'erasures', { page: next })).json);
    expect(rest.erasures.map(({ id }) => id)).toEqual(records.slice(25).map(({ id }) => id));
    expect(rest.next).toBeUndefined();
  });

  it('of a form that is not known are told to be there', async () => {
    const { deps } = depsOf(new Map(), { erasureRecords: { page: async () => [{ id: '2026-01-01', events: 'x' }] } });
    expect(ErasureList.parse((await ask(deps, 'erasures')).json).erasures).toMatchObject([
      { id: '2026-01-01', is_readable: false, events: null, objects: {} },
    ]);
  });
});

describe('readable text', () => {
  it('is the text itself where there is one, and loses no byte where there is none', () => {
    expect(readableText(Buffer.from('日本\n'))).toBe('日本\n');
    expect(readableText(Buffer.of(0xc0, 0x80, 0x41, 0xf0, 0x9f))).toBe('\\xc0\\x80A\\xf0\\x9f');
    expect(readableText(Buffer.alloc(0))).toBe('');
  });

  it('is cut between characters', () => {
    const text = Buffer.from('a日b');
    expect([1, 2, 3, 4, 5].map((limit) => firstOf(text, limit).toString('utf8'))).toEqual([
      'a',
      'a',
      'a',
      'a日',
      'a日b',
    ]);
  });
});
