import { describe, expect, it } from 'vitest';
import { collectStatistics } from '#lib/statistics/collect-statistics.ts';
import { StatisticsJob } from '#lib/statistics/statistics-job.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';

function world(now: string, timeZone = 'Asia/Shanghai', weekStart = 1) {
  const jobs: StatisticsJob[] = [];
  const collect = (event?: unknown) =>
    collectStatistics(
      {
        queueJobs: async (some) =>
          some.map(({ body }) => {
            jobs.push(StatisticsJob.parse(JSON.parse(body)));
            return { status: 'fulfilled', value: undefined };
          }),
        settings: { timeZone, weekStart },
        metric: memoryMetrics().metric,
        now: () => new Date(now),
      },
      event,
    );
  const people = () =>
    jobs.filter(({ set }) => set === 'people').map(({ granularity, period }) => `${granularity} ${period}`);
  return { jobs, people, collect };
}

describe('collectStatistics', () => {
  it('asks by night for yesterday, three days more, and what they lie in', async () => {
    const { people, jobs, collect } = world('2024-03-01T20:00:00Z');
    expect(await collect({})).toEqual({ first_day: '2024-02-27', last_day: '2024-03-01', jobs: 24 });
    expect(people()).toEqual([
      'day 2024-02-27',
      'day 2024-02-28',
      'day 2024-02-29',
      'day 2024-03-01',
      'week 2024-02-26',
      'month 2024-02-01',
      'month 2024-03-01',
      'year 2024-01-01',
    ]);
    expect(new Set(jobs.map(({ set }) => set))).toEqual(new Set(['people', 'time', 'space']));
    expect(new Set(jobs.map(({ run }) => run))).toEqual(new Set(['2024-03-01T20:00:00.000Z']));
  });

  it('ends a year on its last night and once more after it', async () => {
    const { people, collect } = world('2024-12-31T20:00:00Z');
    await collect();
    expect(people().filter((job) => !job.startsWith('day'))).toEqual([
      'week 2024-12-23',
      'week 2024-12-30',
      'month 2024-12-01',
      'year 2024-01-01',
    ]);
  });

  it('asks through a year of nights for every day four times, and for every month and year after its end', async () => {
    const asked = new Map<string, string[]>();
    for (let night = 0; night < 366 + 10; night += 1) {
      const now = new Date(Date.parse('2024-01-01T20:00:00Z') + night * 86_400_000).toISOString();
      const { people, collect } = world(now);
      await collect();
      for (const period of people()) asked.set(period, [...(asked.get(period) ?? []), now]);
    }
    for (let day = 1; day < 366; day += 1) {
      const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
      expect(asked.get(`day ${date}`), date).toHaveLength(4);
    }
    for (let month = 0; month < 12; month += 1) {
      const first = new Date(Date.UTC(2024, month, 1)).toISOString().slice(0, 10);
      const over = new Date(Date.UTC(2024, month + 1, 1) - 8 * 3_600_000).toISOString();
      const after = (asked.get(`month ${first}`) ?? []).filter((now) => now > over);
      // The night its last day is over, and the three after it.
      expect(after, first).toHaveLength(4);
    }
    expect(asked.get('year 2024-01-01')?.filter((now) => now > '2024-12-31T16')).toHaveLength(4);
  });

  it.each([
    ['2026-03-29T02:00:00Z', '2026-03-28'],
    ['2026-10-25T03:00:00Z', '2026-10-24'],
  ])('knows at four in the morning which day yesterday was, also when clocks are set (%s)', async (now, yesterday) => {
    const { people, collect } = world(now, 'Europe/Berlin');
    expect(await collect()).toMatchObject({ last_day: yesterday });
    expect(people()).toContain(`day ${yesterday}`);
  });

  it('asks by hand for a day and what is around it', async () => {
    const { people, collect } = world('2024-06-01T00:00:00Z', 'Asia/Shanghai', 7);
    await collect({ date: '2024-02-29' });
    expect(people()).toEqual(['day 2024-02-29', 'week 2024-02-25', 'month 2024-02-01', 'year 2024-01-01']);
  });

  it('asks by hand for a range, each period once', async () => {
    const { people, collect } = world('2025-06-01T00:00:00Z');
    await collect({ from: '2024-01-01', to: '2024-12-31' });
    const count = (granularity: string) => people().filter((job) => job.startsWith(granularity)).length;
    expect(['day', 'week', 'month', 'year'].map(count)).toEqual([366, 53, 12, 1]);
    expect(new Set(people()).size).toBe(people().length);
  });

  it.each([
    [{ date: '2024-02-30' }],
    [{ date: '2024-06-02' }],
    [{ from: '2024-02-02', to: '2024-02-01' }],
    [{ from: '2020-01-01', to: '2024-01-01' }],
    [{ from: '2024-01-01' }],
    [{ day: '2024-01-01' }],
    ['2024-01-01'],
    [7],
  ])('refuses %o and says what to give', async (event) => {
    const { jobs, collect } = world('2024-06-01T00:00:00Z');
    await expect(collect(event)).rejects.toMatchObject({ code: 'days-request' });
    expect(jobs).toEqual([]);
  });
});
