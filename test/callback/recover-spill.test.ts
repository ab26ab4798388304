import { describe, expect, it } from 'vitest';
import { spillKey } from '#lib/callback/keep-callback.ts';
import { rawBody, sha256Hex } from '#lib/callback/raw-body.ts';
import type { RawLine } from '#lib/callback/raw-line.ts';
import { recoverSpill, type SpillRecord } from '#lib/callback/recover-spill.ts';
import { memoryInbox } from '../support/fakes/memory-inbox.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

const arrivedAt = new Date('2026-01-01T00:00:00.000Z');
const minutesLater = (minutes: number) => new Date(arrivedAt.getTime() + minutes * 60_000);

function spilled(messageType: string | null = 'device_alarm') {
  const inbox = memoryInbox();
  const metrics = memoryMetrics();
  const records = new Map<string, SpillRecord>();
  const body = Buffer.from(`{"message_type":"${messageType}"}`);
  const line: RawLine = {
    received_at: arrivedAt.toISOString(),
    subscription: 'device-alarm',
    message_id: null,
    message_type: messageType,
    body_sha256: sha256Hex(body),
    camera: null,
    sk: null,
    ...rawBody(body),
  };
  const key = spillKey(line);
  inbox.objects.set(key, Buffer.from(JSON.stringify(line)));
  const run = (now: Date) =>
    recoverSpill({
      spill: { keys: () => inbox.keys('spill/'), read: async (name) => inbox.objects.get(name)?.toString() },
      records: {
        get: async (name) => records.get(name),
        put: async (name, record) => {
          records.set(name, record);
        },
      },
      send: inbox.send,
      metric: metrics.metric,
      now: () => now,
    });
  return { inbox, key, run, counts: metrics.counts };
}

describe('recoverSpill', () => {
  it('leaves an object alone for fifteen minutes, because its pointer is on its way', async () => {
    const { inbox, run } = spilled();
    expect(await run(minutesLater(14))).toMatchObject({ waiting: 1, requeued: 0 });
    expect(inbox.sent).toEqual([]);
  });

  it('then sends a pointer to the queue of its type', async () => {
    const { inbox, key, run } = spilled('vehicle_data');
    expect(await run(minutesLater(15))).toMatchObject({ requeued: 1 });
    expect(inbox.sent).toEqual([
      {
        queue: 'intelligence',
        body: '{}',
        attributes: {
          message_type: 'vehicle_data',
          subscription: 'device-alarm',
          received_at: '2026-01-01T00:00:00.000Z',
          spill: key,
        },
      },
    ]);
    expect(inbox.objects.has(key)).toBe(true);
  });

  it('sends at most one pointer an hour and 24 in all, and then calls for help', async () => {
    const { inbox, run, counts } = spilled();
    for (let minute = 15; minute < 60 * 40; minute += 5) await run(minutesLater(minute));
    expect(inbox.sent).toHaveLength(24);
    counts.clear();
    expect(await run(minutesLater(60 * 41))).toMatchObject({ stuck: 1 });
    expect(counts.get('SpillStuck')).toBe(1);
  });

  it('goes on past an object that cannot be read', async () => {
    const { inbox, run } = spilled();
    inbox.objects.set('spill/device-alarm/2025-12-31T00:00:00.000Z-0.json', Buffer.from('garbage'));
    expect(await run(minutesLater(20))).toMatchObject({ requeued: 1, failed: 1 });
  });

  it('requeues again what could not be queued, without counting it', async () => {
    const { inbox, run } = spilled();
    inbox.refuseQueue = true;
    expect(await run(minutesLater(20))).toMatchObject({ failed: 1 });
    inbox.refuseQueue = false;
    expect(await run(minutesLater(25))).toMatchObject({ requeued: 1 });
  });
});
