/**
 * Measures the dashboard on a local stack with many cameras and events: how long each view takes until it shows what it has, for
 * the first time and again, how long the slowest answer of the API took for it, and how much memory the page has. `LOAD_EVENTS`
 * and `LOAD_CAMERAS` say how many; `LOAD_DATA` names a folder that is kept, and used again where it is there. Prints a table; ends
 * with status 1 where an answer took longer or the page more than it may.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

type Opened = { shownMs: number; slowest: string; slowestMs: number };
type Measured = { view: string; first: Opened; again: Opened; heapMegabytes: number; processMegabytes: number };

/** Opens a view anew, up to where it has all that it shows. */
async function openView(page: Page, address: string): Promise<Opened> {
  const answers: { path: string; ms: number }[] = [];
  page.removeAllListeners('requestfinished');
  page.on('requestfinished', (request) => {
    const url = new URL(request.url());
    if (!url.pathname.startsWith('/api/')) return;
    answers.push({ path: url.pathname, ms: request.timing().responseEnd });
  });
  await page.goto('about:blank');
  const startedMs = performance.now();
  await page.goto(address);
  await page.locator('main h1').waitFor({ timeout: 60_000 });
  await page.locator('main .loading, main [aria-busy="true"]').first().waitFor({ state: 'detached', timeout: 60_000 });
  const shownMs = performance.now() - startedMs;
  const worst = answers.toSorted((one, other) => other.ms - one.ms)[0];
  return { shownMs, slowest: worst?.path ?? '', slowestMs: worst?.ms ?? 0 };
}

async function measureView(page: Page, address: string, view: string): Promise<Measured> {
  const first = await openView(page, address);
  const again = await openView(page, address);
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
  await session.detach();
  return { view, first, again, heapMegabytes: usedSize / 1e6, processMegabytes: await rendererMegabytes(page) };
}

/** What the largest process that draws pages has of its own, shared code aside; `NaN` where the system doesn't tell. */
async function rendererMegabytes(page: Page): Promise<number> {
  const session = await page.context().browser()?.newBrowserCDPSession();
  const { processInfo } = (await session?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
  await session?.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return Math.max(...renderers.map(({ id }) => anonymousMegabytes(id)));
}

function anonymousMegabytes(pid: number): number {
  const file = `/proc/${pid}/status`;
  const kilobytes = existsSync(file) ? /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
  return kilobytes === undefined ? Number.NaN : Number(kilobytes) / 1000;
}

async function main(): Promise<number> {
  if (browserPath === undefined) {
    say('Install Chromium first, as with apt-get install chromium, or set CHROMIUM to its path.');
    return 2;
  }
  const keptDir = process.env['LOAD_DATA'];
  const isSeeded = keptDir !== undefined && existsSync(keptDir);
  const dir = keptDir ?? mkdtempSync(join(tmpdir(), 'load-'));
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
    if (!isSeeded) await seed(stack, simulator, [addDays(today, -2), addDays(today, -1)]);
    return await measure(stack, today);
  } finally {
    await stack.stop();
    if (keptDir === undefined) rmSync(dir, { recursive: true, force: true });
  }
}

async function seed(stack: Stack, simulator: IvmSimulator, days: [from: string, to: string]): Promise<void> {
  await seedEvents(stack, simulator, days);
  say('listing devices and making exports');
  await stack.invoke('sync-inventory', {});
  await stack.invoke('collect-statistics', { from: days[0], to: days[1] });
  await stack.drain(AbortSignal.timeout(1_200_000));
  await stack.invoke('export-events', { from: days[0], to: days[1] });
  await stack.invoke('export-counts', { from: days[0], to: days[1] });
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
    // What the stack loads with the first request of all is none of the views'.
    await openView(page, `${file.localUrl}/#/now`);
    for (const [view, hash] of views) measured.push(await measureView(page, `${file.localUrl}/${hash}`, view));
  } finally {
    await browser.close();
  }
  process.stdout.write(
    '| view | first: slowest answer | | complete | again: slowest answer | | complete | heap | process |\n' +
      '|---|---|---|---|---|---|---|---|---|\n',
  );
  for (const { view, first, again, heapMegabytes, processMegabytes } of measured) {
    const times = [first, again].map(
      ({ slowest, slowestMs, shownMs }) => `\`${slowest}\` | ${slowestMs.toFixed(0)} ms | ${shownMs.toFixed(0)} ms`,
    );
    const memory = [heapMegabytes, processMegabytes].map((megabytes) => `${megabytes.toFixed(0)} MB`);
    process.stdout.write(`| ${[view, ...times, ...memory].join(' | ')} |\n`);
  }
  const isWithin = ({ first, again, heapMegabytes, processMegabytes }: Measured) =>
    Math.max(first.slowestMs, again.slowestMs) <= mostMs &&
    Math.max(heapMegabytes, processMegabytes || 0) <= mostMegabytes;
  return measured.every(isWithin) ? 0 : 1;
}

process.exitCode = await main();
