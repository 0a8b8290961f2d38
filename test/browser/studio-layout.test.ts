/** The studio on a phone, where all stays in reach, and on a wide screen, whose room it takes. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from './chromium.js';
import { openStudio, untilStatus } from './studio.js';

const viewport = { width: 390, height: 844 };

let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await startChromium();
});
afterAll(() => browser?.close());

/** Which of them a finger finds where the page shows them. */
const inReach = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(`Array.from(document.querySelectorAll(${JSON.stringify(selector)})).flatMap((one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(left + width / 2, top + height / 2)) ? [one.id] : [];
  })`);

/** Waits until something begins right under the transport. */
const untilAtTop = (page: Page, selector: string): Promise<void> =>
  expect
    .poll(async () => Math.round(((await page.locator(selector).boundingBox())?.y ?? 0) / 100), { timeout: 30_000 })
    .toBe(1);

const PRESSED = ['play', 'stage-step', 'step', 'epoch', 'reset', 'speed'];
const TABS = ['guide', 'training', 'stage', 'file', 'data', 'draw', 'save'].map((panel) => `tab-${panel}`);

describe.skipIf(!hasChromium)('the studio on a phone', () => {
  it.each(['en-US', 'zh-CN'])('has its buttons and tabs in reach, wherever it is read: %s', async (locale) => {
    const { page, problems, close } = await openStudio(browser, { context: { viewport, locale } });
    expect(await inReach(page, '[role="tab"]')).toEqual(TABS);
    expect(await inReach(page, '.transport :is(button, select)')).toEqual(PRESSED);
    expect(await inReach(page, '[data-place$=".0"]')).toHaveLength(4); // each lane has its begin
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    expect(await inReach(page, '[role="tab"]')).toEqual(TABS);
    expect(await inReach(page, '.transport :is(button, select)')).toEqual(PRESSED);
    expect(problems).toEqual([]);
    await close();
  });

  it('leads to what is chosen', async () => {
    const { page, problems, close } = await openStudio(browser, { context: { viewport } });
    await page.click('#step');
    await untilStatus(page, 'paused');
    await page.click('[data-place="network.1"]');
    await untilAtTop(page, '#panel-stage h3');
    await page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await page.click('#tab-draw');
    await untilAtTop(page, '.sheet');
    expect(problems).toEqual([]);
    await close();
  });

  it('brings the stage into its lane where the batch is', async () => {
    const { page, problems, close } = await openStudio(browser, { context: { viewport } });
    const lastOfTrain = page.locator('[data-place="train.3"]');
    expect(await inReach(page, '.train [data-place="train.3"] .name')).toHaveLength(0);
    for (let press = 0; press < 10; press++) {
      await page.click('#stage-step');
      await page.waitForSelector(`[data-stop="${press}"]`);
    }
    expect(await lastOfTrain.getAttribute('data-here')).not.toBeNull();
    await expect.poll(() => inReach(page, '.train [data-place="train.3"] .name'), { timeout: 30_000 }).toHaveLength(1);
    expect(problems).toEqual([]);
    await close();
  });
});

describe.skipIf(!hasChromium)('the curves', () => {
  it('lie side by side on a wide screen, and are told apart without their colours', async () => {
    const { page, problems, close } = await openStudio(browser, {
      context: { viewport: { width: 1920, height: 1080 } },
    });
    for (const activation of ['relu', 'tanh']) {
      await page.selectOption('.flow select.swap', activation);
      await page.locator('[data-place="network.1"]', { hasText: activation }).waitFor();
      await untilStatus(page, 'waiting');
      await page.click('#epoch');
      await untilStatus(page, 'paused');
    }
    const dashes = await page.evaluate<string[]>(
      'Array.from(document.querySelectorAll(".runs .swatch path"), (line) => getComputedStyle(line).strokeDasharray)',
    );
    expect(new Set(dashes).size).toBe(2);
    const charts = ['#loss-chart', '#accuracy-chart', '#confusion', '#mistakes'];
    const [loss, accuracy, confusion, mistakes] = await Promise.all(
      charts.map(async (chart) => (await page.locator(chart).boundingBox()) ?? { x: 0, y: 0, width: 0 }),
    );
    expect(accuracy.y).toBe(loss.y);
    expect(accuracy.x).toBeGreaterThan(loss.x + loss.width);
    expect(mistakes.x).toBeGreaterThan(confusion.x + confusion.width);
    expect(await page.getAttribute('#accuracy-chart', 'aria-label')).toMatch(/relu [\d.]+ %, tanh [\d.]+ %$/);
    expect(problems).toEqual([]);
    await close();
  });
});

describe.skipIf(!hasChromium)('mistakes among samples without a picture', () => {
  it('are named, a line each', async () => {
    const { page, problems, close } = await openStudio(browser, { context: { viewport } });
    const kinds = ['iris versicolor', 'iris virginica', 'iris setosa'];
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 7},${i % 5},${kinds[i % 3]}`);
    const table = { name: 'irises.csv', mimeType: 'text/csv', buffer: Buffer.from(`a,b,kind\n${rows.join('\n')}\n`) };
    await page.click('#tab-data');
    await page.setInputFiles('#own-files', table);
    await page.click('.learn-table');
    await page.locator('[data-place="data.0"]', { hasText: 'csv' }).waitFor();
    await untilStatus(page, 'waiting');
    await page.click('#tab-training');
    await page.locator('#mistakes button', { hasText: 'iris' }).first().waitFor();
    const heights = await page.evaluate<number[]>(`Array.from(document.querySelectorAll('#mistakes span'), (name) =>
      name.getBoundingClientRect().height / Number.parseFloat(getComputedStyle(name).fontSize))`);
    expect(Math.max(...heights)).toBeLessThan(2);
    expect(problems).toEqual([]);
    await close();
  });
});
