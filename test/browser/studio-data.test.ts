/** Data of one's own in the studio, and data that it has at hand. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { png } from '../../src/report/png.js';
import { hasChromium, startChromium } from './chromium.js';
import { openStudio, untilStatus } from './studio.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Packed, as it is published. */
const mnist = process.env.MARBLENET_DATA ?? '';
const hasMnist = existsSync(join(mnist, 'train-images-idx3-ubyte.gz'));

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'marblenet-'));
  if (hasChromium) browser = await startChromium();
});

afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

describe.skipIf(!hasChromium)('data in the studio', () => {
  it('learns from a table of one’s own', async () => {
    const { page, problems, close } = await openStudio(browser);
    await page.click('#tab-data');
    await page.setInputFiles('#own-files', fromRoot('pipelines/data/iris.csv'));
    await page.waitForSelector('.target');
    await page.click('.learn-table');
    await page.locator('#data-report', { hasText: 'csv' }).waitFor();
    // four columns, 32 units: known since the table was read
    expect(await page.textContent('[data-place="network.0"] .learned')).toContain('160');
    await page.click('#play');
    await untilStatus(page, 'ended');
    await page.click('#tab-training');
    expect(await page.locator('#confusion tbody th').allTextContents()).toEqual(['setosa', 'versicolor', 'virginica']);
    expect(problems).toEqual([]);
    await close();
  });

  it('reads the table of a shared pipeline once it is dropped, and asks a column of words in words', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i % 5},${['red', 'blue', 'green'][i % 3]},${'xy'[i % 2]}`);
    const table = join(folder, 'colours.csv');
    await writeFile(table, `size,colour,kind\n${rows.join('\n')}\n`);
    const first = await openStudio(browser);
    await first.page.click('#tab-data');
    await first.page.setInputFiles('#own-files', table);
    await first.page.click('.learn-table');
    await first.page.locator('#data-report', { hasText: 'csv' }).waitFor();
    await first.page.click('#tab-file');
    await first.page.click('#share');
    const link = new URL(await first.page.inputValue('#link'));
    await first.close();

    const { page, problems, close } = await openStudio(browser);
    await page.evaluate(`location.hash = ${JSON.stringify(link.hash)}`);
    await page.locator('.problems', { hasText: 'It reads colours.csv, which this page does not have' }).waitFor();
    await page.click('#to-data');
    await page.setInputFiles('#own-files', table);
    await untilStatus(page, 'waiting');
    expect(await page.locator('.learn-table').count()).toBe(1);
    await page.locator('#tab-draw', { hasText: 'Ask' }).click();
    const colour = page.getByLabel('colour');
    const other = (await colour.inputValue()) === '0' ? '1' : '0';
    await colour.selectOption(other);
    await page.locator('#reasons tr', { hasText: /= (red|blue|green)1/ }).waitFor();
    expect(await colour.inputValue()).toBe(other);
    expect(problems).toEqual([]);
    await close();
  });

  it.each(['data/', 'https://page.test/'])('takes a file for the one that a pipeline names in %s', async (where) => {
    const [text, table] = await Promise.all(
      ['iris.yaml', 'data/iris.csv'].map((name) => readFile(fromRoot(`pipelines/${name}`), 'utf8')),
    );
    const named = text.replace('data/iris.csv', `${where}iris.csv`);
    const { page, problems, close } = await openStudio(browser);
    await page.click('#tab-file');
    await page.setInputFiles('#file-chooser', { name: 'iris.yaml', mimeType: '', buffer: Buffer.from(named) });
    await page.locator('.problems', { hasText: `It reads ${where}iris.csv, which this page does not have` }).waitFor();
    const dropped = await page.evaluateHandle(`(() => {
      const given = new DataTransfer();
      given.items.add(new File([${JSON.stringify(table)}], 'iris.csv'));
      return given;
    })()`);
    await page.dispatchEvent('main', 'drop', { dataTransfer: dropped });
    await untilStatus(page, 'waiting');
    await page.click('#tab-data');
    await page.locator('#data-report', { hasText: 'csv' }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('opens a pipeline with the one that it extends, whichever is given first', async () => {
    const base = 'name: base\nepochs: 3\ndata: [points: {}, oneHot]\nnetwork: [dense: { units: 2 }]\n';
    const steps = 'forward, softmaxCrossEntropy';
    const files = {
      base: `${base}train: [shuffleBatch: { size: 10 }, ${steps}, backward, sgd: { learningRate: 0.1 }]\ntest: [batch: { size: 10 }, ${steps}, accuracy]\n`,
      other: 'extends: base.yaml\nepochs: 7\n',
    };
    const given = Object.entries(files).map(([name, text]) => ({
      name: `${name}.yaml`,
      mimeType: '',
      buffer: Buffer.from(text),
    }));
    const { page, problems, close } = await openStudio(browser);
    await page.click('#tab-data');
    await page.setInputFiles('#own-files', [given[1]]);
    await page
      .locator('.problems .error', { hasText: 'line 1: extends base.yaml: this page has no such file' })
      .waitFor();
    await page.setInputFiles('#own-files', [given[0]]);
    await untilStatus(page, 'waiting');
    expect(await page.textContent('#epoch-count')).toBe('epoch 0 of 7');
    await page.selectOption('#preset', 'digits.yaml');
    await page.setInputFiles('#own-files', given);
    await page.locator('#epoch-count', { hasText: 'epoch 0 of 7' }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('learns from a folder of pictures', async () => {
    for (const [name, level] of [
      ['dark', 20],
      ['light', 220],
    ] as const) {
      await mkdir(join(folder, 'shades', name), { recursive: true });
      for (let i = 0; i < 20; i++) {
        const data = new Uint8Array(8 * 8).fill(level + i);
        await writeFile(join(folder, 'shades', name, `${i}.png`), png({ width: 8, height: 8, channels: 1, data }));
      }
    }
    const { page, problems, close } = await openStudio(browser);
    await page.click('#tab-data');
    await page.setInputFiles('#own-folder', join(folder, 'shades'));
    await page.getByRole('button', { name: 'Learn from these pictures' }).click();
    await page.locator('#data-report', { hasText: 'images' }).waitFor();
    await page.click('#epoch');
    await page.waitForSelector('#status[data-status="paused"]');
    expect(await page.textContent('#epoch-count')).toContain('epoch 1 of');
    expect(problems).toEqual([]);
    await close();
  });

  it('says what it cannot learn from', async () => {
    const { page, close } = await openStudio(browser);
    await page.click('#tab-data');
    await page.setInputFiles('#own-files', fromRoot('package.json'));
    expect(await page.textContent('#drop [role="alert"]')).toContain('There is nothing to learn from');
    await close();
  });

  it('paints what the network says over the plane', async () => {
    const { page, problems, close } = await openStudio(browser);
    await page.click('#tab-data');
    await page.getByRole('button', { name: 'Circles' }).click();
    await page.locator('#data-report', { hasText: 'points' }).waitFor();
    await page.click('#tab-training');
    await page.waitForSelector('#surface');
    const before = await page.locator('#surface').screenshot();
    await page.click('#play');
    await untilStatus(page, 'ended');
    expect((await page.locator('#surface').screenshot()).equals(before)).toBe(false);
    expect(await page.textContent('#accuracy')).toMatch(/^(9\d|100)/);
    expect(problems).toEqual([]);
    await close();
  });

  it.skipIf(!hasMnist)('learns from MNIST by a button', async () => {
    const { page, problems, close } = await openStudio(browser, { mnist });
    await page.click('#tab-data');
    await page.click('#mnist');
    await page.locator('#data-report', { hasText: /mnist: 60.000 examples/ }).waitFor();
    await page.click('#epoch');
    await untilStatus(page, 'paused');
    expect(Number.parseFloat(String(await page.textContent('#accuracy')))).toBeGreaterThan(80);
    expect(problems).toEqual([]);
    await close();
  });
});
