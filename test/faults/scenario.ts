import { expect } from 'vitest';
import type { Service } from '#lib/local/stack.ts';
import { seededRandom, shuffled } from '#lib/simulator/seeded-random.ts';
import type { Fault, Rule } from './fault-proxy.ts';
import type { FaultyStack, Sent } from './faulty-stack.ts';
import { type Ledger, renderLedger } from './ledger.ts';

export const isLong = process.env['FAULTS'] === 'long';
export const seeds = isLong ? ['1', '2', '3', '4', '5'] : ['1'];
/** Of a scenario; the short form is for every build, the long one for the night. */
export const messageCount = Number(process.env['FAULTS_MESSAGES'] ?? (isLong ? 1_000 : 120));
export const timeoutMs = 60_000 + messageCount * 300;

const services: readonly Service[] = ['sqs', 's3', 'dynamodb', 'secrets', 'ivm'];
const commonFaults: readonly Fault[] = [
  { kind: 'refuse' },
  { kind: 'lose-reply' },
  { kind: 'cut-reply' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'throttle' },
  { kind: 'slow', pieces: 3, pauseMs: 20 },
];
/** Some of every fault, everywhere. */
export const everything = (share: number): Rule[] => [
  { on: 'dynamodb', operation: /^BatchWriteItem$/, fault: { kind: 'partial', share: 0.5 }, share: 4 * share },
  { on: 'sqs', operation: /^SendMessageBatch$/, fault: { kind: 'partial', share: 0.5 }, share: 4 * share },
  { on: 'sqs', operation: /^SendMessage$/, fault: { kind: 'repeat' }, share },
  // Who waits without end for SQS, S3 or a picture is the one who has a time-out for it.
  { on: 'sqs', operation: /^SendMessage$/, fault: { kind: 'hang' }, share: share / 5 },
  { on: 's3', operation: /^PUT spill$/, fault: { kind: 'hang' }, share: share / 5 },
  { on: 'ivm', operation: /^GET picture$/, fault: { kind: 'hang' }, share: share / 20 },
  ...services.flatMap((on) => commonFaults.map((fault): Rule => ({ on, fault, share }))),
];

export const awayBy = (on: Service, operation?: RegExp): Rule => ({
  on,
  ...(operation === undefined ? {} : { operation }),
  fault: { kind: 'refuse' },
});

/** Whether all is handled, or enough has gone wrong on the way: the more often a message has failed, the longer it waits. */
export const isTried = async ({ stack, proxy }: FaultyStack): Promise<boolean> => {
  const faults = [...proxy.happened.values()].reduce((sum, times) => sum + times, 0);
  return faults >= 2 * messageCount || (await stack.backlog()) === 0;
};

/** Sends messages and lets the faults work while they are handled, until `until` is so. */
export async function underFaults(
  faulty: FaultyStack,
  rules: readonly Rule[],
  { count = messageCount, until }: { count?: number; until?: (faulty: FaultyStack) => Promise<boolean> } = {},
): Promise<Sent[]> {
  faulty.proxy.breakWith(rules);
  const random = seededRandom(`order of ${count}`);
  const sent = await faulty.send(
    shuffled(
      random,
      Array.from({ length: count }, () => faulty.message()),
    ),
  );
  if (until !== undefined)
    await expect.poll(() => until(faulty), { timeout: 45_000 + messageCount * 100, interval: 100 }).toBe(true);
  faulty.proxy.mend();
  return sent;
}

export async function settled(
  title: string,
  faulty: FaultyStack,
  sent: readonly Sent[],
  startedMs: number,
): Promise<Ledger> {
  await faulty.settle();
  const ledger = await faulty.ledger(sent);
  const faults = [...faulty.proxy.happened].map(([name, times]) => `${name} ${times}`).join(', ');
  const report = renderLedger(title, ledger, (performance.now() - startedMs) / 1000);
  const refusals = sent
    .filter(({ isAcknowledged }) => !isAcknowledged)
    .map(({ outcome, status = 'no answer', durationMs }) => `${outcome} ${status} after ${Math.round(durationMs)} ms`);
  const lines = [report, ...refusals.map((refusal) => `  not acknowledged: ${refusal}`), `  faults: ${faults}`];
  process.stdout.write(`${lines.join('\n')}\n`);
  return ledger;
}

export const outcomes = (sent: readonly Sent[]) => new Set(sent.map(({ outcome }) => outcome));
/** Everything that was acknowledged is where it was promised to be. */
export const kept = { lost: 0, problems: [] };
