import type { Context } from 'aws-lambda';
import { errorCode } from '#lib/errors.ts';
import { errorFields, log, withLogFields } from './log.ts';
import { metric } from './metrics.ts';

export type ScheduledContext = { remainingMs: () => number };

/**
 * Makes the handler of a scheduled function. A failure is logged and thrown again: a job that fails silently would leave
 * its alarm asleep.
 */
export function scheduledHandler<Deps, Result>(job: {
  deps: () => Promise<Deps>;
  run: (deps: Deps, event: unknown, context: ScheduledContext) => Promise<Result>;
}): (event: unknown, context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'>) => Promise<Result> {
  return (event, context) =>
    withLogFields({ request_id: context.awsRequestId }, async () => {
      try {
        const result = await job.run(await job.deps(), isOfScheduler(event) ? {} : event, {
          remainingMs: () => context.getRemainingTimeInMillis(),
        });
        log.info('scheduled run finished', { result: JSON.stringify(result) });
        return result;
      } catch (error) {
        metric('RunFailed', 1, { Code: errorCode(error) });
        log.error('scheduled run failed', errorFields(error));
        throw error;
      }
    });
}

/** EventBridge Scheduler describes itself to a target that was given no input: it asks for nothing in particular. */
const isOfScheduler = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'source' in event && event.source === 'aws.scheduler';
