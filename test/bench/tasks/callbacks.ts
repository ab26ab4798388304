/**
 * Whole callbacks, one after the other: the text of an event is parsed, handled, its reply printed.
 * Arguments: the module with the handler, a file with the events, how many to warm up with, how many to measure.
 */
import { readFileSync } from 'node:fs';
import { argument, cpuOf, peakRss, report } from '../harness/measure.ts';
import { createCaller } from './callback-caller.ts';

const [module, eventsFile, warmUps, counted] = [argument(0), argument(1), Number(argument(2)), Number(argument(3))];
const callsPerTurn = 20;
const texts = JSON.parse(readFileSync(eventsFile, 'utf8')) as string[];
const call = await createCaller(module);

async function callTimes(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await call(texts[index % texts.length] ?? '');
    // Where nothing is waited for, what is logged would never leave the process, and cost nothing.
    if (index % callsPerTurn === 0) await new Promise(setImmediate);
  }
}

await callTimes(warmUps);
const cpu = await cpuOf(() => callTimes(counted));
report({ cpu: cpu / counted, rss: peakRss() });
// Connections that are kept alive would keep the process, too.
process.exit();
