import { expect } from 'vitest';
import type { OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';
import { seededRandom, shuffled } from '#lib/simulator/seeded-random.ts';
import type { Rule } from './fault-proxy.ts';
import type { FaultyStack, Sent } from './faulty-stack.ts';
import { type Ledger, renderLedger } from './ledger.ts';

export const isLong = process.env['FAULTS'] === 'long';
export const seeds = isLong ? ['1', '2', '3', '4', '5'] : ['1'];
/** Of a scenario; the short form is for every build, the long one for the night. */
export const messageCount = Number(process.env['FAULTS_MESSAGES'] ?? (isLong ? 1_000 : 90));
export const timeoutMs = 60_000 + messageCount * 300;

/** Whether all is handled, or enough has gone wrong on the way: the more often a message has failed, the longer it waits. */
export const isTried = async ({ stack, proxy }: FaultyStack): Promise<boolean> => {
  const faults = [...proxy.happened.values()].reduce((sum, times) => sum + times, 0);
  return faults >= 2 * messageCount || (await stack.backlog()) === 0;
};

/** Sends messages and lets the faults work while they are handled, until `until` is so. */
export async function underFaults(
  faulty: FaultyStack,
  rules: readonly Rule[],
  {
    count = messageCount,
    messages = Array.from({ length: count }, () => faulty.message()),
    until,
  }: {
    count?: number;
    messages?: readonly OutgoingMessage[];
    until?: (faulty: FaultyStack) => Promise<boolean>;
  } = {},
): Promise<Sent[]> {
  faulty.proxy.breakWith(rules);
  const sent = await faulty.send(shuffled(seededRandom(`order of ${messages.length}`), messages));
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
