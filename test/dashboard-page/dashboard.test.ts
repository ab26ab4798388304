import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CameraNames } from '#lib/dashboard/camera-names.ts';
import { eventsRoute } from '#lib/dashboard/events.ts';
import { ProblemDetails } from '#lib/dashboard/problem.ts';
import { Tenant } from '#lib/dashboard/tenant.ts';
import type { OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';
import { accessibilityProblems, browserNote, browserPath, startBrowser } from '../support/browser.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { atHour, deliverAll, drained, startTwoDays, type TwoDays } from '../support/two-days.ts';

/** Where screenshots of the last run are, to be looked at. */
const outputDir = new URL('../output/', import.meta.url).pathname;
const views = ['now', 'events', 'people', 'vehicles', 'cameras', 'data'] as const;
/** Places within the views. */
const furtherPlaces = {
  event: ({ event }: Places) => `#/events/${event}`,
  week: ({ yesterday }: Places) => `#/people?by=week&period=${yesterday}&compare=before`,
  sources: ({ yesterday }: Places) => `#/people?part=sources&period=${yesterday}`,
  heatmaps: ({ yesterday, counting }: Places) => `#/people?part=heat&by=week&period=${yesterday}&cameras=${counting}`,
  seen: ({ yesterday }: Places) => `#/vehicles?date=${yesterday}`,
  plates: ({ plate }: Places) => `#/vehicles/search?plate=${encodeURIComponent(plate.slice(0, 3))}&match=prefix`,
  traffic: ({ yesterday }: Places) => `#/vehicles/traffic?date=${yesterday}`,
  camera: ({ counting }: Places) => `#/cameras/${counting}`,
  quarantine: () => '#/data?tab=quarantine',
  'dead-letters': () => '#/data?tab=dead-letters',
  erasures: () => '#/data?tab=erasures',
} satisfies { [name: string]: (places: Places) => string };
type Places = { yesterday: string; event: string; plate: string; counting: string };
const hostileName = '<img src=x onerror="document.title=\'broken\'">';

/** An alarm that a device raised whose name is a piece of a page. */
function hostileAlarm({ simulator, days }: TwoDays): OutgoingMessage {
  const message = simulator.message('device_alarm', { at: atHour(days[1], 23.95) });
  const body = message.body.toString().replace(/"device_name":"[^"]*"/, `"device_name":${JSON.stringify(hostileName)}`);
  return { ...message, body: Buffer.from(body) };
}

describe.skipIf(browserPath === undefined)(`the dashboard over two simulated days${browserNote}`, () => {
  let twoDays: TwoDays;
  let browser: Browser;
  let dir = '';
  let baseUrl = '';
  let places: Places = { yesterday: '', event: '', plate: '', counting: '' };
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(outputDir, { recursive: true });
    dir = mkdtempSync(join(tmpdir(), 'dashboard-'));
    twoDays = await startTwoDays(dir, { cameraCount: 12, messagesPerDay: 45 });
    const { stack, simulator, days } = twoDays;
    await deliverAll(simulator, [hostileAlarm(twoDays)]);
    await stack.invoke('sync-inventory', {});
    await stack.invoke('request-snapshots', {});
    await stack.invoke('collect-statistics', { from: days[0], to: days[1] });
    await drained(stack);
    await stack.invoke('export-events', { from: days[0], to: days[1] });
    await stack.invoke('export-counts', { from: days[0], to: days[1] });
    baseUrl = stack.file.localUrl;
    places = await findPlaces();
    browser = await startBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser.close();
    await twoDays.stack.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  async function open(hash: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', ...options });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`${hash}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complaints.push(`${hash}: ${error.message}`));
    await page.goto(`${baseUrl}/${hash}`);
    await settled(page);
    return page;
  }
  async function settled(page: Page): Promise<void> {
    await page.locator('main h1').waitFor();
    await page.locator('main .loading, main [aria-busy="true"]').first().waitFor({ state: 'detached' });
  }
  async function api(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${baseUrl}/api/${path}`);
    return { status: response.status, body: await response.json() };
  }
  /** Posts a text as IVM posts an alarm, and gives the status of the answer. */
  async function postAlarm(body: string): Promise<number> {
    const { url, authKey } = twoDays.stack.file.callbacks.DEVICE_ALARM;
    const { timestamp, signature } = signCallback({ url, key: authKey, at: new Date() });
    const headers = { 'content-type': 'application/json', 'x-ivm-timestamp': timestamp, 'x-ivm-signature': signature };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  }
  /** A vehicle with its plate, and a camera that counts people. */
  async function findPlaces(): Promise<Places> {
    const { events } = eventsRoute.answer.parse((await api('events?type=vehicle_data')).body);
    const vehicle = events.find(({ plates }) => plates.length > 0);
    const { away, days } = twoDays;
    const { cameras } = CameraNames.parse((await api('camera-names')).body);
    const counting = cameras.find(
      ({ device_id: id, channel_id: channel }) => id === away.deviceId && channel === away.channelId,
    );
    if (vehicle === undefined || counting === undefined) throw new Error('the two days lack what is looked at');
    return { yesterday: days[1], event: vehicle.id, plate: vehicle.plates[0] ?? '', counting: counting.id };
  }

  describe.concurrent.each([
    { name: 'wide and light, in English', width: 1440, height: 900, colorScheme: 'light', locale: 'en-GB' },
    { name: 'on a phone and dark, in Chinese', width: 390, height: 844, colorScheme: 'dark', locale: 'zh-CN' },
  ] as const)('$name', ({ width, height, colorScheme, locale }) => {
    it('shows every view so that everybody can use it', async ({ expect }) => {
      const page = await open('#/now', { viewport: { width, height }, colorScheme, locale });
      const hashes = [
        ...views.map((view) => [view, `#/${view}`] as const),
        ...Object.entries(furtherPlaces).map(([name, hashOf]) => [name, hashOf(places)] as const),
      ];
      for (const [name, hash] of hashes) {
        await page.goto(`${baseUrl}/${hash}`);
        await settled(page);
        await page.screenshot({ path: join(outputDir, `${name}-${width}.png`), fullPage: true });
        // As high as the page: else the views' bar, which stays at the bottom of a phone, covers what one could scroll to.
        await page.setViewportSize({
          width,
          height: Number(await page.evaluate('document.documentElement.scrollHeight')),
        });
        expect(await accessibilityProblems(page), name).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width);
        await page.setViewportSize({ width, height });
      }
      expect(await page.locator('html').getAttribute('lang')).toBe(locale === 'zh-CN' ? 'zh-CN' : 'en');
      await page.close();
    });
  });

  it('changes its language and its light, and keeps both', async () => {
    const page = await open('#/now', { colorScheme: 'light' });
    const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await ground();
    await page.getByLabel('Language').selectOption('zh');
    await page.getByRole('heading', { level: 1, name: '实时' }).waitFor();
    await page.getByLabel('外观').selectOption('dark');
    await expect.poll(ground).not.toBe(light);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '实时' }).waitFor();
    await expect.poll(ground).not.toBe(light);
    await page.close();
  });

  it('can be walked through with the keyboard alone', async () => {
    const page = await open('#/now');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Events' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor();
    await page.close();
  });

  it('tells what the stack is set to', async () => {
    expect(Tenant.parse((await api('tenant')).body)).toMatchObject({ timeZone: 'Asia/Shanghai', stage: 'dev' });
  });

  it.each([
    'nothing',
    'events/none',
    'events?page=broken',
    'events?from=yesterday',
    'cameras/bm9uZQ',
    'people?granularity=century',
    'vehicles/plates?plate=',
    'data/exports?page=%00',
  ])('answers %s with problem details, and never with a 500', async (path) => {
    const { status, body } = await api(path);
    expect([400, 404]).toContain(status);
    expect(ProblemDetails.parse(body).status).toBe(status);
  });

  it('finds an event by its filters, and opens it with its pictures, boxes and meanings', async () => {
    const page = await open('#/events');
    await page.locator('select[name="type"]').selectOption('vehicle_data');
    await page.getByLabel('Number plate').fill(places.plate);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.event-card', { hasText: places.plate }).first().getByRole('link').click();
    await page.locator('.event-panel > h2').waitFor();
    expect(page.url()).toContain(`/events/`);
    const boxes = page.locator('.box-overlay svg > g');
    await boxes.first().waitFor({ state: 'attached' });
    await expect
      .poll(() =>
        page
          .locator('.event-panel img')
          .evaluateAll((all) => all.every((one) => (one as unknown as { naturalWidth: number }).naturalWidth > 0)),
      )
      .toBe(true);
    await page.getByText('characters of the number plate').first().waitFor();
    expect(await page.getByRole('region', { name: 'The message as JSON' }).textContent()).toContain(places.plate);
    await page.getByLabel('Show boxes').uncheck();
    expect(await boxes.count()).toBe(0);
    await page.close();
  });

  it('says so where a picture can no longer be had', async () => {
    const page = await browser.newPage();
    await page.route(/X-Amz-Signature/, (route) =>
      route.fulfill({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }),
    );
    await page.goto(`${baseUrl}/#/events/${places.event}`);
    const told = page.getByText('This picture can’t be loaded');
    await told.first().waitFor();
    expect(await told.first().textContent()).toContain('its link has expired');
    await page.close();
  });

  it('shows a new event by itself', async () => {
    const page = await open('#/events?type=third_data');
    const before = await page.locator('.event-card').count();
    await deliverAll(twoDays.simulator, [twoDays.simulator.message('third_data')]);
    const button = page.getByRole('button', { name: /new event/ });
    await expect
      .poll(async () => (await button.count()) + (await page.locator('.event-card').count()), { timeout: 30_000 })
      .toBe(before + 1);
    await page.close();
  });

  it('compares a week with the one before, and hands out what it shows as CSV', async () => {
    const page = await open(`#/people?by=week&period=${places.yesterday}`);
    await page.getByLabel('Compare with').selectOption({ label: 'The week before' });
    await page.locator('.legend .comparison').first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as CSV' }).click(),
    ]);
    const path = join(dir, 'people.csv');
    await download.saveAs(path);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(7);
    expect(lines.some((line) => line.includes(places.yesterday))).toBe(true);
    await page.close();
  });

  it('draws the hours in which a camera was away as such, and not as zero', async () => {
    const page = await open(`#/people?by=day&period=${places.yesterday}&cameras=${places.counting}`);
    await page.locator('.legend', { hasText: 'Camera offline' }).waitFor();
    await page.getByText('Show as table').first().click();
    const row = page.getByRole('row', { name: /13:00/ }).first();
    expect(await row.textContent()).toMatch(/–/);
    await page.close();
  });

  it('finds a number plate of which one character is wrong', async () => {
    const wrong = `${places.plate.slice(0, -1)}${places.plate.endsWith('X') ? 'Y' : 'X'}`;
    const page = await open(`#/vehicles/search?plate=${encodeURIComponent(wrong)}&match=fuzzy`);
    await page.getByText(places.plate).first().waitFor();
    expect(await page.locator('input[name="plate"]').inputValue()).toBe(wrong);
    await page.close();
  });

  it('gives exports to download, whole', async () => {
    const page = await open('#/data?set=people');
    await page
      .getByRole('link', { name: /parquet/i })
      .first()
      .waitFor();
    const href =
      (await page
        .getByRole('link', { name: /parquet/i })
        .first()
        .getAttribute('href')) ?? '';
    const file = await fetch(href);
    expect(file.status).toBe(200);
    expect(
      Buffer.from(await file.arrayBuffer())
        .subarray(0, 4)
        .toString(),
    ).toBe('PAR1');
    await page.close();
  });

  it('shows what rests in quarantine, as text', async () => {
    const body = `<script>alert(1)</script>`;
    expect(await postAlarm(body)).toBe(200);
    const page = await open('#/data?tab=quarantine');
    await page.locator('main table tbody tr').first().getByRole('link').first().click();
    await page.getByText(body).waitFor();
    await page.close();
  });

  it('shows what was given up, why, and with what it holds', async () => {
    // As far as the receiver looks it is an alarm; what stands in it nobody can read.
    const body = '{"message_id":4711,"message_type":"device_alarm","data":{<b>broken</b>},"test":false}';
    expect(await postAlarm(body)).toBe(200);
    await drained(twoDays.stack);
    const page = await open('#/data?tab=dead-letters&queue=alarms');
    await page.locator('main table tbody tr', { hasText: '4711' }).getByRole('link').click();
    const opened = page.locator('.panel');
    await opened.getByRole('heading', { name: 'not-json' }).waitFor();
    await opened.getByRole('region', { name: 'Body' }).getByText('<b>broken</b>').waitFor();
    await page.close();
  });

  it('shows a page that is sent as a name as the text it is', async () => {
    const page = await open('#/events?type=device_alarm');
    await page.locator('.event-card').first().getByRole('link').click();
    await page.getByRole('region', { name: 'The message as JSON' }).getByText('onerror').waitFor();
    await page.getByText(hostileName).first().waitFor();
    expect(await page.title()).not.toBe('broken');
    expect(await page.locator('main img[src="x"]').count()).toBe(0);
    await page.close();
  });

  it('has made the browser complain of nothing', () => {
    expect(complaints).toEqual([]);
  });
});
