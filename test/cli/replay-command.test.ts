import { describe, expect, it } from 'vitest';
import { describeQuarantine, describeReplay } from '#lib/cli/replay-texts.ts';
import type { QuarantineReport } from '#lib/replay/replay-quarantine.ts';
import type { ReplayReport } from '#lib/replay/replay-report.ts';
import { command } from './in-process.ts';

const replay = (...argv: string[]) => command('replay', ...argv);

describe('ivm-bridge replay', () => {
  it('shows how it is used', async () => {
    expect(await replay('--help')).toEqual({ code: 0, stdout: expect.stringContaining('--apply '), stderr: '' });
  });

  const aDay = ['--local', '--from', '2026-01-15', '--to', '2026-01-15'];
  it.each([
    [['--local', '--from', '2026-01-15'], 'Say what to replay, with --from and --to'],
    [['--local', '--from', '2026-02-30', '--to', '2026-03-01'], '--from takes a date, as 2026-01-15, or an instant'],
    [['--local', '--from', '2026-01-16', '--to', '2026-01-15'], '--from has to be before --to'],
    [
      [...aDay, '--type', 'devcie_alarm'],
      'There is no message type devcie_alarm; there are device_alarm, device_status',
    ],
    [[...aDay, '--quarantine', 'unverified'], 'recover-spill judges what is unverified'],
    [[...aDay, '--quarantine', 'refused'], '--quarantine takes stale, unknown-message-type, not-json'],
    [[...aDay, '--quarantine', 'stale', '--device', 'D'], '--device is for the raw archive'],
    [aDay.slice(1), 'Name the tenant with --tenant, or say --local'],
  ])('tells a wrong command line from a failure: %j', async (argv, text) => {
    expect(await replay(...argv)).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(text) });
  });
});

describe('describeReplay', () => {
  const report: ReplayReport = {
    applied: false,
    from: '2026-01-15T00:00:00.000Z',
    to: '2026-01-15T07:45:00.000Z',
    isCutOff: true,
    lines: 12,
    repeated: 2,
    messages: { unchanged: 4, changed: 3, missing: 1, moved: 1, expired: 0, erased: 0, failed: 1 },
    findings: [
      {
        kind: 'changed',
        messageType: 'device_alarm',
        detail: 'plate_char',
        count: 3,
        examples: ['D1#0 2026-01-15T07:00:00.000Z#1#00000000', 'D2#0 2026-01-15T07:00:00.000Z#2#00000000'],
      },
      { kind: 'failed', messageType: 'vehicle_data', detail: 'not-json', count: 1, examples: ['D1#0 x'] },
    ],
    stopped: 'interrupted',
  };

  it('says what would be done, and with what example', () => {
    expect(describeReplay(report)).toBe(
      `count  type          what              where       such as
3      device_alarm  other content in  plate_char  D1#0 2026-01-15T07:00:00.000Z#1#00000000
1      vehicle_data  FAILED            not-json    D1#0 x

10 messages: 4 are stored as they should be, 5 would be written (3 changed, 1 missing, 1 moved), 1 FAILED.
2 more lines repeat one of them.
What came after 2026-01-15T07:45:00.000Z is left alone: its pictures may still be on their way.
Ended early: interrupted
Nothing was changed.`,
    );
  });

  it('says what was done', () => {
    const text = describeReplay({ ...report, applied: true, isCutOff: false });
    expect(text).toMatch(/^3 +device_alarm +rewritten +plate_char/m);
    expect(text).toContain('5 written (3 changed, 1 missing, 1 moved)');
    expect(text).not.toContain('Nothing was changed');
  });
});

describe('describeQuarantine', () => {
  const report: QuarantineReport = {
    applied: true,
    reason: 'stale',
    from: '2026-01-15T00:00:00.000Z',
    to: '2026-01-16T00:00:00.000Z',
    groups: [
      {
        subscription: 'device-alarm',
        count: 3,
        admitted: 2,
        messageIds: ['1', '2'],
        clockSeconds: { min: 399, median: 400, max: 402 },
      },
    ],
    waiting: 1,
    failed: [{ key: 'quarantine/stale/x.body', code: 'bad-quarantine', reason: 'the note is damaged' }],
  };

  it('shows the clocks, what was admitted, and what was not', () => {
    expect(describeQuarantine(report)).toBe(
      `callbacks  admitted  subscription  seconds behind: least, median, most  message ids
3          2         device-alarm  399, 400, 402                        1, 2

quarantine/stale/x.body: NOT ADMITTED, stays where it is (the note is damaged)

2 admitted, 1 of no known type left in quarantine.
1 have just come and stay.`,
    );
  });
});
