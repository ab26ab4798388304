/**
 * What one more costs when there are many. Arguments: what of (`messages`, `channels`, `rows`), how many, a directory.
 */
import { readFileSync } from 'node:fs';
import { presenceHistory } from '#lib/devices/presence-history.ts';
import { createPartSpool } from '#lib/exports/part-spool.ts';
import { storeMessages } from '#lib/intake/store-messages.ts';
import { temporaryDirectory } from '#lib/runtime/temporary-directory.ts';
import { exportPeople } from '#lib/statistics/export-people.ts';
import { peopleTable } from '#lib/statistics/people-rows.ts';
import { recordedStores } from '../../exports/recorded-stores.ts';
import { inventoryChannel } from '../../support/builders/inventory-channel.ts';
import { memoryMessageStores } from '../../support/fakes/memory-message-stores.ts';
import { argument, cpuOf, report } from '../harness/measure.ts';

const [kind, many, bodiesFile] = [argument(0), Number(argument(1)), argument(2)];
const bodies = JSON.parse(readFileSync(bodiesFile, 'utf8')) as string[];
const batchSize = 100;

async function messages(count: number): Promise<void> {
  const { deps, ...kept } = memoryMessageStores();
  for (let from = 0; from < count; from += batchSize) {
    const batch = Array.from({ length: batchSize }, (_, index) => ({
      queueMessageId: `${from + index}`,
      receivedAt: '2026-01-01T00:00:00.000Z',
      subscription: '-',
      // Ids of their own, so that each is an event of its own.
      body: Buffer.from(
        (bodies[(from + index) % bodies.length] ?? '').replace(
          /("message_id"\s*:\s*)\d+/,
          `$1${10 ** 14 + from + index}`,
        ),
      ),
    }));
    const results = await storeMessages(deps, batch);
    if (results.some(({ status }) => status === 'rejected')) throw new Error('a message was not stored');
    forget(kept);
  }
}

/** What stores in memory keep makes each sweep of it longer, which would be measured as if the work had grown. */
function forget({ objects, items, jobs, steps, counts, values }: Omit<MessageStores, 'deps'>): void {
  for (const kept of [objects, items, counts, values]) kept.clear();
  jobs.length = 0;
  steps.length = 0;
}
type MessageStores = ReturnType<typeof memoryMessageStores>;

async function channels(count: number): Promise<void> {
  const { deps } = recordedStores();
  const list = Array.from({ length: 24 }, (_, hour) => hour);
  const published = await exportPeople(
    {
      ...deps,
      holder: 'bench',
      ivm: { peopleStatistics: async () => ({ in: list, out: list }) },
      settings: { zones: { statistics: 'Asia/Shanghai', tenant: 'Asia/Shanghai' }, concurrency: 4 },
      cache: { get: async () => undefined, put: async () => undefined, clear: async () => undefined },
      metric: () => undefined,
    },
    {
      period: { granularity: 'day', start: '2024-02-29' },
      channels: Array.from({ length: count }, (_, index) =>
        inventoryChannel({ deviceId: `DEVICE-${String(index).padStart(6, '0')}` }),
      ),
      presence: presenceHistory([]),
      remainingMs: () => 900_000,
      isErased: () => false,
      isLastTry: false,
    },
  );
  if (published.rows === 0) throw new Error('nothing was published');
}

async function rows(count: number): Promise<void> {
  const spool = createPartSpool({ table: peopleTable, directory: await temporaryDirectory(), rowsPerPart: 10_000 });
  try {
    for (let index = 0; index < count; index += 1) {
      spool.add({
        device_id: `DEVICE-${String(index % 5_000).padStart(6, '0')}`,
        channel_id: '0',
        channel_name: 'door',
        granularity: 'hour',
        period_start: '2026-01-01',
        bucket_start: '2026-01-01T00:00:00.000Z',
        bucket_seconds: 3_600,
        in: (index * 7) % 400,
        out: (index * 11) % 400,
        status: 'ok',
        version: 1,
        as_of: '2026-02-15T00:00:00.000Z',
      });
    }
    spool.finish();
  } finally {
    await spool.dispose();
  }
}

const work = { messages, channels, rows }[kind];
if (work === undefined) throw new Error(`nothing is known of ${kind}`);
const least = { messages: 200, channels: 20, rows: 10_000 }[kind] ?? 0;
// Code that has run often enough is compiled: what is left to see is growth.
for (let turn = 0; turn < 10; turn += 1) await work(least);
const turns = many <= least * 10 ? 3 : 1;
const cpu = await cpuOf(async () => {
  for (let turn = 0; turn < turns; turn += 1) await work(many);
});
report({ cpu: cpu / turns / many });
