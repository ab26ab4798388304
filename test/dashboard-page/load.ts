/**
 * Measures the dashboard on a local stack with many cameras and events: how long each view takes until it shows what it has,
 * how long the slowest answer of the API took for it, and how much memory the page has. `LOAD_EVENTS` and `LOAD_CAMERAS`
 * say how many. Prints a table; ends with status 1 where something took longer or more than it may.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createEventsTable } from '#lib/aws/events-table.ts';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { type Item, integer, text } from '#lib/events/attribute.ts';
import { eventRecord } from '#lib/events/event-record.ts';
import { pictureOwner } from '#lib/intake/store-messages.ts';
import { type Stack, startStack } from '#lib/local/stack.ts';
import { wantedPictureItem } from '#lib/pictures/picture-items.ts';
import type { IvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { addDays } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';
import { browserPath, startBrowser } from '../support/browser.ts';

const eventCount = Number(process.env['LOAD_EVENTS'] ?? 100_000);
const cameraCount = Number(process.env['LOAD_CAMERAS'] ?? 500);
const timeZone = 'Asia/Shanghai';
const mostMs = 1_000;
const mostMegabytes = 150;
const recordsPerWrite = 100;

const settings = { timeZone, retentionDays: 365, facePictures: 'keep' as const };
const say = (line: string) => process.stderr.write(`${line}\n`);

/** Writes the events of two days into the table as the store functions would, pictures stored; the way there is tested elsewhere. */
async function seedEvents(stack: Stack, simulator: IvmSimulator, days: readonly string[]): Promise<void> {
  const table = createEventsTable(stack.file.tables['events'] ?? '', stack.stores.clients.dynamodb);
  const stepMs = (days.length * 86_400_000) / eventCount;
  const start = Date.parse(`${days[0]}T00:00:00+08:00`);
  for (let from = 0; from < eventCount; from += recordsPerWrite) {
    const items = Array.from({ length: Math.min(recordsPerWrite, eventCount - from) }, (_, index) =>
      seedItems(simulator, new Date(start + (from + index) * stepMs), from + index),
    ).flat();
    const results = await table.putAll(items);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    if (from % 10_000 === 0) say(`${from} events`);
  }
}

function seedItems(simulator: IvmSimulator, at: Date, index: number): Item[] {
  // One in a hundred tells of devices, as in a quiet tenant; the rest by turns.
  const types = subscriptions.filter(
    ({ messageType }) => !messageType.startsWith('device_') || messageType === 'device_alarm',
  );
  const type = index % 100 === 0 ? 'device_status' : types[index % types.length]?.messageType;
  const { body, messageType } = simulator.message(type, { at });
  const subscription = subscriptions.find((one) => one.messageType === messageType)?.path ?? '';
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  const record = eventRecord({ receivedAt: at.toISOString(), subscription, body, bodySha256 }, settings);
  const pictures = record.pictures.map((picture): Item => {
    const {
      open_hour: _hour,
      next_try_at: _next,
      ...item
    } = wantedPictureItem(pictureOwner(record, picture), picture.wanted, at);
    return {
      ...item,
      status: text('stored'),
      s3_key: text('pictures/load.png'),
      content_type: text('image/png'),
      bytes: integer(150_000),
    };
  });
  return [record.event, ...record.children, ...pictures];
}

type Measured = { view: string; shownMs: number; slowest: string; slowestMs: number; megabytes: number };

async function measureView(page: Page, baseUrl: string, view: string, hash: string): Promise<Measured> {
  const answers: { path: string; ms: number }[] = [];
  page.removeAllListeners('requestfinished');
  page.on('requestfinished', (request) => {
    const url = new URL(request.url());
    if (!url.pathname.startsWith('/api/')) return;
    answers.push({ path: url.pathname, ms: request.timing().responseEnd });
  });
  await page.goto('about:blank');
  const startedMs = performance.now();
  await page.goto(`${baseUrl}/${hash}`);
  await page.locator('main h1').waitFor({ timeout: 60_000 });
  await page.locator('main .loading, main [aria-busy="true"]').first().waitFor({ state: 'detached', timeout: 60_000 });
  const shownMs = performance.now() - startedMs;
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
  const worst = answers.toSorted((one, other) => other.ms - one.ms)[0];
  return { view, shownMs, slowest: worst?.path ?? '', slowestMs: worst?.ms ?? 0, megabytes: usedSize / 1e6 };
}

async function main(): Promise<number> {
  if (browserPath === undefined) {
    say('Install Chromium first, as with apt-get install chromium, or set CHROMIUM to its path.');
    return 2;
  }
  const dir = mkdtempSync(join(tmpdir(), 'load-'));
  const stack = await startStack({
    dataDir: dir,
    port: 0,
    ivm: { kind: 'simulated', cameraCount },
    onOutput: () => undefined,
    onError: (what, error) => say(`${what}: ${String(error)}`),
  });
  try {
    const { simulator } = stack;
    if (simulator === undefined) throw new Error('there is no simulated IVM');
    const { date: today } = zonedDate(new Date(), timeZone);
    const days = [addDays(today, -2), addDays(today, -1)];
    await seedEvents(stack, simulator, days);
    say('listing devices and making exports');
    await stack.invoke('sync-inventory', {});
    await stack.invoke('collect-statistics', { from: days[0], to: days[1] });
    await stack.drain(AbortSignal.timeout(1_200_000));
    await stack.invoke('export-events', { from: days[0], to: days[1] });
    await stack.invoke('export-counts', { from: days[0], to: days[1] });
    return await measure(stack, today);
  } finally {
    await stack.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure({ file }: Stack, today: string): Promise<number> {
  const camera = await fetch(`${file.localUrl}/api/camera-names`)
    .then((response) => response.json() as Promise<{ cameras: { id: string }[] }>)
    .then(({ cameras }) => cameras[0]?.id ?? '');
  const yesterday = addDays(today, -1);
  const views = [
    ['now', '#/now'],
    ['events', '#/events'],
    ['events of a type', '#/events?type=device_alarm'],
    ['events of a camera', `#/events?camera=${camera}`],
    ['people, a day', `#/people?by=day&period=${yesterday}`],
    ['people, a month', `#/people?by=month&period=${yesterday}`],
    ['people, a year', `#/people?by=year&period=${yesterday}`],
    ['people, three sources of a day', `#/people?part=sources&by=day&period=${yesterday}`],
    ['people, three sources of a month', `#/people?part=sources&by=month&period=${yesterday}`],
    ['people, hours of a week', `#/people?part=heatmaps&by=week&period=${yesterday}`],
    ['vehicles of yesterday', `#/vehicles?date=${yesterday}`],
    ['plates, one character off', '#/vehicles/plates?plate=粤B12345&match=fuzzy'],
    ['traffic', `#/vehicles/traffic?date=${yesterday}&camera=${camera}`],
    ['cameras', '#/cameras'],
    ['one camera', `#/cameras/${camera}`],
    ['data', '#/data'],
  ] as const;
  const browser = await startBrowser();
  const measured: Measured[] = [];
  try {
    const page = await browser.newPage();
    for (const [view, hash] of views) {
      // The first time a function's modules are loaded, which a page that is looked at has behind it.
      await measureView(page, file.localUrl, view, hash);
      measured.push(await measureView(page, file.localUrl, view, hash));
    }
  } finally {
    await browser.close();
  }
  process.stdout.write(`| view | shown after | slowest answer | | memory |\n|---|---|---|---|---|\n`);
  for (const { view, shownMs, slowest, slowestMs, megabytes } of measured) {
    process.stdout.write(
      `| ${view} | ${shownMs.toFixed(0)} ms | \`${slowest}\` | ${slowestMs.toFixed(0)} ms | ${megabytes.toFixed(0)} MB |\n`,
    );
  }
  return measured.every(({ slowestMs, megabytes }) => slowestMs <= mostMs && megabytes <= mostMegabytes) ? 0 : 1;
}

process.exitCode = await main();
