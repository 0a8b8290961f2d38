/** The guide of the studio, as a student goes through it: by the keys, in both languages. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from './chromium.js';
import { openStudio, untilStatus } from './studio.js';

const CHAPTERS = ['pixels', 'dense', 'activation', 'loss', 'gradient', 'descent', 'batch', 'epoch'];

let browser: Browser;

beforeAll(async () => {
  if (hasChromium) browser = await startChromium();
});

afterAll(() => browser?.close());

/** Goes by the tab key to an element, as far as a patient person would. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keys do not come to ${selector}`);
}

async function press(page: Page, selector: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press('Enter');
}

/** Opens a chapter, and its pipeline. */
async function openChapter(page: Page, position: number): Promise<void> {
  await page.click(`.chapters li:nth-child(${position}) button`);
  await page.click('#open-chapter');
  await page.waitForSelector('#open-chapter:not(.main)');
  await untilStatus(page, 'waiting');
}

/** Presses a button of a chapter: which one of what it proposes. */
const move = (page: Page, proposal: number, position: number): Promise<void> =>
  page.click(`.tries > li:nth-child(${proposal}) .moves button:nth-child(${position})[aria-disabled="false"]`);

describe.runIf(hasChromium).each([
  ['en-US', 'en', 'Pixels'],
  ['zh-CN', 'zh-Hans', '像素'],
])('the guide for %s', (locale, lang, first) => {
  it('is gone through by the keys, and every pipeline of it opens', async () => {
    const { page, problems, close } = await openStudio(browser, { context: { locale } });
    expect(await page.getAttribute('html', 'lang')).toBe(lang);
    await press(page, '#open-guide');
    await page.waitForSelector('#chapter');
    expect(await page.textContent('#chapter')).toContain(first);
    for (const [i, chapter] of CHAPTERS.entries()) {
      expect(await page.locator('.tries > li').count()).toBe(3);
      await press(page, '#open-chapter');
      await page.waitForSelector('#open-chapter:not(.main)');
      expect(await page.inputValue('#preset')).toBe(`${chapter}.yaml`);
      await untilStatus(page, 'waiting');
      expect(await page.locator('.problems .error, .problems .warning').allTextContents(), chapter).toEqual([]);
      await press(page, '.answer summary');
      expect(await page.isVisible('.answer p')).toBe(true);
      await press(page, '#next-chapter');
      if (i + 1 < CHAPTERS.length) await page.waitForSelector('#chapter:focus');
    }
    await page.waitForSelector('.chapters li:nth-child(8) .done');
    expect(await page.locator('.chapters .done').count()).toBe(8);

    await page.reload();
    await untilStatus(page, 'waiting');
    expect(await page.locator('#guide-offer').count()).toBe(0);
    await page.click('#tab-guide');
    await page.waitForSelector('.chapters li:nth-child(8) [aria-current="step"]');
    expect(await page.locator('.chapters .done').count()).toBe(8);
    expect(problems).toEqual([]);
    await close();
  });
});

describe.runIf(hasChromium)('the guide', () => {
  it('shows why sigmoid learns slower than relu: gradients and curves of both', async () => {
    const { page, problems, close } = await openStudio(browser);
    await page.click('#tab-guide');
    await openChapter(page, 3);
    await move(page, 1, 1);
    await untilStatus(page, 'paused');
    await move(page, 1, 2);
    await untilStatus(page, 'ended');
    await move(page, 2, 1);
    await untilStatus(page, 'waiting');
    await move(page, 2, 2);
    await untilStatus(page, 'paused');
    await move(page, 2, 3);
    await untilStatus(page, 'ended');

    const column = async (position: number) => {
      const cells = await page.locator(`#gradients-back td:nth-child(${position})`).allTextContents();
      return cells.map(Number);
    };
    const [relu, sigmoid] = [await column(2), await column(3)];
    expect(relu).toHaveLength(7);
    expect(sigmoid[5]).toBeLessThan(relu[5] / 20); // in front of the first activation
    await page.click('#tab-training');
    const legend = await page.locator('.runs label').allTextContents();
    const percents = legend.map((label) => Number(/([\d.]+) %/.exec(label)?.[1]));
    expect(legend.map((label) => label.trim().split(/\s/)[0])).toEqual(['relu', 'sigmoid']);
    expect(percents[0]).toBeGreaterThan(percents[1] + 15);
    expect(problems).toEqual([]);
    await close();
  });

  it('holds gradients against slopes', async () => {
    const { page, close } = await openStudio(browser);
    await page.click('#tab-guide');
    await openChapter(page, 5);
    await page.click('#check');
    await page.waitForSelector('#gradient-check');
    expect(await page.locator('#gradient-check tbody tr').count()).toBe(8);
    expect(await page.locator('#gradient-check tr.right').count()).toBe(8);
    await close();
  });

  it('is offered until the offer is closed', async () => {
    const { page, close } = await openStudio(browser);
    await page.click('#close-offer');
    expect(await page.locator('#guide-offer').count()).toBe(0);
    await page.reload();
    await untilStatus(page, 'waiting');
    expect(await page.locator('#guide-offer').count()).toBe(0);
    await close();
  });

  it('is read in another language where it stands', async () => {
    const { page, close } = await openStudio(browser);
    await page.click('#tab-guide');
    await page.click('.chapters li:nth-child(4) button');
    await page.selectOption('select:has(option[value="zh"])', 'zh');
    await page.locator('#chapter', { hasText: '交叉熵' }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('zh-Hans');
    await close();
  });
});
