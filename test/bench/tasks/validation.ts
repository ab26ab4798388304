/**
 * Compares the data of messages with what is documented. Arguments: `ours` as the store functions do, or `zod` with the
 * schemas themselves; a file with bodies, how often to warm up, how often to measure.
 */
import { readFileSync } from 'node:fs';
import { type Json, member, parseExact } from '#lib/json/exact-json.ts';
import { argument, cpuOf, report } from '../harness/measure.ts';

const [way, file, warmUps, counted] = [argument(0), argument(1), Number(argument(2)), Number(argument(3))];

type Check = (data: Json | undefined) => unknown;
/** Loads what a way needs, which the other must not pay for, and gives its checks by message type. */
const loadChecks: { readonly [way: string]: () => Promise<(messageType: 'target_data' | 'vehicle_data') => Check> } = {
  async ours() {
    const { messageModuleOf } = await import('#lib/messages/registry.ts');
    return (messageType) => (data) => messageModuleOf(messageType)?.inspectFields(data);
  },
  async zod() {
    const { messageSchemas } = await import('#lib/message-schemas/message-schemas.ts');
    return (messageType) => (data) => messageSchemas[messageType].safeParse(data);
  },
};

const startedMs = performance.now();
const checkOf = await loadChecks[way]?.();
if (checkOf === undefined) throw new Error(`there is no way ${way}`);
const checks = { target_data: checkOf('target_data'), vehicle_data: checkOf('vehicle_data') };
// What is made for the first message of a type belongs to loading.
for (const check of Object.values(checks)) check({});
const loadMs = performance.now() - startedMs;

const messages = (JSON.parse(readFileSync(file, 'utf8')) as string[]).flatMap((body) => {
  const message = parseExact(body);
  const messageType = member(message, 'message_type');
  if (messageType !== 'target_data' && messageType !== 'vehicle_data') return [];
  return [{ check: checks[messageType], data: member(message, 'data') }];
});

let checked = 0;
function checkTimes(times: number): void {
  for (let turn = 0; turn < times; turn += 1) {
    for (const { check, data } of messages) if (check(data) !== undefined) checked += 1;
  }
}

checkTimes(warmUps);
const cpu = await cpuOf(() => checkTimes(counted));
if (checked === 0) throw new Error('nothing was checked');
report({ cpu: cpu / counted / messages.length, loadMs });
