import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemDetails } from '#lib/dashboard/problem.ts';
import { Tenant } from '#lib/dashboard/tenant.ts';
import type { OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';
import { accessibilityProblems, browserNote, browserPath, startBrowser } from '../support/browser.ts';
import { atHour, deliverAll, drained, startTwoDays, type TwoDays } from '../support/two-days.ts';

/** Where screenshots of the last run are, to be looked at. */
const outputDir = new URL('../output/', import.meta.url).pathname;
const views = ['now', 'events', 'people', 'vehicles', 'cameras', 'data'] as const;
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
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(outputDir, { recursive: true });
    dir = mkdtempSync(join(tmpdir(), 'dashboard-'));
    twoDays = await startTwoDays(dir, { cameraCount: 12, messagesPerDay: 90 });
    const { stack, simulator, days } = twoDays;
    await deliverAll(simulator, [hostileAlarm(twoDays)]);
    await stack.invoke('sync-inventory', {});
    await stack.invoke('request-snapshots', {});
    await stack.invoke('collect-statistics', { from: days[0], to: days[1] });
    await drained(stack);
    await stack.invoke('export-events', { from: days[0], to: days[1] });
    await stack.invoke('export-counts', { from: days[0], to: days[1] });
    baseUrl = stack.file.localUrl;
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
  const api = async (path: string) => {
    const response = await fetch(`${baseUrl}/api/${path}`);
    return { status: response.status, body: (await response.json()) as unknown };
  };

  describe.each([
    { name: 'wide and light, in English', width: 1440, height: 900, colorScheme: 'light', locale: 'en-GB' },
    { name: 'on a phone and dark, in Chinese', width: 390, height: 844, colorScheme: 'dark', locale: 'zh-CN' },
  ] as const)('$name', ({ width, height, colorScheme, locale }) => {
    it.each(views)('shows "%s" so that everybody can use it', async (view) => {
      const page = await open(`#/${view}`, { viewport: { width, height }, colorScheme, locale });
      await page.screenshot({ path: join(outputDir, `${view}-${width}.png`), fullPage: true });
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(await page.locator('html').getAttribute('lang')).toBe(locale === 'zh-CN' ? 'zh-CN' : 'en');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      await page.close();
    });
  });

  it('has no view that the browser complains of', () => {
    expect(complaints).toEqual([]);
  });

  it('changes its language and its light, and keeps both', async () => {
    const page = await open('#/now', { colorScheme: 'light' });
    const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const light = await ground();
    await page.getByLabel('Language').selectOption('zh');
    await page.getByRole('heading', { level: 1, name: '实时' }).waitFor();
    await page.getByLabel('外观').selectOption('dark');
    expect(await ground()).not.toBe(light);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '实时' }).waitFor();
    expect(await ground()).not.toBe(light);
    await page.close();
  });

  it('can be walked through with the keyboard alone', async () => {
    const page = await open('#/now');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.getByRole('link', { name: 'Events' }).focus();
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

  it('shows a page that is sent as a name as the text it is', async () => {
    const page = await open('#/events?type=device_alarm');
    await page
      .locator('main article, main li, main tr')
      .filter({ hasText: twoDays.days[1].slice(8) })
      .first()
      .waitFor();
    expect(await page.title()).not.toBe('broken');
    expect(await page.locator('main img[src="x"]').count()).toBe(0);
    await page.close();
  });
});
