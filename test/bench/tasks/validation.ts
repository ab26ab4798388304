/**
 * Compares the data of messages with what is documented. Arguments: `ours` as the store functions do, or `zod` with the
 * same schemas and zod alone; a file with bodies, how often to warm up, how often to measure.
 */
import { readFileSync } from 'node:fs';
import { type Json, member, parseExact } from '#lib/json/exact-json.ts';
import { argument, cpuOf, report } from '../harness/measure.ts';

const [way, file, warmUps, counted] = [argument(0), argument(1), Number(argument(2)), Number(argument(3))];

const startedMs = performance.now();
const { messageModuleOf } = await import('#lib/messages/registry.ts');
const { inspectFields } = await import('#lib/messages/inspect-fields.ts');
const loadMs = performance.now() - startedMs;

const messages = (JSON.parse(readFileSync(file, 'utf8')) as string[]).flatMap((body) => {
  const message = parseExact(body);
  const messageType = member(message, 'message_type');
  if (messageType !== 'target_data' && messageType !== 'vehicle_data') return [];
  const module = messageModuleOf(messageType);
  if (module === undefined) throw new Error(`there is no schema for ${messageType}`);
  return [{ schema: module.schema, data: member(message, 'data') }];
});

type Message = { schema: NonNullable<ReturnType<typeof messageModuleOf>>['schema']; data: Json | undefined };
const check = {
  ours: ({ schema, data }: Message) => inspectFields(schema, data),
  zod: ({ schema, data }: Message) => schema.safeParse(data),
}[way];
let checked = 0;
function checkTimes(times: number): void {
  for (let turn = 0; turn < times; turn += 1) {
    for (const message of messages) if (check?.(message) !== undefined) checked += 1;
  }
}

checkTimes(warmUps);
const cpu = await cpuOf(() => checkTimes(counted));
if (checked === 0) throw new Error(`there is no way ${way}`);
report({ cpu: cpu / counted / messages.length, loadMs });
