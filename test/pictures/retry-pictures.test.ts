import { describe, expect, it } from 'vitest';
import { TransientError } from '#lib/errors.ts';
import type { PictureJob } from '#lib/pictures/picture-job.ts';
import { type RetryPicturesDeps, retryPictures } from '#lib/pictures/retry-pictures.ts';
import { openHour } from '#lib/pictures/retry-schedule.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';
import { job } from './picture-parts.ts';

const now = new Date('2026-01-08T12:30:00.000Z');
const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

function sweep(open: { job: PictureJob | undefined; nextTryAt: Date }[], overrides: Partial<RetryPicturesDeps> = {}) {
  const world = {
    hours: [] as string[],
    queued: [] as PictureJob[],
    rescheduled: new Map<string, Date>(),
    watermark: undefined as string | undefined,
  };
  const keyOf = (index: number) => ({ camera: 'D1#0', sk: String(index) });
  const run = () =>
    retryPictures({
      open: {
        async *due(hour, until) {
          world.hours.push(hour);
          yield* open.flatMap(({ nextTryAt }, index) =>
            openHour(nextTryAt) === hour && nextTryAt <= until ? [keyOf(index)] : [],
          );
        },
        job: async ({ sk }) => open[Number(sk)]?.job,
        reschedule: async ({ sk }, nextTryAt) => {
          world.rescheduled.set(sk, nextTryAt);
        },
      },
      queueRetries: async (jobs) => {
        world.queued.push(...jobs.map(({ body }) => JSON.parse(body) as PictureJob));
        return jobs.map(() => ({ status: 'fulfilled', value: undefined }));
      },
      watermark: {
        read: async () => world.watermark,
        write: async (hour) => {
          world.watermark = hour;
        },
      },
      metric: memoryMetrics().metric,
      now: () => now,
      ...overrides,
    });
  return { world, run };
}

describe('retryPictures', () => {
  it('sends the job of every open picture that is due, and lists it under its next time', async () => {
    const { world, run } = sweep([
      { job: job({ kind: 'alarm', received_at: before(10).toISOString() }), nextTryAt: before(5) },
      { job: job({ kind: 'plate', received_at: before(600).toISOString() }), nextTryAt: before(180) },
      { job: job({ kind: 'later' }), nextTryAt: before(-5) },
    ]);
    expect(await run()).toEqual({ due: 2, queued: 2, isComplete: true });
    expect(world.queued.map(({ kind }) => kind)).toEqual(['plate', 'alarm']);
    expect([...world.rescheduled]).toEqual([
      ['1', before(600 - 720)],
      ['0', before(10 - 30)],
    ]);
  });

  it('looks back eight days at first, then from the hour before the last run', async () => {
    const { world, run } = sweep([]);
    await run();
    expect(world.hours).toHaveLength(8 * 24 + 1);
    expect(world.watermark).toBe('2026-01-08T11');
    world.hours = [];
    await run();
    expect(world.hours).toEqual(['2026-01-08T11', '2026-01-08T12']);
  });

  it('looks once more an hour later where the schedule is over', async () => {
    const { world, run } = sweep([{ job: job({ received_at: '2026-01-01T00:00:00.000Z' }), nextTryAt: before(5) }]);
    await run();
    expect(world.rescheduled.get('0')).toEqual(before(-60));
  });

  it('passes over what was closed meanwhile', async () => {
    const { world, run } = sweep([{ job: undefined, nextTryAt: before(5) }]);
    expect(await run()).toEqual({ due: 1, queued: 0, isComplete: true });
    expect(world.rescheduled.size).toBe(0);
  });

  it('stays where it is when a job could not be sent: the picture is due again at the next run', async () => {
    const failed: PromiseSettledResult<void> = {
      status: 'rejected',
      reason: new TransientError('queue-refused', 'no'),
    };
    const { world, run } = sweep([{ job: job(), nextTryAt: before(5) }], { queueRetries: async () => [failed] });
    expect(await run()).toEqual({ due: 1, queued: 0, isComplete: false });
    expect([world.rescheduled.size, world.watermark]).toEqual([0, undefined]);
  });

  it('leaves what it has no time for to the next run', async () => {
    const { world, run } = sweep(Array.from({ length: 5_001 }, () => ({ job: job(), nextTryAt: before(5) })));
    expect(await run()).toEqual({ due: 5_000, queued: 5_000, isComplete: false });
    expect(world.watermark).toBeUndefined();
  });
});
