import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '#lib/errors.ts';
import { type AwsCall, type Environment, setting, unsignedRequest } from './aws-call.ts';
import { AwsRefusal } from './aws-refusal.ts';
import type { HttpAnswer } from './http-answer.ts';
import { createExchange, type Exchange } from './http-exchange.ts';
import { signRequest } from './sign-request.ts';

/**
 * Asks AWS for something and gives what it answered with a status of success.
 *
 * @throws AwsRefusal, or another TransientError where no answer came within `timeoutMs`.
 */
export type AskAws = (call: AwsCall, timeoutMs: number) => Promise<HttpAnswer>;

export type LeanClientDeps = {
  exchange?: Exchange;
  /** Read anew for each call, so that neither credentials nor endpoints go stale. */
  environment?: () => Environment;
  now?: () => Date;
  /** At least 0, less than 1. */
  random?: () => number;
};

const mostTries = 4;
/** The longest pause before the second try; before each further one it is twice as long. */
const firstPauseMs = 50;
/** AWS takes a signature for five minutes; by less than this, clocks differ without being wrong. */
const wrongByMs = 60_000;

/**
 * A client of AWS that loads much faster than the SDK, for the one function whose cold starts somebody waits for, and takes
 * less for each call, for the pictures. It tries again what may succeed, within the time that it is given, and so may do
 * twice what was done and not confirmed.
 */
export function createLeanClient({
  exchange = createExchange(),
  environment = () => process.env,
  now = () => new Date(),
  random = Math.random,
}: LeanClientDeps = {}): AskAws {
  /** By how much the clock of AWS is ahead of ours, as far as a refusal has told. */
  let aheadMs = 0;

  return async function askAws(call, timeoutMs) {
    const untilMs = performance.now() + timeoutMs;
    const request = unsignedRequest(call, environment());
    // Of the clock that this call was signed by: others may set it while this one is under way.
    let signedAheadMs = 0;
    const attempt = async (): Promise<HttpAnswer> => {
      signedAheadMs = aheadMs;
      const at = new Date(now().getTime() + signedAheadMs);
      const headers = signRequest(request, { credentials: credentialsIn(environment()), at });
      const answer = await exchange({ ...request, headers }, untilMs - performance.now());
      if (answer.status >= 300) throw new AwsRefusal(answer);
      return answer;
    };
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        // Whatever it says: with a wrong clock, nothing that is signed is taken.
        const offMs = error instanceof AwsRefusal ? error.serverTimeMs - now().getTime() - signedAheadMs : 0;
        const wasWrong = Math.abs(offMs) >= wrongByMs;
        if (wasWrong) aheadMs = signedAheadMs + offMs;
        const pauseMs = wasWrong ? 0 : random() * firstPauseMs * 2 ** (tries - 1);
        const isInTime = performance.now() + pauseMs < untilMs;
        if (tries === mostTries || !isInTime || !(wasWrong || mayPass(error))) throw error;
        await delay(pauseMs);
      }
    }
  };
}

/** All but what AWS refuses for good, and what the environment lacks. */
const mayPass = (error: unknown): boolean =>
  error instanceof AwsRefusal ? error.isPassing : !(error instanceof ConfigError);

const credentialsIn = (environment: Environment) => ({
  accessKeyId: setting(environment, 'AWS_ACCESS_KEY_ID'),
  secretAccessKey: setting(environment, 'AWS_SECRET_ACCESS_KEY'),
  // As empty as absent.
  sessionToken: environment['AWS_SESSION_TOKEN'] || undefined,
});
