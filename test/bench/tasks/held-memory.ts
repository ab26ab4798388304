/**
 * What a function still holds of the messages that it has handled: its heap after a collection.
 * Arguments: the built functions, the name of one, a file with the events of callbacks, how many messages.
 */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { subscriptionOfPath } from '#lib/callback/subscriptions.ts';
import { storeEnvironment } from '../harness/environments.ts';
import { argument, report } from '../harness/measure.ts';
import { queuedRecord } from '../harness/queued-record.ts';

type Callback = { body: string; pathParameters: { subscription: string } };
type Handler = (event: unknown, context: object) => Promise<{ statusCode?: number; batchItemFailures?: unknown[] }>;

const [functions, name, eventsFile, count] = [argument(0), argument(1), argument(2), Number(argument(3))];
const queue = { 'store-alarms': 'alarms', 'track-devices': 'devices', 'store-intelligence': 'intelligence' }[name];
const batchSize = 100;
const all = (JSON.parse(readFileSync(eventsFile, 'utf8')) as string[]).map((text) => JSON.parse(text) as Callback);
const typeOf = ({ pathParameters }: Callback) => subscriptionOfPath(pathParameters.subscription);
const callbacks = all.filter((one) => queue === undefined || typeOf(one)?.queue === queue);

/** The callbacks by turns, each with an id of its own. */
function numbered(index: number): Callback {
  const one = callbacks[index % callbacks.length];
  if (one === undefined) throw new Error(`there is no callback for ${name}`);
  return { ...one, body: one.body.replace(/("message_id"\s*:\s*"?)\d+/, `$1${10n ** 20n + BigInt(index)}`) };
}

function recordOf(index: number) {
  const one = numbered(index);
  const attributes = {
    message_type: typeOf(one)?.messageType ?? '',
    subscription: one.pathParameters.subscription,
    received_at: new Date().toISOString(),
    message_id: String(10n ** 20n + BigInt(index)),
  };
  return queuedRecord(`${index}`, `/${queue}`, one.body, attributes);
}

if (queue !== undefined) {
  Object.assign(process.env, storeEnvironment(process.env['AWS_ENDPOINT_URL_SQS'] ?? '', queue));
}
const { handler } = (await import(`${functions}/${name}/index.mjs`)) as { handler: Handler };
const context = { getRemainingTimeInMillis: () => 60_000 };
for (let index = 0; index < count; index += queue === undefined ? 1 : batchSize) {
  const event =
    queue === undefined
      ? numbered(index)
      : { Records: Array.from({ length: batchSize }, (_, nth) => recordOf(index + nth)) };
  const { statusCode = 200, batchItemFailures = [] } = await handler(event, context);
  if (statusCode !== 200 || batchItemFailures.length > 0) throw new Error(`${name} has not taken what it was given`);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
// What the first lets go may hold more.
for (let turn = 0; turn < 3; turn += 1) {
  collect();
  await new Promise(setImmediate);
}
report({ heap: process.memoryUsage().heapUsed / 1_048_576 });
// Connections that are kept alive would keep the process, too.
process.exit();
