/**
 * Sends messages of all nine types as fast as they are taken, while one request in twenty to every store, to the secrets
 * and to IVM goes wrong, and prints the sums of what came of them. Ends with 1 where something acknowledged is lost or not
 * as it was promised.
 *
 * SOAK_MESSAGES  how many (100,000)
 * SOAK_MINUTES   after how many it sends no more, however many it has sent (70)
 * SOAK_SHARE     which share of the requests goes wrong (0.05)
 * SOAK_SEED      which ones (soak)
 */
import { setTimeout as delay } from 'node:timers/promises';
import { everything, kindsOfFault } from './fault-rules.ts';
import { startFaultyStack } from './faulty-stack.ts';
import { renderLedger } from './ledger.ts';
import { createSoak } from './soak-sender.ts';

const count = Number(process.env['SOAK_MESSAGES'] ?? 100_000);
const minutes = Number(process.env['SOAK_MINUTES'] ?? 70);
const share = Number(process.env['SOAK_SHARE'] ?? 0.05);
const seed = process.env['SOAK_SEED'] ?? 'soak';
const tellEveryMs = 30_000;
const lookEveryMs = 200;
/** Retries are hurried a hundredfold, yet what fails together takes its time to come through. */
const settleMs = 30 * 60_000;

process.env['LOG_LEVEL'] ??= 'silent';
const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;
const tell = (text: string): boolean => process.stdout.write(`${text}\n`);

await using faulty = Object.assign(await startFaultyStack({ seed }), {
  [Symbol.asyncDispose]: async () => faulty.stop(),
});
const startedMs = performance.now();
const seconds = (): number => (performance.now() - startedMs) / 1000;
faulty.proxy.breakWith(everything(share / kindsOfFault));
const soak = createSoak(faulty, { count, untilMs: startedMs + minutes * 60_000 });
const sending = soak.run();

const ended = new AbortController();
const looking = (async () => {
  for (let toldMs = 0; !ended.signal.aborted; ) {
    await soak.look();
    if (performance.now() - toldMs > tellEveryMs) {
      toldMs = performance.now();
      const { sent, backlog } = soak.state();
      tell(`${seconds().toFixed(0)} s  sent ${sent}  in queues ${backlog}  ${megabytes(process.memoryUsage.rss())}`);
    }
    await delay(lookEveryMs, undefined, { signal: ended.signal }).catch(() => undefined);
  }
})();
const sent = await sending;
const sentSeconds = seconds();
await faulty.stack.drain(AbortSignal.timeout(settleMs));
const handledSeconds = seconds();
ended.abort();
await looking;
faulty.proxy.mend();
await faulty.settle(settleMs);
// Before the ledger: it holds all that was sent beside all that is stored.
const { maxRSS } = process.resourceUsage();
const ledger = await faulty.ledger(sent);

const { happened, asked } = faulty.proxy;
const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);
const { pausedMs, outcomes } = soak.state();
const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([name, times]) => `${name} ${times}`).join(', ');
tell(
  renderLedger(`${sent.length} messages, ${100 * share} % of all requests gone wrong, seed ${seed}`, ledger, seconds()),
);
tell(
  `  sent in ${sentSeconds.toFixed(0)} s, of which the sender waited ${(pausedMs / 1000).toFixed(0)} s for the queues; ` +
    `handled after ${handledSeconds.toFixed(0)} s: ${(sent.length / handledSeconds).toFixed(1)} messages/s`,
);
tell(`  deliveries: ${listed(outcomes)}`);
tell(`  requests ${sum(asked)}  faults ${sum(happened)}  peak memory ${megabytes(maxRSS * 1024)}`);
tell(`  faults: ${listed(happened)}`);
process.exitCode = ledger.lost === 0 && ledger.problems.length === 0 ? 0 : 1;
