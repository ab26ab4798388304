/**
 * The first callback of a fresh process: loading the handler and its first answer, with all connections that this takes.
 * Arguments: the module with the handler (`-` for none, a bare Node), a file with an event, and how long to wait between
 * the two, in ms, which a start that warms up makes use of.
 */
import { readFileSync } from 'node:fs';
import { argument, cpuOf, peakRss, report } from '../harness/measure.ts';
import { createCaller } from './callback-caller.ts';

const [module, event, waitMs] = [argument(0), readFileSync(argument(1), 'utf8'), Number(argument(2))];

if (module === '-') report({ cpu: 0, load: 0, first: 0, rss: peakRss() });
else {
  let call: (text: string) => Promise<void> = async () => undefined;
  const load = await cpuOf(async () => {
    call = await createCaller(module);
  });
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
  const first = await cpuOf(() => call(event));
  report({ cpu: load + first, load, first, rss: peakRss() });
}
process.exit();
