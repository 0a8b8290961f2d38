/** The studio by the keyboard: it goes on where it was, also when what was pressed can be pressed no more, or is gone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from './chromium.js';
import { openStudio, untilStatus } from './studio.js';

let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await startChromium();
});
afterAll(() => browser?.close());

const press = async (page: Page, selector: string): Promise<void> => {
  await page.focus(selector);
  await page.keyboard.press('Enter');
};
const untilFocused = (page: Page, selector: string): Promise<void> =>
  expect
    .poll(() => page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`), { timeout: 30_000 })
    .toBe(true);

describe.skipIf(!hasChromium)('the keyboard in the studio', () => {
  it('stays where there is nothing left to undo, and goes on at the transport when the guide is declined', async () => {
    const { page, problems, close } = await openStudio(browser);
    await press(page, '#close-offer');
    await untilFocused(page, '#play');
    await page.selectOption('.flow select.swap', 'tanh');
    await page.locator('[data-place="network.1"]', { hasText: 'tanh' }).waitFor();
    for (const button of ['#undo', '#redo']) {
      await press(page, button);
      await page.waitForSelector(`${button}[aria-disabled="true"]`);
      await untilFocused(page, button);
    }
    expect(problems).toEqual([]);
    await close();
  });

  it('goes on at the tab of the panel that it leads to', async () => {
    const { page, problems, close } = await openStudio(browser);
    await press(page, '#open-guide');
    await untilFocused(page, '#tab-guide');
    await press(page, '#open-chapter');
    await page.locator('.moves button[aria-disabled="false"]', { hasText: 'Look into train.0' }).focus();
    await page.keyboard.press('Enter');
    await untilFocused(page, '#tab-stage');
    await press(page, '#tab-guide');
    await press(page, '.chapters li:last-child button');
    await untilFocused(page, '#chapter');
    await press(page, '#next-chapter');
    await page.waitForSelector('#next-chapter[aria-disabled="true"]');
    await untilFocused(page, '#next-chapter');
    expect(problems).toEqual([]);
    await close();
  });

  it('goes on beside a stage that is removed, and beside runs that are forgotten', async () => {
    const { page, problems, close } = await openStudio(browser);
    await page.click('[data-place="test.4"]');
    await press(page, '#remove');
    await page.locator('#panel-stage .hint').waitFor();
    await untilFocused(page, '#tab-stage');
    for (const name of ['tanh', 'relu']) {
      await page.selectOption('.flow select.swap', name);
      await page.locator('[data-place="network.1"]', { hasText: name }).waitFor();
      await untilStatus(page, 'waiting');
      await page.click('#step');
      await untilStatus(page, 'paused');
    }
    await page.click('#tab-training');
    await press(page, '#forget-runs');
    await page.waitForSelector('#forget-runs', { state: 'detached' });
    await untilFocused(page, '.runs input');
    expect(problems).toEqual([]);
    await close();
  });
});
