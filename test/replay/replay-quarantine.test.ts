import { describe, expect, it } from 'vitest';
import { quarantineObjects } from '#lib/callback/quarantine.ts';
import type { QuarantineReason } from '#lib/callback/quarantine-note.ts';
import { readRawLine } from '#lib/callback/raw-line.ts';
import type { SubscriptionPath } from '#lib/callback/subscriptions.ts';
import { type QuarantineRequest, type ReplayQuarantineDeps, replayQuarantine } from '#lib/replay/replay-quarantine.ts';
import { memoryInbox, type SentMessage } from '../support/fakes/memory-inbox.ts';

const arrival = new Date('2026-01-15T08:00:00.000Z');
const alarm = (id: number) => `{"message_id":${1_676_010_011_000 + id}000000,"message_type":"device_alarm","data":{}}`;
const range = { from: new Date('2026-01-15T00:00:00Z'), to: new Date('2026-01-16T00:00:00Z') };

function quarantined() {
  const inbox = memoryInbox();
  const deps: ReplayQuarantineDeps = {
    quarantine: {
      keys: inbox.keys,
      read: async (key) => inbox.objects.get(key),
      put: inbox.keep,
      delete: async (key) => {
        inbox.objects.delete(key);
      },
    },
    send: inbox.send,
    timeZone: 'Asia/Shanghai',
    now: () => new Date('2026-01-15T12:00:00Z'),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  return {
    inbox,
    deps,
    put: (
      reason: QuarantineReason,
      body: string,
      more: { receivedAt?: Date; behindSeconds?: number; subscription?: SubscriptionPath } = {},
    ) => {
      const { receivedAt = arrival, behindSeconds = 600, subscription = 'device-alarm' } = more;
      const objects = quarantineObjects({
        reason,
        body: Buffer.from(body),
        receivedAt,
        subscription,
        timeZone: 'Asia/Shanghai',
        timestamp: String(Math.floor(receivedAt.getTime() / 1000) - behindSeconds),
        signature: '0'.repeat(64),
      });
      for (const { key, content } of objects) inbox.objects.set(key, content);
      return { bodyKey: objects[0].key, noteKey: objects[1].key };
    },
    replay: (request: Partial<QuarantineRequest> = {}, changes: Partial<ReplayQuarantineDeps> = {}) =>
      replayQuarantine({ ...deps, ...changes }, { ...range, reason: 'stale', apply: false, ...request }),
  };
}

describe('replayQuarantine', () => {
  it('shows what rests there by subscription, with the differences of the clocks, and changes nothing', async () => {
    const { inbox, put, replay } = quarantined();
    for (const [id, behindSeconds] of [400, 3_600, 402, -900].entries()) put('stale', alarm(id), { behindSeconds });
    put('stale', '{"message_type":"new_type"}', { subscription: 'third-data' });
    put('stale', alarm(8), { receivedAt: new Date('2026-01-16T00:00:00.000Z') });
    put('unverified', alarm(9));
    const before = [...inbox.objects];
    expect(await replay()).toEqual({
      applied: false,
      reason: 'stale',
      from: '2026-01-15T00:00:00.000Z',
      to: '2026-01-16T00:00:00.000Z',
      groups: [
        {
          subscription: 'device-alarm',
          count: 4,
          admitted: 4,
          messageIds: expect.arrayContaining([expect.stringMatching(/^16760100110\d{8}$/)]),
          clockSeconds: { min: -900, median: 400, max: 3_600 },
        },
        {
          subscription: 'third-data',
          count: 1,
          admitted: 0,
          messageIds: [],
          clockSeconds: { min: 600, median: 600, max: 600 },
        },
      ],
      waiting: 0,
      failed: [],
    });
    expect([...inbox.objects]).toEqual(before);
    expect(inbox.sent).toEqual([]);
  });

  it('admits what has a queue as a spilled callback with its own arrival, and keeps the others', async () => {
    const { inbox, put, replay } = quarantined();
    put('stale', alarm(1));
    const unknown = put('stale', '{"message_type":"new_type"}');
    expect(await replay({ apply: true })).toMatchObject({ groups: [{ count: 2, admitted: 1 }], failed: [] });
    const [spillKey = '', ...others] = [...inbox.objects.keys()].toSorted().toReversed();
    expect(others.toSorted()).toEqual([unknown.bodyKey, unknown.noteKey]);
    const { line, body } = readRawLine(inbox.objects.get(spillKey)?.toString() ?? '');
    expect(body.toString()).toBe(alarm(1));
    expect(line).toMatchObject({ received_at: arrival.toISOString(), subscription: 'device-alarm' });
    expect(inbox.sent).toEqual<SentMessage[]>([
      { queue: 'alarms', body: '{}', attributes: expect.objectContaining({ spill: spillKey }) },
    ]);
    expect(await replay({ apply: true })).toMatchObject({ groups: [{ count: 1, admitted: 0 }] });
  });

  it('looks for the others under the date of their arrival in the zone, by the reason in their note', async () => {
    const { put, replay } = quarantined();
    put('unknown-message-type', alarm(1));
    put('unknown-message-type', alarm(2), { receivedAt: new Date('2026-01-15T18:00:00.000Z') });
    put('not-json', alarm(3));
    put('refused', alarm(4));
    expect(await replay({ reason: 'unknown-message-type' })).toMatchObject({ groups: [{ count: 2, admitted: 2 }] });
    expect(await replay({ reason: 'not-json' })).toMatchObject({ groups: [{ count: 1, admitted: 1 }] });
    expect(await replay({ messageType: 'third_data', reason: 'not-json' })).toMatchObject({ groups: [] });
  });

  it('is finished by the next run, whichever of its writes it died at', async () => {
    for (let writes = 0; writes < 4; writes += 1) {
      const { inbox, deps, put, replay } = quarantined();
      put('stale', alarm(1));
      let done = 0;
      const dying =
        <Args extends unknown[]>(write: (...args: Args) => Promise<void>) =>
        async (...args: Args): Promise<void> => {
          if (done === writes) throw new Error('dead');
          done += 1;
          await write(...args);
        };
      const { put: keep, delete: remove } = deps.quarantine;
      const dead = {
        quarantine: { ...deps.quarantine, put: dying(keep), delete: dying(remove) },
        send: dying(deps.send),
      };
      expect(await replay({ apply: true }, dead)).toMatchObject({ failed: [{ code: 'Error' }] });
      await replay({ apply: true });
      expect([...inbox.objects.keys()]).toEqual([expect.stringMatching(/^spill\/device-alarm\//)]);
      expect(inbox.sent.length).toBeGreaterThanOrEqual(1);
      expect(await replay({ apply: true })).toMatchObject({ groups: [], failed: [] });
    }
  });

  it('names what is damaged and goes on, and ends where nothing is taken', async () => {
    const { inbox, put, replay } = quarantined();
    const { bodyKey, noteKey } = put('stale', alarm(1));
    put('stale', alarm(2));
    inbox.objects.set(noteKey, Buffer.from('{}'));
    expect(await replay({ apply: true })).toMatchObject({
      groups: [{ count: 1, admitted: 1 }],
      failed: [{ key: bodyKey, code: 'bad-quarantine' }],
    });
    for (let id = 0; id < 40; id += 1) put('stale', alarm(id));
    inbox.refuseQueue = true;
    const { failed, stopped } = await replay({ apply: true });
    expect(failed.length).toBeLessThan(40);
    expect(stopped).toMatch(/^\d+ callbacks could not be admitted$/);
  });

  it('waits for a body that is still on its way, and ends when it is interrupted', async () => {
    const { inbox, put, replay } = quarantined();
    const { bodyKey } = put('stale', alarm(1), { receivedAt: new Date('2026-01-15T11:59:30Z') });
    inbox.objects.delete(bodyKey);
    expect(await replay({ apply: true })).toMatchObject({ waiting: 1, groups: [] });
    expect(inbox.objects.size).toBe(1);
    expect(await replay({}, { signal: AbortSignal.abort() })).toMatchObject({ stopped: 'interrupted', groups: [] });
  });

  it('tells what it has done where the listing breaks off, and fails where it has done nothing', async () => {
    const { inbox, deps, put, replay } = quarantined();
    const breaking = (from: number) => ({
      ...deps.quarantine,
      keys: async function* keys(prefix: string) {
        yield* (await Array.fromAsync(inbox.keys(prefix))).slice(0, from);
        throw new Error('the bucket is away');
      },
    });
    for (let id = 0; id < 20; id += 1) put('stale', alarm(id));
    const report = await replay({}, { quarantine: breaking(40) });
    expect(report).toMatchObject({ groups: [{ count: 20 }], stopped: 'Error: the bucket is away' });
    await expect(replay({}, { quarantine: breaking(0) })).rejects.toThrow('the bucket is away');
  });
});
