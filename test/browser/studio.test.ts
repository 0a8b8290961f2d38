/** The studio as a person uses it: the flow, and training. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from './chromium.js';
import { openStudio, untilStatus } from './studio.js';

const DIGITS = `name: digits
seed: 42
epochs: 2
data: [digits: { train: 2000, test: 200 }, normalize: { divisor: 255 }, oneHot: { classes: 10 }]
network: [dense: { units: 50 }, relu, dense: { units: 10 }]
train: [shuffleBatch: { size: 100 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }, mean: { of: loss }]
test: [batch: { size: 60 }, forward, softmaxCrossEntropy, accuracy]
`;

const command = fileURLToPath(new URL('../../bin/pipeline.js', import.meta.url));

/** What the command line makes of it, on as many threads. */
async function weightsOfCommand(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'marblenet-'));
  try {
    await writeFile(join(folder, 'digits.yaml'), text);
    const out = execFileSync(process.execPath, [command, 'run', 'digits.yaml', '--json', '--no-out'], { cwd: folder });
    const events = out
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    return events.at(-1).weights;
  } finally {
    await rm(folder, { recursive: true });
  }
}

let browser: Browser;

beforeAll(async () => {
  if (hasChromium) browser = await startChromium();
});

afterAll(() => browser?.close());

describe.skipIf(!hasChromium)('the studio', () => {
  it.each([
    ['isolated, with threads', true],
    ['as any server serves it, on one thread', false],
  ])('trains to the weights of the command line, also where steps were looked at: %s', async (_, isolated) => {
    const { page, problems, close } = await openStudio(browser, { text: DIGITS, isolated });
    await page.click('#step');
    await page.click('#stage-step');
    await page.waitForSelector('.marble');
    await page.click('[data-place="network.0"]');
    await page.click('#tab-training');
    await page.click('#epoch');
    await page.waitForSelector('#status[data-status="paused"]');
    await page.click('#play');
    await untilStatus(page, 'ended');
    expect(await page.textContent('#weights')).toBe(await weightsOfCommand(DIGITS));
    expect(await page.textContent('#step-count')).toContain('40');
    expect(problems).toEqual([]);
    await close();
  });

  it('goes through a step stage by stage: forward, and back again', async () => {
    const { page, problems, close } = await openStudio(browser, { text: DIGITS });
    const places: (string | null)[] = [];
    for (let press = 0; press < 10; press++) {
      await page.click('#stage-step');
      await page.waitForSelector(`[data-stop="${press}"]`);
      places.push(await page.getAttribute('[data-here]', 'data-place'));
    }
    expect(places).toEqual([
      'train.0',
      'network.0',
      'network.1',
      'network.2',
      'train.1',
      'train.2',
      'network.2',
      'network.1',
      'network.0',
      'train.3',
    ]);
    expect(problems).toEqual([]);
    await close();
  });

  it('pauses, goes on, and begins anew', async () => {
    const { page, problems, close } = await openStudio(browser, {
      text: DIGITS.replace('epochs: 2', 'epochs: 100000'),
    });
    await page.click('#play');
    await page.locator('#step-count', { hasText: /step [1-9]/ }).waitFor();
    await page.click('#play');
    await untilStatus(page, 'paused');
    const step = await page.textContent('#step-count');
    await page.click('#step');
    await page
      .locator('#step-count')
      .filter({ hasNotText: String(step) })
      .waitFor();
    await page.click('#reset');
    await untilStatus(page, 'waiting');
    expect(await page.textContent('#step-count')).toBe('step 0');
    expect(problems).toEqual([]);
    await close();
  });

  it('shows the loss of a step, and what follows from it, when the batch has come so far', async () => {
    // so fast that one step is seen in what it says
    const { page, problems, close } = await openStudio(browser, { text: DIGITS.replace('0.1', '0.9') });
    const accuracy = await page.textContent('#accuracy');
    const press = async (times: number) => {
      for (let i = 0; i < times; i++) {
        const stop = await page.getAttribute('#flow', 'data-stop');
        await page.click('#stage-step');
        await page.waitForSelector(`[data-stop="${Number(stop ?? -1) + 1}"]`);
      }
    };
    await press(5); // forward
    await page.click('[data-place="train.2"]');
    expect(await page.locator('#loss').count()).toBe(0);
    expect(await page.locator('#batch-loss').count()).toBe(0);
    await press(1);
    const loss = await page.textContent('#loss');
    expect(loss).toMatch(/^loss 2\.\d+$/);
    expect(await page.textContent('#batch-loss')).toBe(`The loss of this batch: ${String(loss).slice('loss '.length)}`);
    await press(4); // back
    expect(await page.textContent('#accuracy')).toBe(accuracy);
    await press(1);
    await page
      .locator('#accuracy')
      .filter({ hasNotText: String(accuracy) })
      .waitFor();
    expect(await page.textContent('#loss')).toBe(loss);
    for (const [place, words] of [
      ['data.1', 'when the data were read'],
      ['train.3', 'the gradient goes back'],
      ['train.4', 'against its gradient'],
      ['test.3', 'after each epoch'],
    ]) {
      await page.click(`[data-place="${place}"]`);
      await page.locator('#panel-stage .hint', { hasText: words }).waitFor();
    }
    expect(problems).toEqual([]);
    await close();
  });

  it('trains on when it has ended, as the run does that was to have so many epochs, and the keyboard stays', async () => {
    const { page, problems, close } = await openStudio(browser, { text: DIGITS });
    await page.focus('#play');
    for (const steps of ['40', '80']) {
      await page.keyboard.press('Enter');
      await page.locator('#step-count', { hasText: `step ${steps}` }).waitFor();
      await untilStatus(page, 'ended');
      expect(await page.evaluate('document.activeElement.id')).toBe('play');
    }
    await page.click('#tab-training');
    expect(await page.textContent('#weights')).toBe(await weightsOfCommand(DIGITS.replace('epochs: 2', 'epochs: 4')));
    expect(await page.locator('.runs label').count()).toBe(1);
    expect(await page.textContent('#epoch-count')).toBe('epoch 4 of 4');
    await page.click('#stage-step');
    await page.waitForSelector('[data-stop="0"]');
    expect(await page.textContent('#epoch-count')).toBe('epoch 4 of 5');
    await page.click('#undo');
    await untilStatus(page, 'waiting');
    expect(await page.textContent('#epoch-count')).toBe('epoch 0 of 4');
    expect(problems).toEqual([]);
    await close();
  });

  it('does not go on where a longer run would be another', async () => {
    const { page, problems, close } = await openStudio(browser, {
      text: DIGITS.replace('learningRate: 0.1', 'learningRate: 0.1, schedule: cosine'),
    });
    await page.click('#play');
    await untilStatus(page, 'ended');
    await page.click('#play');
    await page.getByText('the schedule cosine leads to the end').waitFor();
    await untilStatus(page, 'ended');
    expect(problems).toEqual([]);
    await close();
  });

  it('shows the numbers of a stage, and what it has learned', async () => {
    const { page, close } = await openStudio(browser, { text: DIGITS });
    await page.click('#step');
    await page.click('[data-place="network.0"]');
    await page.waitForSelector('.tensor');
    const titles = await page.locator('.tensor figcaption strong').allTextContents();
    expect(titles).toHaveLength(6); // what it gave, dx, W and b, dW and db
    expect(await page.textContent('.docstring')).toContain('y = x W + b');
    expect(await page.textContent('.docstring pre')).toMatch(/^x: {2}--\[1, 2\]---\|\n {4}dense/);
    expect(await page.locator('.docstring strong').allTextContents()).toContain('Backward:');
    expect(await page.textContent('.docstring')).not.toContain('`');
    await close();
  });

  it('trains without WebAssembly, too, and says that it does', async () => {
    const without = await startChromium('--js-flags=--jitless');
    const { page, problems, close } = await openStudio(without, {
      text: DIGITS.replace('train: 2000', 'train: 200'),
    });
    expect(await page.evaluate('typeof WebAssembly')).toBe('undefined');
    await page.click('#epoch');
    await untilStatus(page, 'paused');
    await page.locator('#panel-training', { hasText: 'there is no WebAssembly' }).waitFor();
    await page.click('#tab-save');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save-run')]);
    expect((await readFile(await download.path())).toString('latin1')).toContain("the textbook's loops");
    expect(problems).toEqual([]);
    await close();
    await without.close();
  });

  it('says so where its worker cannot be loaded', async () => {
    const { url, close } = await openStudio(browser);
    const other = await browser.newPage({ serviceWorkers: 'block' });
    await other.route('**/worker.js', (route) => route.abort());
    await other.goto(url);
    await other.locator('.problems .error', { hasText: 'the part of the page that trains' }).waitFor();
    expect(await other.getAttribute('#status', 'data-status')).toBe('failed');
    await other.close();
    await close();
  });

  it('says which stage diverged, and goes on with another learning rate', async () => {
    const { page, problems, close } = await openStudio(browser, { text: DIGITS.replace('0.1', '1e30') });
    await page.click('#play');
    await untilStatus(page, 'failed');
    expect(await page.textContent('.problems')).toContain('training has diverged; try a smaller learningRate');
    expect(problems).toEqual([]);
    await close();
  });
});
