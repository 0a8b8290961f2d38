/** The whole studio, as axe-core sees it: every panel, light and dark, wide and narrow, in both languages. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from './chromium.js';
import { openStudio, untilStatus } from './studio.js';

const AXE = fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url));

let browser: Browser;

beforeAll(async () => {
  if (hasChromium) browser = await startChromium();
});

afterAll(() => browser?.close());

describe.runIf(hasChromium).each(['en-US', 'zh-CN'])('the studio for %s', (locale) => {
  it.each([
    [1280, 'light'],
    [1280, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const)('keeps nobody out at %i pixels, %s', async (width, colorScheme) => {
    const viewport = { width, height: 900 };
    const { page, problems, close } = await openStudio(browser, { context: { locale, viewport, colorScheme } });
    await page.evaluate(await readFile(AXE, 'utf8')); // not as a script of the page, which may have none but its own
    await page.click('#step');
    await untilStatus(page, 'paused');
    await page.click('[data-place="network.1"]');
    const tabs = await page.locator('[role="tab"]').evaluateAll((all) => all.map(({ id }) => id));
    expect(tabs.length).toBeGreaterThan(2);
    const found: string[] = [];
    for (const tab of tabs) {
      await page.click(`#${tab}`);
      await untilFilled(page, tab);
      await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
      found.push(...(await findings(page)).map((finding) => `${tab}: ${finding}`));
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      if (wide !== width) found.push(`${tab}: is ${wide} pixels wide`);
    }
    expect(found).toEqual([]);
    expect(problems).toEqual([]);
    await close();
  });
});

describe.runIf(hasChromium)('what a panel shows now and then', () => {
  it.each(['light', 'dark'] as const)('keeps nobody out on a phone, %s', async (colorScheme) => {
    const viewport = { width: 390, height: 900 };
    const { page, close } = await openStudio(browser, { context: { viewport, colorScheme } });
    await page.evaluate(await readFile(AXE, 'utf8'));
    const found: string[] = [];
    const look = async (where: string): Promise<void> => {
      found.push(...(await findings(page)).map((finding) => `${where}: ${finding}`));
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      if (wide !== viewport.width) found.push(`${where}: is ${wide} pixels wide`);
    };

    await page.click('#tab-guide');
    await page.click('.chapters li:nth-child(5) button');
    await page.click('#open-chapter');
    await untilStatus(page, 'waiting');
    await page.click('#check');
    await page.waitForSelector('#gradient-check');
    await look('gradients beside slopes');
    await page.click('.chapters li:nth-child(3) button');
    await page.click('#open-chapter');
    await untilStatus(page, 'waiting');
    await page.click('#step');
    await page.waitForSelector('#gradients-back');
    await untilStatus(page, 'paused');
    await look('gradients on their way back');

    await page.selectOption('#preset', 'spirals.yaml');
    await untilStatus(page, 'waiting');
    await page.click('#step');
    await untilStatus(page, 'paused');
    for (const tab of ['training', 'data', 'draw']) {
      await page.click(`#tab-${tab}`);
      await untilFilled(page, `tab-${tab}`);
      await look(`${tab} of points`);
    }
    expect(found).toEqual([]);
    await close();
  });
});

/** Waits until a panel has what it loads when it is opened. */
const untilFilled = (page: Page, tab: string): Promise<unknown> =>
  page.waitForSelector(`[role="tabpanel"][aria-labelledby="${tab}"] :is(h3, h4, p, button, canvas, .cm-editor)`);

/** All that axe-core finds, but what is minor. */
const findings = (page: Page): Promise<string[]> =>
  page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => impact + ' ' + id + ': ' + html.slice(0, 200))))`);
