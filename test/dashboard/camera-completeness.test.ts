import { describe, expect, it } from 'vitest';
import { type CameraDays, Completeness, completenessRoute } from '#lib/dashboard/camera-completeness.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import { createRecentAnswers } from '#lib/dashboard/recent-answers.ts';
import { exportedTypes } from '#lib/event-exports/event-tables.ts';
import { manifestKey } from '#lib/exports/export-keys.ts';

const hours = (...counts: (number | null)[]) => Array.from({ length: 24 }, (_, hour) => counts[hour] ?? 0);
const camera = itemId('DEVICE01#0');

function world() {
  const objects = new Map<string, string>();
  const read: string[] = [];
  const deps = {
    exports: {
      async *list(prefix: string, after: string) {
        for (const key of [...objects.keys()].toSorted()) {
          if (key.startsWith(prefix) && key > after) yield { key, etag: objects.get(key) ?? '' };
        }
      },
      get: async (key: string) => {
        read.push(key);
        const content = objects.get(key);
        return content === undefined ? undefined : Buffer.from(content);
      },
    },
    readManifests: createRecentAnswers<CameraDays>(1_000),
    timeZone: 'Asia/Shanghai',
    now: () => new Date('2026-03-10T04:00:00Z'),
  };
  return {
    read,
    put: (type: string, date: string, cameras: unknown) =>
      objects.set(
        manifestKey('events', [
          ['message_type', type],
          ['date', date],
        ]),
        typeof cameras === 'string' ? cameras : JSON.stringify({ coverage: { completeness: { cameras } } }),
      ),
    ask: async (query: { from?: string; to?: string } = {}) =>
      Completeness.parse(await completenessRoute.handle(deps, { camera, ...query })),
  };
}

const ledger = (more: object = {}) => ({ device_id: 'DEVICE01', channel_id: '0', events: hours(), ...more });

describe('the completeness of a camera', () => {
  it('adds up what the exports of a day tell of it, with the reasons for what is missing', async () => {
    const { put, ask } = world();
    put('device_alarm', '2026-03-09', [
      ledger({
        events: hours(1, null, 2),
        pictures: { wanted: hours(4), stored: hours(2), missing: { expired: hours(1), refused: hours(0, 1) } },
      }),
      { ...ledger({ events: hours(9) }), channel_id: '1' },
    ]);
    put('vehicle_data', '2026-03-09', [
      ledger({ events: hours(5), pictures: { wanted: hours(5), stored: hours(4), missing: { expired: hours(1) } } }),
    ]);
    const { days, types } = await ask({ from: '2026-03-09', to: '2026-03-09' });
    expect(types).toBe(exportedTypes.length);
    expect(days).toEqual([
      {
        date: '2026-03-09',
        exported_types: 2,
        events: 8,
        pictures: { wanted: 9, stored: 6, missing: 3, reasons: { expired: 2, refused: 1 } },
        offline_seconds: 0,
        is_offline: false,
      },
    ]);
  });

  it('tells when it was away, and whether for the whole day', async () => {
    const { put, ask } = world();
    const whole = [['2026-03-08T00:00:00+08:00', '2026-03-09T00:00:00+08:00']];
    put('device_alarm', '2026-03-08', [ledger({ events: hours(null, null), offline: whole })]);
    put('snapshot', '2026-03-08', [ledger({ offline: whole })]);
    put('device_alarm', '2026-03-09', [
      ledger({ offline: [['2026-03-09T12:00:00+08:00', '2026-03-09T12:01:30+08:00']] }),
    ]);
    const { days } = await ask({ from: '2026-03-08', to: '2026-03-09' });
    expect(days).toMatchObject([
      { offline_seconds: 86_400, is_offline: true, events: 0 },
      { offline_seconds: 90, is_offline: false },
    ]);
  });

  it('knows nothing of days without exports, nor of those whose exports do not tell of the camera', async () => {
    const { put, ask } = world();
    put('device_alarm', '2026-03-09', [{ ...ledger(), device_id: 'OTHER' }]);
    put('device_alarm', '2026-03-08', 'no manifest at all');
    put('device_alarm', '2026-03-07', [null, 7, { device_id: 'DEVICE01', channel_id: '0', events: 'many' }]);
    const { days } = await ask({ from: '2026-03-06', to: '2026-03-09' });
    const unknown = { exported_types: 0, events: null, pictures: null, offline_seconds: null, is_offline: false };
    expect(days).toMatchObject([unknown, { exported_types: 1, events: 0 }, unknown, unknown]);
  });

  it('looks at the week up to today unless asked otherwise, and at a month at most', async () => {
    const { ask } = world();
    expect((await ask()).days.map(({ date }) => date)).toEqual(
      ['04', '05', '06', '07', '08', '09', '10'].map((day) => `2026-03-${day}`),
    );
    await expect(ask({ from: '2026-01-01', to: '2026-03-01' })).rejects.toMatchObject({ code: 'bad-parameter' });
    await expect(ask({ from: '2026-03-02', to: '2026-03-01' })).rejects.toMatchObject({ code: 'bad-parameter' });
  });

  it('reads a manifest once, and anew when another version stands', async () => {
    const { put, ask, read } = world();
    put('device_alarm', '2026-03-09', [ledger({ events: hours(1) })]);
    put('device_alarm', '2026-02-01', [ledger({ events: hours(1) })]);
    await ask();
    await ask();
    expect(read).toHaveLength(1);
    put('device_alarm', '2026-03-09', [ledger({ events: hours(2) })]);
    expect((await ask()).days.at(-2)).toMatchObject({ date: '2026-03-09', events: 2 });
    expect(read).toHaveLength(2);
  });
});
