import { describe, expect, it } from 'vitest';
import { type PresenceFact, presenceHistory, readPresenceHistory } from '#lib/devices/presence-history.ts';
import { memoryEvents } from '../support/fakes/memory-events.ts';
import { exampleMessage } from '../support/fixtures.ts';

const hour = (hours: number) => new Date(Date.parse('2026-03-10T00:00:00Z') + hours * 3_600_000);
const day = { start: hour(0), end: hour(24) };
const device = (online: boolean, at: number): PresenceFact => ({ deviceId: 'D', at: hour(at), online });
const channel = (online: boolean, at: number): PresenceFact => ({
  deviceId: 'D',
  channelId: '0',
  at: hour(at),
  online,
});
const offline = (facts: PresenceFact[], known: PresenceFact[] = []) =>
  presenceHistory(facts)
    .offline({ deviceId: 'D', channelId: '0' }, day, known)
    .map(({ start, end }) => [
      (start.getTime() - day.start.getTime()) / 3_600_000,
      (end.getTime() - day.start.getTime()) / 3_600_000,
    ]);

describe('presenceHistory', () => {
  it.each<{ title: string; facts: PresenceFact[]; known?: PresenceFact[]; away: number[][] }>([
    { title: 'nothing is known', facts: [], away: [] },
    { title: 'it went and came back', facts: [device(false, 10), device(true, 12)], away: [[10, 12]] },
    { title: 'it went and stayed away', facts: [device(false, 10)], away: [[10, 24]] },
    { title: 'it came, and so was away before', facts: [device(true, 6)], away: [[0, 6]] },
    { title: 'it went days before and came', facts: [device(false, -50), device(true, 3)], away: [[0, 3]] },
    { title: 'it came days before', facts: [device(true, -50)], away: [] },
    { title: 'it came only days later', facts: [device(true, 80)], away: [[0, 24]] },
    { title: 'it went only days later', facts: [device(false, 80)], away: [] },
    { title: 'coming was told twice', facts: [device(true, -5), device(true, 6)], away: [] },
    { title: 'going was told twice', facts: [device(false, 5), device(false, 7), device(true, 8)], away: [[5, 8]] },
    { title: 'a channel of its own was away', facts: [channel(false, 3), channel(true, 4)], away: [[3, 4]] },
    {
      title: 'device and channel were away in turn',
      facts: [
        device(false, 3),
        device(true, 5),
        channel(false, 4),
        channel(true, 6),
        channel(false, 9),
        channel(true, 10),
      ],
      away: [
        [3, 6],
        [9, 10],
      ],
    },
    { title: 'another channel was away', facts: [{ ...channel(false, 3), channelId: '1' }], away: [] },
    {
      title: 'it was only seen to be there',
      facts: [],
      known: [{ ...device(true, 6), isObservation: true }],
      away: [],
    },
    {
      title: 'it was only seen to be away',
      facts: [],
      known: [{ ...device(false, 6), isObservation: true }],
      away: [[6, 24]],
    },
  ])('says when a channel was away where $title', ({ facts, known = [], away }) => {
    expect(offline(facts, known)).toEqual(away);
    expect(offline(facts.toReversed(), known)).toEqual(away);
  });
});

describe('absences that were told', () => {
  it('begin with a fact, and not before the first', () => {
    const history = presenceHistory([device(true, 6), device(false, 10), device(true, 12)]);
    const ids = { deviceId: 'D', channelId: '0' };
    expect(history.offline(ids, day, [])).toHaveLength(2);
    expect(history.offline(ids, day, [], 'told')).toEqual([{ start: hour(10), end: hour(12) }]);
  });
});

describe('readPresenceHistory', () => {
  const status = (method: string, time: string, more: object = {}) =>
    JSON.stringify({
      message_id: Date.parse(time),
      message_type: 'device_status',
      data: { method, param: { device_id: 'D', channel_id: '', time, ...more } },
    });
  const read = async (...bodies: string[]) => {
    const events = memoryEvents('UTC');
    for (const body of bodies) events.store(body);
    const history = await readPresenceHistory(events, day, 'UTC', hour(400));
    return history.offline({ deviceId: 'D', channelId: '0' }, day, []);
  };

  it('reads log-ins and log-outs from the days around the range', async () => {
    expect(await read(status('logout', '2026-03-08T12:00:00Z'), status('login', '2026-03-10T06:00:00Z'))).toEqual([
      { start: hour(0), end: hour(6) },
    ]);
    expect(await read(status('login', '2026-03-15T06:00:00Z'))).toEqual([{ start: hour(0), end: hour(24) }]);
    expect(await read(status('offline_reason_notice', '2026-03-10T20:00:00Z'))).toEqual([
      { start: hour(20), end: hour(24) },
    ]);
  });

  it('reads the states of channels, but not from messages that speak of something else', async () => {
    const state = (value: number) => ({ video_channel: [{ channel_id: '0', channel_state: value }] });
    expect(await read(status('channel_state_notice', '2026-03-10T06:00:00Z', state(0)))).toEqual([
      { start: hour(6), end: hour(24) },
    ]);
    expect(await read(status('channel_name_notice', '2026-03-10T06:00:00Z', state(0)))).toEqual([]);
    expect(await read(status('upgrade_result', '2026-03-10T06:00:00Z', state(0)))).toEqual([]);
  });

  it.each(['login', 'logout', 'channel_state_notice'])('reads the example of %s', async (method) => {
    const events = memoryEvents();
    const { record } = events.store(exampleMessage(`device_status-${method}`).text);
    const at = new Date(record.occurredAt);
    const range = { start: new Date(at.getTime() - 1000), end: new Date(at.getTime() + 1000) };
    const history = await readPresenceHistory(events, range, 'Asia/Shanghai', range.end);
    const [interval] = history.offline(
      { deviceId: record.deviceId, channelId: method === 'channel_state_notice' ? '14' : '0' },
      range,
      [],
    );
    expect(interval).toEqual(method === 'login' ? { start: range.start, end: at } : { start: at, end: range.end });
  });
});
