import { describe, expect, it } from 'vitest';
import type { Item } from '#lib/events/attribute.ts';
import { readCliOptions } from '#lib/local/cli-options.ts';
import { countStored, renderReport } from '#lib/local/count-run.ts';
import { createCounters, createStatusLine, progressBar } from '#lib/local/progress.ts';
import { createSentLedger, type SentMessage } from '#lib/local/sent-ledger.ts';

describe('readCliOptions', () => {
  const keys = { IVM_AK: 'AK', IVM_SK: 'SK' };
  const remote = ['--ivm-endpoint', 'https://ivm.example/', '--user-id', '109012345678901'];
  const plain = { port: 8787, dataDir: '.local', ivm: { kind: 'simulated' }, ratePerSecond: 2 };

  it.each<[string[], object]>([
    [[], plain],
    [['--count', '200'], { ...plain, count: 200, ratePerSecond: 50 }],
    [
      ['--count=9', '--rate', '0.5', '--port', '0', '--data', 'x'],
      { ...plain, count: 9, ratePerSecond: 0.5, port: 0, dataDir: 'x' },
    ],
    [['--rate', '0'], { ...plain, ratePerSecond: 0 }],
    [['--no-simulator'], { ...plain, ivm: { kind: 'none' } }],
    [['--public-url', 'https://t.example/a/'], { ...plain, publicUrl: 'https://t.example/a' }],
    [
      remote,
      {
        ...plain,
        ivm: {
          kind: 'remote',
          endpoint: 'https://ivm.example',
          userId: '109012345678901',
          credentials: { accessKey: 'AK', secretKey: 'SK' },
        },
      },
    ],
  ])('reads %j', (argv, options) => {
    expect(readCliOptions(argv, keys)).toEqual(options);
  });

  it.each<[string[], string]>([
    [['--count', '0'], '--count'],
    [['--count', '1.5'], '--count'],
    [['--count', 'many'], '--count'],
    [['--rate', '0', '--count', '5'], '--rate'],
    [['--rate', '1e3'], '--rate'],
    [['--rate', '-1'], 'rate'],
    [['--port', '65536'], '--port'],
    [['--public-url', 'tunnel.example'], '--public-url'],
    [['--public-url', 'https://t.example/?x=1'], '--public-url'],
    [['--ivm-endpoint', 'https://ivm.example'], '--user-id'],
    [['--ivm-endpoint', 'ivm.example', '--user-id', '109012345678901'], '--ivm-endpoint'],
    [['--user-id', '109012345678901'], '--ivm-endpoint'],
    [[...remote, '--count', '5'], '--count'],
    [['--no-simulator', '--count', '5'], '--count'],
    [['--unknown'], '--unknown'],
    [['word'], 'word'],
  ])('refuses %j and says why', (argv, named) => {
    expect(() => readCliOptions(argv, keys)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(named) }),
    );
  });

  it('asks for the keys of another IVM', () => {
    expect(() => readCliOptions(remote, {})).toThrow('IVM_AK and IVM_SK');
  });
});

describe('countStored', () => {
  const sent: SentMessage[] = [
    { messageId: '1', messageType: 'device_alarm', picturesWanted: 2, isAcknowledged: true },
    { messageId: '2', messageType: 'vehicle_data', picturesWanted: 1, isAcknowledged: true },
  ];
  const event = (id: string): Item => ({ message_id: { S: id }, sk: { S: `t#${id}#h` } });
  const picture = (id: string, kind: string, status: string, reason?: string): Item => ({
    message_id: { S: id },
    sk: { S: `t#${id}#h#picture#${kind}` },
    status: { S: status },
    ...(reason === undefined ? {} : { reason: { S: reason } }),
  });
  const whole = [
    event('1'),
    { ...event('1'), sk: { S: 't#1#h#target#0' } },
    picture('1', 'alarm', 'stored'),
    picture('1', 'target-group', 'missing', 'gone'),
    event('2'),
    picture('2', 'plate', 'stored'),
    picture('2', 'body', 'missing', 'none-or-expired'),
    event('of an earlier run'),
  ];
  const ledgerOf = (messages: readonly SentMessage[]) => {
    const ledger = createSentLedger();
    for (const message of messages) ledger.add(message);
    return ledger;
  };
  const count = (items: Item[], messages = sent, deadLetters = 0) =>
    countStored(
      {
        async *items() {
          yield* items;
        },
      },
      'events',
      ledgerOf(messages),
      deadLetters,
    );

  it('adds up when everything is stored, or missing for a reason', async () => {
    const report = await count(whole);
    expect(report.problems).toEqual([]);
    expect(report.total).toEqual({
      sent: 2,
      acknowledged: 2,
      stored: 2,
      picturesWanted: 3,
      picturesStored: 2,
      picturesMissing: 1,
    });
    expect(renderReport(report).split('\n')).toEqual([
      '              sent  acknowledged  stored  pictures wanted  stored  missing',
      '-'.repeat(74),
      'device_alarm     1             1       1                2       1        1',
      'vehicle_data     1             1       1                1       1        0',
      '-'.repeat(74),
      'all              2             2       2                3       2        1',
      'pictures missing: gone: 1',
      '',
      'It adds up.',
    ]);
  });

  it.each<[string, Item[], SentMessage[], number, string]>([
    [
      'a message was not acknowledged',
      whole,
      [...sent, { messageId: '3', messageType: 'third_data', picturesWanted: 0, isAcknowledged: false }],
      0,
      '1 messages were not acknowledged',
    ],
    ['an event is not there', whole.slice(4), sent.slice(0, 2), 0, '1 acknowledged messages are not in the table'],
    [
      'a picture is still wanted',
      [...whole.slice(0, 2), picture('1', 'alarm', 'wanted'), ...whole.slice(3)],
      sent,
      0,
      '1 pictures are neither stored nor missing for a reason',
    ],
    ['something is in a dead-letter queue', whole, sent, 4, '4 messages are in dead-letter queues'],
  ])('does not add up when %s', async (_title, items, messages, deadLetters, problem) => {
    const report = await count(items, messages, deadLetters);
    expect(report.problems).toContain(problem);
    expect(renderReport(report)).toContain('It does not add up');
  });

  it('tells every one of many messages from those beside it, in whatever order they were acknowledged', async () => {
    const many = Array.from({ length: 5000 }, (_, index): SentMessage => {
      const number = (index * 2003) % 5000;
      const messageId = String(9_999_999_999_999_999_999n - 2n * BigInt(number));
      const messageType = number % 3 === 0 ? 'device_alarm' : 'vehicle_data';
      return { messageId, messageType, picturesWanted: 0, isAcknowledged: number % 5 !== 0 };
    });
    const sums = { picturesWanted: 0, picturesStored: 0, picturesMissing: 0 };
    const events = many.map(({ messageId }) => event(messageId));
    const others = many.map(({ messageId }) => event(String(BigInt(messageId) - 1n)));
    expect([...(await count([...events, ...others, ...events], many)).byType]).toEqual([
      ['device_alarm', { sent: 1667, acknowledged: 1333, stored: 1333, ...sums }],
      ['vehicle_data', { sent: 3333, acknowledged: 2667, stored: 2667, ...sums }],
    ]);
    const lost = many.find(({ isAcknowledged }) => isAcknowledged);
    const left = many.filter((message) => message !== lost).map(({ messageId }) => event(messageId));
    expect((await count([...left, ...others], many)).total.stored).toBe(3999);
  });
});

describe('progress', () => {
  it('is counted from the metrics of the functions', () => {
    const { counters, read } = createCounters();
    read('{"_aws":{},"Function":"store-alarms","MessageStored":1}');
    read('{"_aws":{},"PictureStored":1}');
    read('{"level":"info","message":"\\"PictureStored\\":1"}');
    read('garbage');
    expect(counters).toEqual({ stored: 1, picturesStored: 1, picturesMissed: 0 });
  });

  it.each([
    [0, 10, '[░░░░░░░░░░░░░░░░░░░░░░░░]   0 %'],
    [5, 10, '[████████████░░░░░░░░░░░░]  50 %'],
    [11, 10, '[████████████████████████] 100 %'],
    [0, 0, '[████████████████████████] 100 %'],
  ])('%i of %i is %s', (done, all, bar) => {
    expect(progressBar(done, all)).toBe(bar);
  });

  it('replaces its line on a terminal, and never wraps it', () => {
    let written = '';
    const output = { isTTY: true, columns: 10, write: (text: string) => (written += text) };
    const line = createStatusLine(output, () => new Date(0));
    line.show('one');
    line.show('one');
    line.show('a line that is too long');
    line.print('stays');
    line.clear();
    expect(written).toBe('one\r\u001B[2Ka line th\r\u001B[2Kstays\na line th\r\u001B[2K');
  });

  it('writes a line now and then where there is no terminal', () => {
    let written = '';
    let nowMs = 0;
    const line = createStatusLine({ write: (text: string) => (written += text) }, () => new Date(nowMs));
    for (const text of ['one', 'two', 'three']) {
      line.show(text);
      nowMs += 3_000;
    }
    expect(written).toBe('one\nthree\n');
  });
});
