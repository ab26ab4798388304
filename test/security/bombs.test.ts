import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readEnvelope } from '#lib/callback/envelope.ts';
import { sha256Hex } from '#lib/callback/raw-body.ts';
import { PermanentError } from '#lib/errors.ts';
import { textOf } from '#lib/events/attribute.ts';
import { type EventRecord, eventRecord } from '#lib/events/event-record.ts';
import { fitAttribute } from '#lib/events/fit-attribute.ts';
import { DecimalText, isJsonObject, type Json, member, parseExact, stringifyExact } from '#lib/json/exact-json.ts';
import { scanTopLevel } from '#lib/json/scan-top-level.ts';
import { messageModuleOf } from '#lib/messages/registry.ts';
import { pictureJob, wantedPictureItem } from '#lib/pictures/picture-items.ts';
import { verifyPicture } from '#lib/pictures/verify-picture.ts';
import { readSnapshot } from '#lib/snapshots/read-snapshot.ts';
import { jpeg, png } from '../pictures/picture-parts.ts';
import { exampleMessages } from '../support/fixtures.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { itemBytes, largestItemBytes } from './item-size.ts';
import { pictureFetching } from './picture-fetching.ts';

const megabyte = 1024 * 1024;
/** A test machine may be many times slower than a function; a bomb that goes off takes minutes or all memory. */
const generousMs = 5_000;

function within<T>(work: () => T): T {
  const startedMs = performance.now();
  const result = work();
  expect(performance.now() - startedMs).toBeLessThan(generousMs);
  return result;
}

function record(body: string): EventRecord {
  const bytes = Buffer.from(body);
  return eventRecord(
    { receivedAt: '2026-01-01T00:00:00.000Z', subscription: 'target-data', body: bytes, bodySha256: sha256Hex(bytes) },
    { timeZone: 'Asia/Shanghai', retentionDays: 30, facePictures: 'keep' },
  );
}

/** What of a message would not fit into the stores: into an item, into its keys, into a job of a queue. */
function misfits({ event, children, pictures, ...owner }: EventRecord): string[] {
  const now = new Date(owner.receivedAt);
  const wanted = pictures.map((picture) => ({ ...picture, owner: { ...owner, ...picture, expiresAtSeconds: 0 } }));
  const items = [event, ...children, ...wanted.map(({ owner, wanted }) => wantedPictureItem(owner, wanted, now))];
  const sizeOf = (text: string | undefined) => Buffer.byteLength(text ?? '');
  return [
    ...items.flatMap((item) => [
      ...(itemBytes(item) > largestItemBytes ? [`an item of ${itemBytes(item)} bytes`] : []),
      ...(sizeOf(textOf(item['camera'])) > 2_048 ? ['a partition key'] : []),
      ...(sizeOf(textOf(item['sk'])) > 1_024 ? ['a sort key'] : []),
    ]),
    ...wanted.flatMap(({ owner, wanted }) =>
      sizeOf(JSON.stringify(pictureJob(owner, wanted))) > 20_000 ? ['a job'] : [],
    ),
  ];
}

const times = (count: number, text: (index: number) => string) => Array.from({ length: count }, (_, n) => text(n));
const message = (type: string, data: string, id = '1767225598000000001') =>
  `{"message_id":${id},"message_type":"${type}","data":${data}}`;
const url = 'https://pictures.example/a.png';

/** Each with its data, and the type of message that has most to do with it. */
const bombs: readonly (readonly [title: string, make: () => string, type?: string])[] = [
  ['100,000 lists in each other', () => '['.repeat(100_000) + ']'.repeat(100_000)],
  ['100,000 objects in each other', () => '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
  ['100,000 objects and a number that is no double', () => '{"a":'.repeat(100_000) + '1.0' + '}'.repeat(100_000)],
  ['a text of 10 MB', () => `{"x":"${'a'.repeat(10 * megabyte)}"}`],
  ['a text of 5 MB in which every character is escaped', () => `{"x":"${'\\"'.repeat(2.5 * megabyte)}"}`],
  ['a text of 5 MB of backslashes', () => `{"x":"${'\\\\'.repeat(2.5 * megabyte)}"}`],
  ['a text of 1 MB with bare control characters', () => `{"x":"${'a\n'.repeat(megabyte / 2)}"}`],
  ['100,000 members', () => `{${times(100_000, (n) => `"k${n}":${n}`).join(',')}}`],
  [
    '100,000 members with names that the table does not take',
    () => `{${times(30_000, (n) => `"${n}${'字'.repeat(90)}":1.0`).join(',')}}`,
  ],
  ['300,000 members of one name', () => `{${'"a":1.0,'.repeat(300_000)}"a":2}`],
  ['a million elements', () => `{"x":[${'1,'.repeat(1_000_000)}1.0]}`],
  ['a million targets', () => `{"data":{"targets":[${'{},'.repeat(1_000_000)}{}]}}`, 'micro_checkpoint_data'],
  ['300,000 targets', () => `{"data":{"targets":[${'{},'.repeat(300_000)}{}]}}`, 'behavior_analysis_data'],
  ['300,000 devices', () => `{"devices":[${'{"channel_id":0},'.repeat(300_000)}{}]}`, 'device_unbind'],
  ['300,000 channels', () => `{"param":{"video_channel":[${'{"channel_id":0},'.repeat(300_000)}{}]}}`, 'device_status'],
  [
    '50,000 targets with pictures',
    () => `{"data":{"targets":[${times(50_000, (n) => `{"vehicle_pic":"${url}?${n}","device_id":"D"}`).join(',')}]}}`,
    'micro_checkpoint_data',
  ],
  ['50,000 fields with URLs', () => `{${times(50_000, (n) => `"u${n}":"${url}?${n}"`).join(',')}}`],
  ['an integer of a million digits', () => `{"age":${'9'.repeat(1_000_000)},"target_url":"${url}"}`],
  ['ids of five million digits', () => `{"device_id":${'9'.repeat(5_000_000)},"target_url":"${url}"}`],
  [
    'ids of a million letters',
    () =>
      `{"device_id":"${'字'.repeat(1_000_000)}","channel_id":"${'名'.repeat(900_000)}","target_url":"${url}","vehicle_url":"${url}"}`,
  ],
  ['a fraction of a million digits', () => `{"age":0.${'1'.repeat(1_000_000)}}`],
  ['an exponent of a million digits', () => `{"age":1e${'9'.repeat(1_000_000)}}`],
  ['6,000 integers of a thousand digits', () => `{"x":[${times(6_000, () => '9'.repeat(1_000)).join(',')}]}`],
  [
    '20 levels of long names and what is odd below each',
    () =>
      `${times(20, (n) => `{"${String.fromCodePoint(97 + n).repeat(250)}":`).join('')}{${times(20_000, (n) => `"k${n}":1.0`).join(',')}}${'}'.repeat(20)}`,
  ],
  [
    '12 levels of long names and a hundred oddities below',
    () =>
      `${times(12, (n) => `{"${String.fromCodePoint(0x4e00 + n).repeat(80)}":`).join('')}{${times(150, (n) => `"k${n}":1.0`).join(',')}}${'}'.repeat(12)}`,
  ],
  [
    'names of prototypes',
    () =>
      '{"__proto__":{"device_id":"X","polluted":1},"constructor":{"prototype":{"polluted":1}},"target":{"__proto__":{"age":3}}}',
  ],
  [
    'lone surrogates',
    () => `{"a\\ud800":"\\udc00","\\udfff":"\\ud800","x":[${times(10_000, () => '"\\udc00\\ud800"').join(',')}]}`,
  ],
  ['binary data of 5 MB that is no META', () => `{"tlv_data":"${'QUJD'.repeat(1.25 * megabyte)}"}`, 'third_data'],
  [
    'binary data of 500,000 empty records',
    () =>
      `{"tlv_data":"${Buffer.concat([Buffer.from('META\0\0\0\0'), Buffer.alloc(4 * megabyte, Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]))]).toString('base64')}"}`,
    'third_data',
  ],
];

describe('a message with', () => {
  const cases = bombs.map(([title, make, type = 'target_data']) => ({ title, make, type }));

  it.each(cases)('$title costs little, and becomes items that fit', ({ make, type }) => {
    const text = message(type, make());
    expect(within(() => readEnvelope(text))).toEqual({
      messageId: '1767225598000000001',
      messageType: type,
      isProbe: false,
    });
    expect(misfits(within(() => record(text)))).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('a message', () => {
  it.each([
    ['a million digits', '9'.repeat(1_000_000)],
    ['five million digits', '9'.repeat(5_000_000)],
    ['a million letters', `"${'字'.repeat(1_000_000)}"`],
  ])('with an id of %s is stored with its pictures', (_title, id) => {
    const text = message('target_data', `{"device_id":"D","target_url":"${url}"}`, id);
    expect(within(() => readEnvelope(text))?.messageType).toBe('target_data');
    const stored = within(() => record(text));
    expect(stored.pictures).toHaveLength(1);
    expect(Buffer.byteLength(stored.messageId)).toBeLessThanOrEqual(1_024);
    expect(misfits(stored)).toEqual([]);
  });

  it.each([
    ['a text of 5 MB before the slip', `{"x":"${'a'.repeat(5 * megabyte)}" "y"}`],
    ['200,000 texts before the slip', `{${'"x":"y",'.repeat(200_000)}}`],
    ['escapes before the slip', `{"x":"${'\\"'.repeat(2.5 * megabyte)}" 1}`],
    ['a text that never ends, full of escapes', `{"x":"${'\\"'.repeat(2.5 * megabyte)}`],
    ['100,000 odd numbers before the slip', `{"x":[${'1.0,'.repeat(100_000)}]}`],
    ['spaces before the slip', `{"x":1.0${' '.repeat(2 * megabyte)}:}`],
    ['more levels than any document has', `${'['.repeat(600_000)}${']'.repeat(600_000)}`],
    ['braces in no order', `{${'[}'.repeat(500_000)}${']}'.repeat(500_000)}`],
  ])('that is no JSON, with %s, is refused for good', (_title, data) => {
    const text = message('target_data', data);
    within(() => readEnvelope(text));
    expect(() => within(() => record(text))).toThrow(
      expect.objectContaining({ name: 'PermanentError', code: 'not-json' }),
    );
  });

  it.each(exampleMessages)(
    'such as $name fits with every field as long as can be, and much that is unknown',
    ({ text, messageType }) => {
      const longest = (value: Json): Json => {
        if (Array.isArray(value)) return value.map(longest);
        if (!isJsonObject(value)) return 'x'.repeat(1_024);
        return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, longest(element)]));
      };
      const odd = (name: string, count: number) =>
        Object.fromEntries(
          times(count, (n) => `${name}${n}${'字'.repeat(80)}`).map((key) => [key, new DecimalText('1.0')]),
        );
      const unknown = Object.fromEntries(times(200, (n) => `${n}${'名'.repeat(400)}`).map((key) => [key, 1]));
      const filler = Object.fromEntries(times(100, (n) => `f${n}`).map((key) => [key, 'x'.repeat(1_000)]));
      // Records of 700 bytes are kept, in base64; 240 of them just so.
      const metaRecord = Buffer.concat([Buffer.from([1, 0, 0, 0x7f, 0xbc, 2, 0, 0]), Buffer.alloc(700)]);
      const meta = Buffer.concat([Buffer.from('META\0\0\0\0'), ...Array.from({ length: 240 }, () => metaRecord)]);
      const given = longest(member(parseExact(text), 'data') ?? {});
      const data = { ...(isJsonObject(given) ? given : {}), ...odd('n', 120), ...unknown, nested: filler };
      for (const size of [0, 20, 40, 60, 80, 100, 120, 140, 200]) {
        const more = Object.fromEntries(times(size, (n) => `m${n}`).map((key) => [key, 'x'.repeat(1_000)]));
        const whole = {
          ...data,
          ...more,
          ...(messageType === 'third_data' ? { tlv_data: meta.toString('base64') } : {}),
        };
        const body = `{"message_id":1,"message_type":"${messageType}",${stringifyExact(unknown).slice(1, -1)},"data":${stringifyExact(whole)}}`;
        expect(misfits(record(body)), String(size)).toEqual([]);
      }
    },
  );
});

describe('the parsers', () => {
  it('keep every digit of a number of millions of them, without making it one', () => {
    const digits = '9'.repeat(3_000_000);
    expect(within(() => parseExact(digits))).toEqual(new DecimalText(digits));
    expect(within(() => stringifyExact(parseExact(`[${digits},-${digits}]`))) === `[${digits},-${digits}]`).toBe(true);
    expect(parseExact('9'.repeat(1_024))).toBe(BigInt('9'.repeat(1_024)));
    expect(parseExact('9'.repeat(1_025))).toBeInstanceOf(DecimalText);
  });

  it.each([
    ['a list that never ends', '['],
    ['an object that never ends', '{"a":'],
    ['a text that never ends', '"'],
    ['an escape that never ends', '{"a":"\\'],
    ['signs', '-'],
    ['points', '{"a":1.'],
    ['spaces', ' '],
  ])('refuse 5 MB of %s', (_title, piece) => {
    const text = piece.repeat((5 * megabyte) / piece.length);
    expect(within(() => scanTopLevel(text, ['a']))).toBeUndefined();
    expect(() => within(() => parseExact(text))).toThrow('the text is no valid JSON');
  });

  it('compare what is sent with what is known in a bounded report', () => {
    const odd = (depth: number): Json =>
      depth === 0
        ? 'x'
        : Object.fromEntries(times(8, (n) => `${'n'.repeat(200)}${n}`).map((key) => [key, odd(depth - 1)]));
    const module = messageModuleOf('target_data');
    if (module === undefined) throw new Error('there is no such module');
    const many = { ...Object.fromEntries(times(100_000, (n) => `k${n}`).map((key) => [key, []])), target: odd(5) };
    const { unknownFields, problems } = within(() => module.inspectFields(many));
    for (const entries of [unknownFields, problems]) {
      expect(entries.length).toBeLessThanOrEqual(100);
      expect(entries.every((entry) => entry.length <= 300)).toBe(true);
    }
  });

  it('tell of what does not fit in a hundred entries of three hundred characters', () => {
    let value: Json = Object.fromEntries(times(50_000, (n) => `k${n}`).map((key) => [key, new DecimalText('1.0')]));
    for (const letter of 'abcdefghijklmnopqrs') value = { [letter.repeat(255)]: value, '': 1, [`${letter}\uD800`]: 2 };
    const { problems } = within(() => fitAttribute(value, 'data'));
    expect(problems.length).toBeLessThanOrEqual(100);
    expect(problems.every((problem) => problem.length <= 300 && problem.isWellFormed())).toBe(true);
  });
});

describe('the answer to a picture', () => {
  const long = 24 * megabyte;
  const picture = Buffer.concat([jpeg, Buffer.alloc(21 * megabyte)]);
  const inJson = (member: string, text: string) => Buffer.from(`{"${member}":"${text}"}`);

  it.each<[string, () => Buffer, object, object]>([
    ['brackets', () => Buffer.alloc(long, '['), { reason: 'too-large' }, { reason: 'too-large' }],
    [
      'lists in each other',
      () => Buffer.from('['.repeat(2 * megabyte) + ']'.repeat(2 * megabyte)),
      { reason: 'not-an-image' },
      { reason: 'not-an-image' },
    ],
    [
      'objects in each other',
      () => Buffer.from(`${'{"a":'.repeat(megabyte)}1${'}'.repeat(megabyte)}`),
      { reason: 'not-an-image' },
      { reason: 'not-an-image' },
    ],
    [
      'digits',
      () => Buffer.from(`{"code":${'9'.repeat(3 * megabyte)}}`),
      { reason: 'not-an-image' },
      { reason: 'not-an-image' },
    ],
    ['spaces', () => Buffer.alloc(long, ' '), { reason: 'not-an-image' }, { reason: 'empty' }],
    ['zeros', () => Buffer.alloc(long), { reason: 'too-large' }, { reason: 'too-large' }],
    ['a picture that is too large', () => picture, { reason: 'too-large' }, { reason: 'too-large' }],
    [
      'one in base64',
      () => inJson('pic_data', picture.subarray(0, 20.5 * megabyte).toString('base64')),
      { reason: 'too-large' },
      { reason: 'too-large' },
    ],
    [
      'a prefix without an end',
      () => inJson('pic_data', `data:${'a'.repeat(8 * megabyte)}`),
      { reason: 'not-an-image' },
      { reason: 'not-an-image' },
    ],
    [
      'an endless error code',
      () => inJson('error_code', 'IVM.1'.repeat(megabyte)),
      { errorCode: 'odd-code' },
      { reason: 'refused' },
    ],
  ])('may be megabytes of %s', (_title, make, verdict, snapshot) => {
    const answer = make();
    expect(within(() => verifyPicture(answer))).toEqual(verdict);
    expect(within(() => readSnapshot(answer))).toEqual(snapshot);
  });
});

/** A server that writes a beginning and then the same piece until its client hangs up; counts what it got rid of. */
async function endlessServer(head: string, piece: Buffer | undefined) {
  const counts = { bytes: 0, connections: 0 };
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    counts.connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    const pump = (): void => {
      if (piece === undefined) return;
      do counts.bytes += piece.length;
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', pump);
    socket.once('data', () => {
      socket.write(head);
      pump();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { endpoint: `http://127.0.0.1:${address.port}`, counts };
}

const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000), Buffer.from('\r\n')]);
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
/** What the sockets of both sides hold in between. */
const underWayBytes = 16 * megabyte;

describe('an answer over the network', () => {
  const limits = { maxBytes: megabyte, timeoutMs: generousMs };
  const fetching = (endpoint: string) => pictureFetching({ endpoint, allowLoopback: true });

  it('is left as it is where it is compressed, which nobody asked for', async () => {
    const bomb = gzipSync(Buffer.alloc(16 * megabyte));
    const { endpoint, requests } = await scriptedServer([{ body: bomb, headers: { 'content-encoding': 'gzip' } }]);
    const { http, fetchNamed } = fetching(endpoint);
    expect(await http.download(new URL(endpoint), limits)).toEqual({ status: 200, bytes: bomb });
    expect(await fetchNamed(`${endpoint}/a.png`)).toMatchObject({ reason: 'not-an-image' });
    expect(requests.every(({ headers }) => headers['accept-encoding'] === undefined)).toBe(true);
  });

  it('that never ends is read up to its limit', async () => {
    const { endpoint, counts } = await endlessServer(chunked, chunk);
    const { http } = fetching(endpoint);
    await expect(http.download(new URL(endpoint), limits)).rejects.toMatchObject({ code: 'too-large' });
    expect(counts.bytes).toBeLessThan(megabyte + underWayBytes);
    expect(counts.connections).toBe(1);
  });

  it('that never ends is no picture', async () => {
    const { endpoint, counts } = await endlessServer(chunked, chunk);
    expect(await fetching(endpoint).fetchNamed(`${endpoint}/a.png`)).toMatchObject({ reason: 'too-large' });
    expect(counts.bytes).toBeLessThan(28 * megabyte + underWayBytes);
  });

  it('of the API that never ends is read up to its limit, three times', async () => {
    const { endpoint, counts } = await endlessServer(chunked, chunk);
    const { http } = fetching(endpoint);
    await expect(http.call({ name: 'show', method: 'GET', path: '/' })).rejects.toMatchObject({ retryable: true });
    expect(counts.connections).toBe(3);
    expect(counts.bytes).toBeLessThan(3 * (16 * megabyte + underWayBytes));
  });

  it('that says it is larger than is allowed is not read', async () => {
    const { endpoint, counts } = await endlessServer('HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n', chunk);
    const { http } = fetching(endpoint);
    await expect(http.download(new URL(endpoint), limits)).rejects.toMatchObject({ code: 'too-large' });
    expect(counts.bytes).toBeLessThan(underWayBytes);
  });

  it('that says it is shorter than it is ends where it says, and what follows is nobody’s answer', async () => {
    const smuggled = Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Length: ${jpeg.length}\r\n\r\n${jpeg.toString('latin1')}`,
      'latin1',
    );
    const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${png.length}\r\n\r\n`;
    const { endpoint, counts } = await endlessServer('', Buffer.concat([Buffer.from(answer), png, smuggled]));
    const { http } = fetching(endpoint);
    for (let count = 1; count <= 2; count += 1) {
      expect(await http.download(new URL(endpoint), limits)).toEqual({ status: 200, bytes: png });
      expect(counts.connections).toBe(count);
    }
  });

  it.each([
    ['never begins', '', undefined],
    ['stops in its header', 'HTTP/1.1 200 OK\r\nContent-', undefined],
    ['stops in its body', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1', undefined],
    ['has a header without an end', 'HTTP/1.1 200 OK\r\n', Buffer.from(`a: ${'b'.repeat(1_000)}\r\n`)],
    ['only ever says that it comes', '', Buffer.from('HTTP/1.1 103 Early Hints\r\n\r\n')],
  ])('that %s is waited for no longer than told', async (_title, head, piece) => {
    const { endpoint } = await endlessServer(head, piece);
    const { http } = fetching(endpoint);
    const startedMs = performance.now();
    const works = [
      http.download(new URL(endpoint), { ...limits, timeoutMs: 100 }),
      http.call({ name: 'show', method: 'GET', path: '/', attempts: 1, timeoutMs: 100 }),
    ];
    for (const outcome of await Promise.allSettled<unknown>(works)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'IvmUnavailable', retryable: true } });
    }
    expect(performance.now() - startedMs).toBeLessThan(generousMs);
  });

  it.each<[string, () => string]>([
    ['200,000 alarms', () => `{"alarms":[${'{},'.repeat(200_000)}{}]}`],
    ['lists in each other', () => `{"alarms":${'['.repeat(500_000)}${']'.repeat(500_000)}}`],
    ['digits', () => `{"alarms":${'9'.repeat(8 * megabyte)}}`],
    ['names of prototypes', () => '{"__proto__":{"alarms":[]},"alarms":[{"__proto__":{"alarm_uuid":"A","url":"x"}}]}'],
    ['one alarm many times', () => `{"alarms":[${'{"alarm_uuid":"B","url":"https://a.example"},'.repeat(100_000)}{}]}`],
  ])('of the API may be %s', async (_title, make) => {
    const { endpoint } = await scriptedServer([{ body: Buffer.from(make()) }]);
    const startedMs = performance.now();
    const { ivm } = fetching(endpoint);
    const outcome = await ivm.alarmPictures(['A']).catch((error: unknown) => error);
    expect(performance.now() - startedMs).toBeLessThan(generousMs);
    const isAnswer = outcome instanceof Map && [...outcome.keys()].join(',') === 'A';
    expect(isAnswer || (outcome instanceof Error && !(outcome instanceof PermanentError))).toBe(true);
    if (outcome instanceof Map) expect(outcome.get('A')).toEqual({ failure: 'transient', code: 'no-answer' });
    expect({}).not.toHaveProperty('alarms');
  });
});
