/** Drawing in the studio, asking why, and taking the model away: as a person does, in Debian's Chromium. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOnnx } from '../../src/core/formats/read-onnx.js';
import { hasChromium, startChromium } from './chromium.js';
import { openStudio, untilStatus } from './studio.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let browser: Browser;
let folder: string;
let digits: string;

beforeAll(async () => {
  if (!hasChromium) return;
  browser = await startChromium();
  folder = await mkdtemp(join(tmpdir(), 'marblenet-'));
  const preset = await readFile(fromRoot('pipelines/offline.yaml'), 'utf8');
  digits = preset.replace('epochs: 16', 'epochs: 2');
});

afterAll(async () => {
  await browser?.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

const pipeline = async (...words: string[]): Promise<string> => {
  const given = { cwd: folder, env: { ...process.env, MARBLENET_RUNS: 'none' } };
  const { stdout } = await promisify(execFile)(process.execPath, [fromRoot('dist/bin/main.js'), ...words], given);
  return stdout;
};

/** Chooses files in the panel that takes a model away, and waits until they are read. */
async function open(page: Page, ...files: (readonly [name: string, content: string | Uint8Array])[]): Promise<void> {
  await page.click('#tab-save');
  const given = files.map(([name, content]) => ({ name, mimeType: '', buffer: Buffer.from(content) }));
  await page.setInputFiles('#open-model', given);
  await page.locator('#opened', { hasText: 'is open' }).waitFor();
  await untilStatus(page, 'waiting');
}

/** Draws a 7 with the mouse. */
async function drawSeven(page: Page): Promise<void> {
  await page.click('#tab-draw');
  const box = await page.locator('#sheet').boundingBox();
  if (box === null) throw new Error('there is no sheet');
  const to = (x: number, y: number) => page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 6 });
  await to(0.28, 0.25);
  await page.mouse.down();
  await to(0.72, 0.25);
  await to(0.45, 0.82);
  await page.mouse.up();
}

/** Asks what speaks for a class; the answer is to all that was drawn before. */
async function askAbout(page: Page, name: string): Promise<void> {
  await page.click(`#classes [data-class="${name}"]`);
  await page.locator(`#classes [data-class="${name}"][aria-pressed="true"]`).waitFor();
}

/** What is written beside each class. */
const probabilities = (page: Page): Promise<string[]> => page.locator('#classes .value').allTextContents();

/** The file that a button saves. */
async function saved(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
  return readFile(await download.path());
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

describe.runIf(hasChromium)('the studio', () => {
  it.each([
    ['on one thread', false],
    ['with threads', true],
  ])('reads a 7 that is drawn, and so does the command line with the model that is saved: %s', async (_, isolated) => {
    const { page, problems, close } = await openStudio(browser, { text: digits, isolated });
    await drawSeven(page);
    await page.locator('#classes').waitFor();
    expect(await page.textContent('#panel-draw')).toContain('It has learned nothing yet');

    await page.click('#play');
    await page.click('#tab-stage');
    await page.click('[data-place="network.0"]');
    await page.click('#tab-draw');
    await untilStatus(page, 'ended');
    await page.locator('#classes .best[data-class="7"]').waitFor();

    await askAbout(page, '2');
    expect(await page.textContent('#reasons')).toContain('What speaks for 2');
    expect(await page.locator('#on-the-way li').count()).toBe(3);
    const drawn = await page.evaluate("document.querySelector('#sheet canvas').toDataURL().split(',')[1]");
    const written = await probabilities(page);

    await page.click('#tab-save');
    await writeFile(join(folder, 'model.safetensors'), await saved(page, '#save-model'));
    await writeFile(join(folder, 'drawn.png'), Buffer.from(String(drawn), 'base64'));
    const said = JSON.parse(await pipeline('predict', 'model.safetensors', 'drawn.png', '--json'));
    expect(said.probabilities.map(percent)).toEqual(written);

    // to look and to ask has changed nothing of what it learned
    await writeFile(join(folder, 'given.yaml'), digits);
    const lines = (await pipeline('run', 'given.yaml', '--json')).trim().split('\n');
    const { weights } = JSON.parse(lines[lines.length - 1]);
    expect(await page.textContent('#weights')).toBe(weights);
    expect(problems).toEqual([]);
    await close();
  });

  it('asks again while it learns', async () => {
    const { page, problems, close } = await openStudio(browser, {
      text: digits.replace('epochs: 2', 'epochs: 100000'),
    });
    await drawSeven(page);
    await page.locator('#classes').waitFor();
    await page.click('#play');
    await page.locator('#classes .best[data-class="7"] .value', { hasText: /^(100|[5-9]\d)\.\d %/ }).waitFor();
    expect(await page.getAttribute('#status', 'data-status')).toBe('playing');
    await page.click('#clear-drawing');
    await page.locator('#classes').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await close();
  });

  it('is drawn on by the keys', async () => {
    const { page, problems, close } = await openStudio(browser);
    await page.click('#tab-draw');
    await page.focus('#sheet');
    await page.keyboard.press('Space');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowLeft']) await page.keyboard.press(key);
    expect(await page.textContent('#sheet [role="status"]')).toBe('pen down, 43 % from the left, 71 % from the top');
    await page.keyboard.press('Space');
    await page.locator('#classes').waitFor();
    expect(await probabilities(page)).toHaveLength(10);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Delete');
    await page.locator('#classes').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await close();
  });

  it('is drawn on by a finger, and the page does not scroll meanwhile', async () => {
    const { page, problems, close } = await openStudio(browser, {
      context: { hasTouch: true, viewport: { width: 390, height: 700 } },
    });
    await page.click('#tab-draw');
    await page.locator('#sheet').scrollIntoViewIfNeeded();
    const box = await page.locator('#sheet').boundingBox();
    const scrolled = await page.evaluate('scrollY');
    const touch = await page.context().newCDPSession(page);
    const at = (share: number) => [{ x: (box?.x ?? 0) + 150, y: (box?.y ?? 0) + share * (box?.height ?? 0) }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0.2) });
    for (const share of [0.4, 0.6, 0.8]) {
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(share) });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.locator('#classes').waitFor();
    expect(await page.evaluate('scrollY')).toBe(scrolled);
    await page.click('#undo-stroke');
    await page.locator('#classes').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
    await close();
  });

  it('asks about a mistake, and goes through the examples from there', async () => {
    const { page, problems, close } = await openStudio(browser, { text: digits.replace('epochs: 2', 'epochs: 1') });
    await page.click('#tab-training');
    await page.click('#play');
    await untilStatus(page, 'ended');
    await page.getByText('of 2000 examples').waitFor(); // all of the test: judged once more, at the end
    const mistake = page.locator('#mistakes button').first();
    const [truth, taken] = String(await mistake.textContent()).split(' → ');
    await mistake.click();
    await page.locator('#truth', { hasText: `It is a ${truth}, but is taken for ${taken}.` }).waitFor();
    expect(await page.locator('#sheet .pixels').count()).toBe(1); // it lies on the sheet
    const which = await page.textContent('#examples');
    await page.click('#next-example');
    expect(await page.textContent('#examples')).not.toBe(which);
    expect(problems).toEqual([]);
    await close();
  });

  it('leaves a drawing on its sheet where a network takes no pictures, and reads it when one does', async () => {
    const { page, problems, close } = await openStudio(browser);
    await drawSeven(page);
    await page.locator('#classes').waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('#save-drawing')]);
    expect(file.suggestedFilename()).toBe('drawing.png');
    await file.saveAs(join(folder, 'drawing.png'));
    await page.click('#tab-save');
    expect(await page.locator('.command', { hasText: 'predict model.safetensors drawing.png' }).count()).toBe(1);
    await writeFile(join(folder, 'untrained.safetensors'), await saved(page, '#save-model'));
    await pipeline('predict', 'untrained.safetensors', 'drawing.png');
    await page.click('#tab-draw');
    await page.selectOption('#preset', 'spirals.yaml');
    await page.locator('#sample-numbers').waitFor();
    expect(await page.getByText('no ink').count()).toBe(0);
    await page.selectOption('#preset', 'digits.yaml');
    await page.locator('#sheet').waitFor();
    expect(await page.locator('#clear-drawing').getAttribute('aria-disabled')).toBe('false');
    expect(problems).toEqual([]);
    await close();
  });

  it('asks a network of numbers about an example, and about one whose numbers are changed', async () => {
    const { page, problems, close } = await openStudio(browser);
    await page.selectOption('#preset', 'spirals.yaml');
    await page.click('#tab-draw');
    await page.locator('#sample-numbers input').first().waitFor();
    expect(await page.locator('#sheet').count()).toBe(0);
    const before = await probabilities(page);
    await page.locator('#sample-numbers input').first().fill('3');
    await page.locator('#sample-numbers input').first().blur();
    await page.locator('#reasons td', { hasText: /^3$/ }).waitFor();
    expect(await probabilities(page)).not.toEqual(before);
    expect(problems).toEqual([]);
    await close();
  });

  it('saves a run that the command line goes on with, and its model for other programs', async () => {
    const { page, problems, close } = await openStudio(browser, { text: digits });
    await page.click('#epoch');
    await untilStatus(page, 'paused');
    await page.click('#step');
    await page.locator('#step-count', { hasText: 'step 201' }).waitFor();
    await page.click('#tab-save');
    expect(await violations(page)).toEqual([]);
    await unzip(await saved(page, '#save-run'));
    const [record] = (await pipeline('runs', '.', '--json'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(record).toMatchObject({ status: 'interrupted', epochs: 1 });
    const { folder: run } = record;
    await pipeline('predict', run, fromRoot('docs/three.png'));
    await pipeline('report', run);
    const { accuracy } = JSON.parse(await pipeline('evaluate', run, '--json'));
    expect(accuracy).toBeGreaterThan(0.5);
    const lines = (await pipeline('resume', run, '--json'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0].resumedFrom).toEqual({ epoch: 2, step: 201 });
    await page.click('#play');
    await untilStatus(page, 'ended');
    expect(await page.textContent('#weights')).toBe(lines[lines.length - 1].weights);

    const { tensors } = readOnnx(await saved(page, '#save-onnx'), 'digits.onnx');
    expect(tensors.map(({ name }) => name)).toEqual(['0.W', '0.b', '1.W', '1.b']);
    await writeFile(join(folder, 'digits.mjs'), await saved(page, '#save-js'));
    const { predict } = await import(join(folder, 'digits.mjs'));
    expect(predict(new Uint8Array(784)).probabilities.shape).toEqual([1, 10]);
    expect(String(await saved(page, '#save-pipeline'))).toBe(digits);
    expect(problems).toEqual([]);
    await close();
  });

  it('takes a table along with the run that has learned from it, and asks by the names of its columns', async () => {
    const [text, table] = await Promise.all(
      ['iris.yaml', 'data/iris.csv'].map((name) => readFile(fromRoot(`pipelines/${name}`))),
    );
    const { page, problems, close } = await openStudio(browser);
    await open(page, ['iris.yaml', text], ['iris.csv', table]);
    await page.click('#play');
    await untilStatus(page, 'ended');
    await unzip(await saved(page, '#save-run'));
    const run = join('iris', String(await page.textContent('#save-run')).replace(/\D+/g, ''));
    const { accuracy } = JSON.parse(await pipeline('evaluate', run, '--json'));
    expect(accuracy).toBeGreaterThan(0.8);
    await page.click('#tab-draw');
    await page.getByLabel('petal_width').fill('2.3');
    await page.getByLabel('petal_width').blur();
    await page.locator('#reasons td', { hasText: /^2\.3$/ }).waitFor();
    expect(await page.locator('#classes [data-class="virginica"]').count()).toBe(1);
    // the zip opens on another page, with the table in it, and what was learned
    await page.click('#tab-save');
    const zip = await saved(page, '#save-run');
    await close();
    const other = await openStudio(browser);
    await open(other.page, ['iris-1.zip', zip]);
    await other.page.locator('#accuracy', { hasText: /^(9\d|100)\.\d % right$/ }).waitFor();
    expect(problems.concat(other.problems)).toEqual([]);
    await other.close();
  });

  it('opens a model of a table with a table of the same columns, and says which these are', async () => {
    await pipeline('run', fromRoot('pipelines/iris.yaml'), '--out', 'runs', '--no-report');
    const model = await readFile(join(folder, 'runs/iris/1/model.safetensors'));
    const { page, problems, close } = await openStudio(browser);
    const buffer = Buffer.from(model);
    await page.click('#tab-save');
    await page.setInputFiles('#open-model', [{ name: 'model.safetensors', mimeType: '', buffer }]);
    await page.locator('#opened', { hasText: 'it predicts species from the columns sepal_length, ' }).waitFor();
    const table = await readFile(fromRoot('pipelines/data/iris.csv'), 'utf8');
    const another = table.replaceAll('setosa', 'daisy');
    await page.setInputFiles('#open-model', [
      { name: 'model.safetensors', mimeType: '', buffer },
      { name: 'another.csv', mimeType: '', buffer: Buffer.from(another) },
    ]);
    await page.locator('#opened', { hasText: 'the column species of another.csv has not the values' }).waitFor();
    await open(page, ['model.safetensors', model], ['flowers.csv', table]);
    expect(await page.textContent('#opened')).toContain('with the table');
    await page.locator('#accuracy', { hasText: /^(9\d|100)\.\d % right$/ }).waitFor();
    expect(problems).toEqual([]);
    await close();
  });

  it('opens a model of the command line: with its pipeline, and alone', async () => {
    await writeFile(join(folder, 'small.yaml'), digits.replace('units: 50', 'units: 20'));
    await pipeline('run', 'small.yaml', '--out', 'runs', '--no-report');
    const [model, text] = await Promise.all(
      ['model.safetensors', 'pipeline.yaml'].map((name) => readFile(join(folder, 'runs/offline/1', name))),
    );
    const { page, problems, close } = await openStudio(browser);
    await open(page, ['model.safetensors', model], ['pipeline.yaml', text]);
    await drawSeven(page);
    await page.locator('#classes .best[data-class="7"]').waitFor();
    await askAbout(page, '2');
    const written = await probabilities(page);
    expect(await page.textContent('#panel-draw')).not.toContain('learned nothing yet');

    await open(page, ['model.safetensors', model]);
    expect(await page.textContent('#opened')).toContain('digits are assumed');
    expect(await page.locator('[data-place="network.0"] .shape').textContent()).toBe('20');
    await page.click('#tab-draw');
    await page.locator('#classes').waitFor();
    expect(await probabilities(page)).toEqual(written);
    expect(problems).toEqual([]);
    await close();
  });
});

/** What axe-core finds in what is open. */
async function violations(page: Page): Promise<unknown> {
  await page.evaluate(await readFile(fromRoot('node_modules/axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(`axe.run('.panels').then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200))))`);
}

/** Puts the files of a zip into the folder of the test: they are stored as they are. */
async function unzip(zip: Buffer): Promise<void> {
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
    const [size, nameLength, extraLength] = [
      zip.readUInt32LE(at + 18),
      zip.readUInt16LE(at + 26),
      zip.readUInt16LE(at + 28),
    ];
    const start = at + 30 + nameLength + extraLength;
    const path = join(folder, zip.toString('utf8', at + 30, at + 30 + nameLength));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, zip.subarray(start, start + size));
    at = start + size;
  }
}
