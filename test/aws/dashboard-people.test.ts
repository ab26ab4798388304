import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDashboardPeople } from '#lib/aws/dashboard-people.ts';
import { createExportLedger } from '#lib/aws/export-ledger.ts';
import { createLinkSigner } from '#lib/aws/object-links.ts';
import { createObjectStore } from '#lib/aws/objects.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import { People, PeopleHeatmap, peopleHeatmapRoute, peopleRoute } from '#lib/dashboard/people.ts';
import { exportHeatmap, exportPeriod } from '../dashboard/people-world.ts';
import { inventoryChannel } from '../support/builders/inventory-channel.ts';
import { type EmbeddedStores, startEmbeddedStores } from '../support/embedded-stores.ts';

let embedded: EmbeddedStores;
beforeAll(async () => {
  embedded = await startEmbeddedStores();
});
afterAll(() => embedded.stop());

describe('the view of people on the stores', () => {
  it('reads what was exported, and links to pictures that a browser gets without any right', async () => {
    const { s3, dynamodb } = embedded.stores.clients;
    const now = () => new Date();
    const objects = createObjectStore(embedded.bucket, s3);
    const exporting = {
      objects,
      ledger: createExportLedger(embedded.tables.state, now, dynamodb),
      holder: 'run-1',
      now,
      temporaryDirectory: () => mkdtemp(join(tmpdir(), 'export-')),
    };
    const deps = {
      people: createDashboardPeople(
        {
          bucket: embedded.bucket,
          timeZone: 'Asia/Shanghai',
          statisticsTimeZone: 'Asia/Shanghai',
          weekStart: 1,
          signLink: createLinkSigner(embedded.bucket, now, s3),
          now,
        },
        s3,
      ),
    };
    const period = { granularity: 'day', start: '2024-02-29' } as const;
    const channels = [inventoryChannel({ deviceId: 'a/b c' })];
    const camera = itemId('a%2Fb%20c#0');
    const hours = Array.from({ length: 24 }, (_, hour) => hour);
    await exportPeriod(exporting, period, { channels, answer: () => ({ in: hours, out: hours }) });
    const grid = { width: 1, height: 1, rawbase64: Buffer.from([255]).toString('base64') };
    await exportHeatmap(exporting, 'space', period, channels, grid);

    const query = { granularity: 'day', period: period.start } as const;
    const people = await peopleRoute.handle(deps, { ...query, buckets: 'own', cameras: [camera] });
    expect(People.parse(people).cameras).toEqual([
      { id: camera, in: hours, out: hours, status: Array(24).fill('ok'), reason: null },
    ]);
    const heatmap = PeopleHeatmap.parse(await peopleHeatmapRoute.handle(deps, { ...query, camera }));
    expect(heatmap).toMatchObject({ status: 'ok', snapshot: null });
    const picture = await fetch(heatmap.picture?.url ?? '');
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
  });
});
