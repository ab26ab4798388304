import { describe, expect, it } from 'vitest';
import { quarantineObjects, unverifiedPrefix } from '#lib/callback/quarantine.ts';
import { readRawLine } from '#lib/callback/raw-line.ts';
import { verifyQuarantined } from '#lib/callback/verify-quarantined.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { memoryInbox } from '../support/fakes/memory-inbox.ts';

const receivedAt = new Date('2026-01-01T00:00:00.000Z');
const alarm = '{"message_id":1676010011579800635,"message_type":"device_alarm","data":{}}';

function unverified(body: string, options: { key?: string; at?: Date; ageMs?: number } = {}) {
  const inbox = memoryInbox();
  const { key = 'key', at = receivedAt, ageMs = 300_000 } = options;
  const headers = signCallback({ url: 'https://bridge.example/callbacks/device-alarm', key, at });
  const objects = quarantineObjects({
    reason: 'unverified',
    body: Buffer.from(body),
    receivedAt,
    subscription: 'device-alarm',
    timeZone: 'UTC',
    ...headers,
  });
  for (const { key: name, content } of objects) inbox.objects.set(name, content);
  const run = (readKeys = async () => ({ DEVICE_ALARM: ['key'] })) =>
    verifyQuarantined({
      quarantine: {
        keys: () => inbox.keys(unverifiedPrefix),
        read: async (name) => inbox.objects.get(name),
        put: inbox.keep,
        delete: async (name) => {
          inbox.objects.delete(name);
        },
      },
      readKeys,
      send: inbox.send,
      callbackBaseUrl: 'https://bridge.example',
      signatureWindowSeconds: 300,
      timeZone: 'UTC',
      now: () => new Date(receivedAt.getTime() + ageMs),
    });
  return { inbox, run, bodyKey: objects[0].key };
}

describe('verifyQuarantined', () => {
  it('admits what proves authentic by its own arrival time, as a spilled callback', async () => {
    const { inbox, run } = unverified(alarm);
    expect(await run()).toEqual({ admitted: 1, refused: 0, finished: 0, waiting: 0, failed: 0 });
    const [[key, content] = []] = inbox.objects;
    expect(inbox.objects.size).toBe(1);
    expect(readRawLine(content?.toString() ?? '').body.toString()).toBe(alarm);
    expect(inbox.sent).toEqual([
      expect.objectContaining({ queue: 'alarms', attributes: expect.objectContaining({ spill: key }) }),
    ]);
  });

  it.each([
    ['the wrong key', unverified(alarm, { key: 'other' }), 'refused'],
    // So that a replay can admit it, as it can what was refused for the same.
    [
      'a clock that was off at its arrival',
      unverified(alarm, { at: new Date(receivedAt.getTime() - 600_000) }),
      'stale',
    ],
    ['an unknown type', unverified('{"message_type":"x"}'), 'unknown-message-type'],
    ['no JSON', unverified('hello'), 'not-json'],
  ])('keeps a callback with %s where such callbacks are', async (_title, { inbox, run }, reason) => {
    expect(await run()).toMatchObject({ refused: 1 });
    const keys = [...inbox.objects.keys()];
    const folder = reason === 'stale' ? 'stale' : 'date=2026-01-01';
    expect(keys.every((key) => key.startsWith(`quarantine/${folder}/device-alarm/`))).toBe(true);
    const note = keys.find((key) => key.endsWith('.reason.json')) ?? '';
    expect(JSON.parse(inbox.objects.get(note)?.toString() ?? '')).toMatchObject({ reason });
    expect(inbox.sent).toEqual([]);
  });

  it('waits while the keys still cannot be read', async () => {
    const { inbox, run } = unverified(alarm);
    expect(await run(() => Promise.reject(new Error('away')))).toMatchObject({ failed: 1 });
    expect(inbox.objects.size).toBe(2);
  });

  it('keeps the callback when its new place does not take it', async () => {
    const { inbox, run } = unverified(alarm);
    inbox.refuseObjects = true;
    expect(await run()).toMatchObject({ failed: 1 });
    expect(inbox.objects.size).toBe(2);
  });

  it('clears the note of a callback that an interrupted run has admitted', async () => {
    const { inbox, run, bodyKey } = unverified(alarm);
    inbox.objects.delete(bodyKey);
    expect(await run()).toMatchObject({ finished: 1, failed: 0 });
    expect(inbox.objects.size).toBe(0);
  });

  it('leaves the note of a callback whose body is still on its way', async () => {
    const { inbox, run, bodyKey } = unverified(alarm, { ageMs: 1_000 });
    const body = inbox.objects.get(bodyKey) ?? Buffer.alloc(0);
    inbox.objects.delete(bodyKey);
    expect(await run()).toMatchObject({ waiting: 1, finished: 0 });
    inbox.objects.set(bodyKey, body);
    expect(await run()).toMatchObject({ admitted: 1 });
  });
});
