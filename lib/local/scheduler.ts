import { Cron } from 'croner';
import type { ScheduleExpression } from './schedule-expression.ts';

export type Schedule = {
  expression: ScheduleExpression;
  /** IANA name; of no meaning to a rate. */
  timeZone: string;
  /** Must not reject: nobody is there to hear of it. */
  run: () => Promise<void>;
};

/** When a schedule comes next; a rate counts from `from`. */
export function nextRun(
  { expression, timeZone }: Pick<Schedule, 'expression' | 'timeZone'>,
  from: Date,
): Date | undefined {
  if (expression.kind === 'rate') return new Date(from.getTime() + expression.everyMs);
  return new Cron(expression.pattern, { timezone: timeZone, paused: true }).nextRun(from) ?? undefined;
}

/** Runs functions on their schedules; a run that is not over when the next is due takes its place. */
export function startScheduler(schedules: readonly Schedule[]): { stop(): void } {
  const stops = schedules.map(({ expression, timeZone, run }) => {
    if (expression.kind === 'cron') {
      const job = new Cron(expression.pattern, { timezone: timeZone, protect: true, unref: true }, run);
      return () => job.stop();
    }
    let isRunning = false;
    const timer = setInterval(() => {
      if (isRunning) return;
      isRunning = true;
      void run().finally(() => {
        isRunning = false;
      });
    }, expression.everyMs);
    timer.unref();
    return () => clearInterval(timer);
  });
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
