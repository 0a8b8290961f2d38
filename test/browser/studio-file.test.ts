/** The file in the studio: its text, its form and its flow are one thing. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from './chromium.js';
import { type OpenStudio, openStudio, untilStatus } from './studio.js';

const TEXT = `name: tiny # two layers
seed: 1
epochs: 2
data:
  - digits: { train: 200, test: 100 }
  - normalize: { divisor: 255 }
  - oneHot: { classes: 10 }
network:
  - dense: { units: 8 } # hidden
  - relu # max(0, x)
  - dense: { units: 10 }
train:
  - shuffleBatch: { size: 20 }
  - forward
  - softmaxCrossEntropy
  - backward
  - sgd: { learningRate: 0.1 }
  - mean: { of: loss }
test:
  - batch: { size: 50 }
  - forward
  - softmaxCrossEntropy
  - accuracy
`;

const fragmentOf = (name: string, text: string): string =>
  `#file=${gzipSync(JSON.stringify([name, text])).toString('base64url')}`;

let browser: Browser;
beforeAll(async () => {
  if (hasChromium) browser = await startChromium();
});
afterAll(() => browser?.close());

const opened = (text = TEXT, isolated = false): Promise<OpenStudio> =>
  openStudio(browser, {
    isolated,
    fragment: fragmentOf('tiny.yaml', text),
    context: { viewport: { width: 1280, height: 1200 } },
  });

/** How long something may take on a busy machine. */
const PATIENCE = { timeout: 30_000 };

/** Waits until the editor shows the text. */
const untilText = (page: Page, text: string): Promise<void> =>
  expect.poll(async () => (await page.locator('.cm-line').allTextContents()).join('\n'), PATIENCE).toBe(text);

const openEditor = async (page: Page): Promise<void> => {
  await page.click('#tab-file');
  await page.waitForSelector('.cm-content');
};
const line = (page: Page, text: string): Locator => page.locator('.cm-line', { hasText: text });
/** Puts the cursor behind a line. */
async function goToEnd(page: Page, text: string): Promise<void> {
  await line(page, text).click();
  await page.keyboard.press('End');
}

describe.skipIf(!hasChromium)('the file in the studio', () => {
  it('changes when a stage is swapped in the flow, and back', async () => {
    const { page, problems, close } = await opened();
    await openEditor(page);
    await untilText(page, TEXT);
    await page.focus('.flow select.swap');
    await page.keyboard.press('s'); // the first that begins so
    const swapped = TEXT.replace('- relu', '- sigmoid');
    await untilText(page, swapped);
    await page.locator('.stage.activations .name', { hasText: 'sigmoid' }).waitFor();
    await page.click('h1');
    await page.keyboard.press('Control+z');
    await untilText(page, TEXT);
    await page.keyboard.press('Control+Shift+z');
    await untilText(page, swapped);
    await page.click('#undo');
    await untilText(page, TEXT);
    await page.locator('.stage.activations .name', { hasText: 'relu' }).waitFor();
    expect(await page.isDisabled('#undo')).toBe(true);
    expect(problems).toEqual([]);
    await close();
  });

  it('is opened once, not at every change, while one follows another', async () => {
    const { page, problems, close } = await opened(TEXT, true);
    for (let i = 0; i < 16; i++) {
      const name = i % 2 === 0 ? 'sigmoid' : 'relu';
      await page.selectOption('.flow select.swap', name);
      await page.locator('.stage.activations .name', { hasText: name }).waitFor();
    }
    await untilStatus(page, 'waiting');
    await page.click('h1');
    while (await page.isEnabled('#undo')) await page.keyboard.press('Control+z');
    await untilStatus(page, 'waiting');
    let threads = 0;
    page.on('worker', () => threads++);
    // at once, as by a key that is held down, however slow the machine is
    await page.evaluate("for (let i = 0; i < 16; i++) document.querySelector('#redo').click()");
    await page.locator('.stage.activations .name', { hasText: 'relu' }).waitFor();
    await untilStatus(page, 'waiting');
    const cores = await page.evaluate<number>('navigator.hardwareConcurrency');
    expect(threads).toBeLessThanOrEqual(4 * (cores - 1));
    expect(problems).toEqual([]);
    await close();
  });

  it('is changed by the form of a stage, and fills it', async () => {
    const { page, problems, close } = await opened();
    await page.click('[data-place="network.0"]');
    expect(await page.inputValue('#option-units')).toBe('8');
    await page.fill('#option-weights', '{normal: 0.01}');
    await page.keyboard.press('Tab');
    await page.selectOption('#option-bias', 'false');
    await page.fill('#option-units', '0');
    await page.keyboard.press('Enter');
    await page.locator('.option', { hasText: 'expected at least 1, found 0' }).waitFor();
    expect(await page.getAttribute('#option-units', 'aria-invalid')).toBe('true');
    await page.fill('#option-units', '');
    await page.keyboard.press('Enter');
    await page.selectOption('#option-bias', '');
    await page.fill('#option-units', '9');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#option-units[aria-invalid="false"]');
    await openEditor(page);
    await untilText(page, TEXT.replace('{ units: 8 }', '{ weights: { normal: 0.01 }, units: 9 }'));
    expect(problems).toEqual([]);
    await close();
  });

  it('sets epochs and seed', async () => {
    const { page, close } = await opened();
    await openEditor(page);
    await page.fill('#option-epochs', '5');
    await page.keyboard.press('Enter');
    await page.fill('#option-seed', '-1');
    await page.keyboard.press('Enter');
    await page.locator('.option', { hasText: 'found -1' }).waitFor();
    await page.fill('#option-seed', '');
    await page.keyboard.press('Enter');
    await untilText(page, TEXT.replace('seed: 1\nepochs: 2', 'epochs: 5'));
    await page.locator('#epoch-count', { hasText: 'epoch 0 of 5' }).waitFor();
    await close();
  });

  it('has stages added, moved and removed from the panel of one', async () => {
    const { page, close } = await opened();
    await page.click('[data-place="network.1"]');
    await page.selectOption('#add', 'dropout');
    await page.locator('#panel-stage h3', { hasText: 'dropout network.2' }).waitFor();
    await page.click('#move-up');
    await page.locator('#panel-stage h3', { hasText: 'dropout network.1' }).waitFor();
    await page.selectOption('#swap', 'dropout2d');
    await page.click('[data-place="network.2"]');
    await page.click('#remove');
    await openEditor(page);
    await untilText(page, TEXT.replace('- relu # max(0, x)', '- dropout2d'));
    await page.click('[data-place="test.0"]');
    await page.click('#move-up');
    await page.locator('.problems', { hasText: 'it is the first of its list' }).waitFor();
    await close();
  });

  it('shows an activation and its derivative', async () => {
    const { page, close } = await opened();
    await page.click('[data-place="network.1"]');
    const curve = page.locator('.plot-of path.value');
    await curve.waitFor();
    const relu = await curve.getAttribute('d');
    await page.selectOption('#swap', 'tanh');
    await page.locator('#panel-stage h3', { hasText: 'tanh' }).waitFor();
    await expect.poll(() => curve.getAttribute('d'), PATIENCE).not.toBe(relu);
    expect(await page.textContent('#steepest')).toBe('The derivative is at most 1, at x = 0.');
    expect(await page.textContent('.plot-of .steepest')).toBe('1');
    expect(await page.locator('.plot-of .x.tick').allTextContents()).toEqual(['-4', '-2', '0', '2', '4']);
    expect(await page.locator('.plot-of .y.tick').allTextContents()).toEqual(['-0.5', '0', '0.5', '1']);
    await close();
  });

  it('tells a mistake at its line, as the command line does', async () => {
    const { page, problems, close } = await opened();
    await openEditor(page);
    await goToEnd(page, '- relu');
    for (const _ of '# max(0, x)') await page.keyboard.press('Backspace');
    await page.keyboard.press('Backspace');
    await page.keyboard.type('u');
    await page.keyboard.press('Escape');
    await page.locator('.cm-lintRange-error', { hasText: 'reluu' }).waitFor();
    await page
      .locator('.problems .error', { hasText: 'error, line 10: unknown stage "reluu"; did you mean "relu"?' })
      .waitFor();
    await page.locator('.cm-lintRange-error').hover();
    await page.locator('.cm-tooltip', { hasText: 'unknown stage "reluu"' }).waitFor();
    await page.focus('.cm-content');
    while (await page.isEnabled('#undo')) await page.keyboard.press('Control+z');
    await untilText(page, TEXT);
    expect(problems).toEqual([]);
    await close();
  });

  it('completes stages and options, and says what they mean', async () => {
    const { page, problems, close } = await opened();
    await openEditor(page);
    await goToEnd(page, '- relu');
    await page.keyboard.press('Enter');
    await page.keyboard.type('- si');
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'sigmoid' }).waitFor();
    await page.locator('.cm-completionInfo', { hasText: 'y = 1 / (1 + exp(-x))' }).waitFor();
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'sigmoid' }).click();
    await untilText(page, TEXT.replace('  - relu # max(0, x)\n', '  - relu # max(0, x)\n  - sigmoid\n'));
    await untilStatus(page, 'waiting'); // what is said of the file moves the editor
    await page.locator('.cm-line', { hasText: '- sgd' }).locator('text=learningRate').first().hover();
    await page.locator('.cm-tooltip', { hasText: 'How far to go against the gradient' }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('says in Chinese, too, what stages and options are', async () => {
    const context = { locale: 'zh-CN', viewport: { width: 1280, height: 1200 } };
    const { page, problems, close } = await openStudio(browser, { fragment: fragmentOf('tiny.yaml', TEXT), context });
    await page.click('[data-place="network.0"]');
    await page.locator('#option-units-hint', { hasText: 'H，输出的个数' }).waitFor();
    expect(await page.textContent('#summary')).toBe('全连接层：y = x W + b，每个输出都是所有输入的加权和');
    expect(await page.locator('#add optgroup[label="激活函数"]').count()).toBe(1);
    expect(await page.locator('#add option[title^="丢弃法"]').textContent()).toBe('dropout');
    await openEditor(page);
    await page.locator('#option-epochs-hint', { hasText: '训练把全部数据看多少遍' }).waitFor();
    await line(page, '- sgd').locator('text=learningRate').first().hover();
    await page.locator('.cm-tooltip', { hasText: 'learningRate · 数，大于 0学习率：沿梯度的反方向走多远' }).waitFor();
    await goToEnd(page, '- relu');
    await page.keyboard.press('Enter');
    await page.keyboard.type('- softm');
    await page.locator('.cm-tooltip-autocomplete .cm-completionDetail', { hasText: '激活函数' }).waitFor();
    await page.locator('.cm-completionInfo', { hasText: '逐行计算' }).waitFor();
    await page.selectOption('select:has(option[value="en"])', 'en');
    await page.click('[data-place="network.0"]');
    await page.locator('#option-units-hint', { hasText: 'H, the number of outputs' }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('lets the keyboard into the editor, and out of it', async () => {
    const { page, close } = await opened();
    await openEditor(page);
    await page.focus('#option-seed');
    await page.keyboard.press('Tab');
    const isInside = () => page.evaluate("document.activeElement === document.querySelector('.editor')");
    expect(await isInside()).toBe(true);
    await page.keyboard.press('Tab');
    expect(await isInside()).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await isInside()).toBe(false);
    await close();
  });

  it('is loaded with its editor only when it is opened', async () => {
    const { page, close } = await opened();
    const isLoaded = () =>
      page.evaluate("performance.getEntriesByType('resource').some(({ name }) => /editor/.test(name))");
    expect(await isLoaded()).toBe(false);
    await openEditor(page);
    expect(await isLoaded()).toBe(true);
    await close();
  });

  it.each(['light', 'dark'] as const)('is open to all, on a narrow page too: %s', async (colorScheme) => {
    const context = { viewport: { width: 390, height: 900 }, colorScheme };
    const { page, close } = await openStudio(browser, { fragment: fragmentOf('tiny.yaml', TEXT), context });
    const axe = await readFile(
      fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)),
      'utf8',
    );
    await page.evaluate(axe);
    const expectFit = async () => {
      expect(
        await page.evaluate(
          "axe.run('main').then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))",
        ),
      ).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    };
    await page.click('[data-place="network.0"]');
    await page.fill('#option-units', '0');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[aria-invalid="true"]');
    await expectFit();
    await page.click('[data-place="network.1"]');
    await page.waitForSelector('.plot-of');
    await expectFit();
    await openEditor(page);
    await page.click('#share');
    await page.waitForSelector('#link');
    await expectFit();
    await close();
  });

  it('is opened, dropped, and saved', async () => {
    const { page, close } = await opened();
    await openEditor(page);
    const other = TEXT.replace('tiny', 'other');
    await page.setInputFiles('#file-chooser', { name: 'other.yaml', mimeType: '', buffer: Buffer.from(other) });
    await untilText(page, other);
    expect(await page.locator('#preset').inputValue()).toBe('other.yaml');
    await page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([${JSON.stringify(TEXT)}], 'dropped.yml'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    }`);
    await untilText(page, TEXT);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-file')]);
    expect(download.suggestedFilename()).toBe('dropped.yml');
    expect(await readFile(await download.path(), 'utf8')).toBe(TEXT);
    await page.setInputFiles('#file-chooser', { name: 'big.yaml', mimeType: '', buffer: Buffer.alloc(2_000_000) });
    await page.locator('.problems', { hasText: 'big.yaml is too large' }).waitFor();
    await close();
  });

  it('is shared by a link that opens it on another page', async () => {
    const { page, problems, close } = await opened();
    await page.selectOption('.flow select.swap', 'sigmoid');
    await openEditor(page);
    const text = TEXT.replace('- relu', '- sigmoid');
    await untilText(page, text);
    await page.click('#share');
    const link = await page.inputValue('#link');
    const visitor = await browser.newPage();
    await visitor.goto(link);
    await openEditor(visitor);
    await untilText(visitor, text);
    expect(await visitor.locator('.file-bar strong').textContent()).toBe('tiny.yaml');
    await visitor.close();
    expect(problems).toEqual([]);
    await close();
  });

  it('is still there, as it was changed, when the page is loaded anew', async () => {
    const { page, problems, close } = await opened();
    await page.selectOption('.swap', 'tanh');
    await page.locator('[data-place="network.1"]', { hasText: 'tanh' }).waitFor();
    await page.reload();
    await page.locator('[data-place="network.1"]', { hasText: 'tanh' }).waitFor();
    const note = page.locator('.problems .note', { hasText: 'as you left it' });
    await note.waitFor();
    await page.click('#undo');
    await page.locator('[data-place="network.1"]', { hasText: 'relu' }).waitFor();
    expect(await note.count()).toBe(0);
    expect(await page.isDisabled('#undo')).toBe(true);
    await page.reload();
    await page.locator('[data-place="network.1"]', { hasText: 'relu' }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('is opened at the line of a mistake, and at that of a stage', async () => {
    const { page, problems, close } = await opened();
    const wrong = fragmentOf('long.yaml', `${TEXT.replace('relu', 'reluu')}${'# more\n'.repeat(200)}`);
    await page.evaluate(`location.hash = ${JSON.stringify(wrong)}`);
    await page.locator('.problems .link', { hasText: 'error, line 10' }).click();
    const active = page.locator('.cm-activeLine');
    await active.filter({ hasText: 'reluu' }).waitFor();
    expect(await page.evaluate('document.activeElement.className')).toBe('editor');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Control+End');
    await page.click('#tab-training');
    await page.selectOption('#preset', 'digits.yaml');
    await page.click('[data-place="train.4"]');
    await page.click('#in-file');
    await active.filter({ hasText: 'sgd' }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('says so where a part of the page cannot be loaded, and loads the page anew when its server answers', async () => {
    const { page, url, close } = await openStudio(browser, { context: { serviceWorkers: 'block' } });
    const parts = [
      ['#tab-file', '**/editor.js', '.cm-content'],
      ['#tab-guide', '**/guide-en.js', '#open-chapter'],
      ['[data-place="network.0"]', '**/stages.json', '.docstring'],
    ] as const;
    for (const [opener, address, content] of parts) {
      await page.route(address, (route) => route.abort());
      await page.click(opener);
      const missing = page.locator('.not-loaded', { hasText: 'could not be loaded' });
      await missing.waitFor();
      const isPage = ({ href }: URL) => href === url;
      await page.route(isPage, (route) => route.abort());
      await missing.getByRole('button').click();
      await page.locator('.not-loaded', { hasText: 'does not answer yet' }).waitFor();
      await page.unrouteAll();
      await Promise.all([page.waitForEvent('load'), missing.getByRole('button').click()]);
      await untilStatus(page, 'waiting');
      await page.click(opener);
      await page.waitForSelector(content);
    }
    await close();
  });

  it('runs nothing of a link, and tells what is wrong with one', async () => {
    const { page, url, close } = await opened();
    const visit = (fragment: string) => page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
    await visit(fragmentOf('evil.yaml', `plugins: [https://page.test/evil.js]\n${TEXT}`));
    await page.locator('.problems .error', { hasText: 'line 1: a page does not load plug-ins' }).waitFor();
    expect(await page.isDisabled('#play')).toBe(true);
    await visit('#file=AAAA');
    await page.locator('.problems', { hasText: 'the link is damaged' }).waitFor();
    await visit(fragmentOf('bomb.yaml', '#'.repeat(200_000_000)));
    await page.locator('.problems', { hasText: 'the file is too large for a link' }).waitFor();
    const requests = await page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)");
    expect((requests as string[]).filter((name) => !name.startsWith(url))).toEqual([]);
    await close();
  });
});
