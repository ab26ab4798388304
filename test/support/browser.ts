import { existsSync } from 'node:fs';
import AxeCore from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a browser is on this machine. */
export const browserPath = places.find((path) => path !== undefined && existsSync(path));

/** Why tests in a browser are skipped, for their names. */
export const browserNote =
  browserPath === undefined
    ? ' (skipped: install Chromium, as with `apt-get install chromium`, or set CHROMIUM to its path)'
    : '';

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({
    ...(browserPath === undefined ? {} : { executablePath: browserPath }),
    // Where tests run as root, Chromium has no sandbox.
    args: ['--no-sandbox'],
  });

/** What axe-core finds wrong with a page as it stands, a line for each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Past the page's policy, which allows no script that is not its own and no `eval`.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: AxeCore.source });
  await session.detach();
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof AxeCore };
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  });
}
