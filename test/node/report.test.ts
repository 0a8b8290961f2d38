/** The report of a run, from code: what it shows of which run. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runPipeline, writeReport } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { TINY, tinyWith, VALIDATED } from '../tiny-pipeline.js';
import { temporaryFolder } from './temporary-folder.js';

/** Keeps a run of a text, and returns its folder. */
async function kept(text: string, path = 'tiny.yaml'): Promise<string> {
  const { folder } = await runPipeline(path, { text, out: await temporaryFolder() });
  return String(folder);
}

const reportOf = async (folder: string): Promise<string> => readFile(await writeReport(folder), 'utf8');

/** The titles of a page's sections. */
const sectionsOf = (page: string): string[] =>
  [...page.matchAll(/<h2 id="[\w-]+">(.*?)<\/h2>/g)].map(([, title]) => title);

/** What the script of a page draws. */
const chartsOf = (page: string) =>
  JSON.parse(/<script type="application\/json" id="charts">(.*?)<\/script>/.exec(page)?.[1] ?? '');

const OF_CLASSES = [
  'Confusions',
  'Classes',
  'Calibration',
  'Mistakes',
  'Units',
  'What the first layer looks for',
  'Weights',
];
const OF_ALL = ['The pipeline', 'The environment'];

it('shows all of a run in one file that asks for nothing', async () => {
  const folder = await kept(TINY);
  const path = await writeReport(folder);
  expect(path).toBe(join(folder, 'report.html'));
  const page = await readFile(path, 'utf8');
  expect(sectionsOf(page)).toEqual(expect.arrayContaining(['Curves', ...OF_CLASSES, ...OF_ALL]));
  expect(page.match(/(src|href)="(?!#|data:)[^"]*|@import|url\((?!data:|#|%23)[^)]*/g)).toBeNull();
  expect(page).toContain('<title>tiny</title>');
  expect(page).toContain('test: 50 examples of digits');
  expect(page.length).toBeLessThan(400_000);
});

it('draws the figures of the events, a curve a split', async () => {
  const folder = await kept(VALIDATED);
  const charts = chartsOf(await reportOf(folder));
  const events = (await readFile(join(folder, 'events.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const epochs = events.filter(({ event }) => event === 'epoch');
  expect(charts[0]).toMatchObject({
    title: 'loss',
    x: [1, 2],
    series: [
      { label: 'train', values: epochs.map(({ train }) => train.loss) },
      { label: 'validation', values: epochs.map(({ validation }) => validation.loss) },
    ],
  });
  expect(charts[1]).toMatchObject({ title: 'accuracy', series: [{ label: 'validation' }] });
});

it('counts what evaluate counts', async () => {
  const page = await reportOf(await kept(TINY));
  const cells = [...page.matchAll(/<td class="(?:right|wrong)"[^>]*>(.*?)<\/td>/g)].map(
    ([, text]) => Number(text) || 0,
  );
  expect(cells).toHaveLength(100);
  expect(cells.reduce((sum, count) => sum + count, 0)).toBe(50);
  const accuracy = cells.filter((_, i) => i % 11 === 0).reduce((sum, count) => sum + count, 0) / 50;
  expect(page).toContain(`<dt>test accuracy</dt><dd>${(100 * accuracy).toFixed(2)} %</dd>`);
});

it('says which units are dead', async () => {
  // behind a bias of -100, no unit of the relu ever says anything
  const text = tinyWith('  - dense: { units: 8 }', '  - dense: { units: 8, bias: false, weights: zeros }');
  const page = await reportOf(await kept(text));
  expect(page).toMatch(/network\.1 relu<\/th><td>8<\/td><td>8<\/td><td>100\.00 %/);
});

describe('of other networks than classifiers of pictures', () => {
  it('shows the errors of real numbers', async () => {
    const page = await reportOf(
      await kept(await readFile('pipelines/regression.yaml', 'utf8'), 'pipelines/regression.yaml'),
    );
    expect(sectionsOf(page)).toEqual(expect.arrayContaining(['Curves', 'Figures', 'Units', 'Weights', ...OF_ALL]));
    expect(sectionsOf(page)).not.toContain('Confusions');
    expect(page).toMatch(/<dt>root mean squared error<\/dt><dd>2\.\d+<\/dd>/);
  });

  it('names the mistakes of a table by their places', async () => {
    const page = await reportOf(await kept(await readFile('pipelines/iris.yaml', 'utf8'), 'pipelines/iris.yaml'));
    expect(sectionsOf(page)).toEqual(expect.arrayContaining(['Confusions', 'Mistakes']));
    expect(sectionsOf(page)).not.toContain('What the first layer looks for');
    expect(page).toMatch(/taken for .*?<\/strong><br><span class="faint">test \d+/);
  });
});

it('shows the filters of a convolution', async () => {
  const text = tinyWith('  - dense: { units: 8 }\n', '  - conv2d: { filters: 4, kernel: 3 }\n');
  expect(await reportOf(await kept(text))).toContain('network.0.W, each filter: all 4');
});

it('lets nothing that a file says into the page as HTML', async () => {
  const page = await reportOf(await kept(tinyWith('name: tiny', 'name: "</script><img src=x onerror=alert(1)>"')));
  expect(page).not.toContain('<img src=x');
  expect(page).toContain('&lt;/script&gt;&lt;img src=x');
});

it('reports of a run that was stopped before its end, and of one that failed, what there is', async () => {
  const out = await temporaryFolder();
  const stop = new AbortController();
  const stopped = runPipeline('tiny.yaml', {
    text: tinyWith('epochs: 2', 'epochs: 20'),
    out,
    signal: stop.signal,
    onEvent: ({ event }) => event === 'epoch' && stop.abort(new Error('enough')),
  });
  await expect(stopped).rejects.toThrow('enough');
  const page = await reportOf(join(out, 'tiny/1'));
  expect(page).toContain('interrupted');
  expect(sectionsOf(page)).toEqual(expect.arrayContaining(['Curves', 'Confusions', 'Weights']));

  const diverged = runPipeline('tiny.yaml', { text: tinyWith('0.1 }', '1e30 }'), out });
  await expect(diverged).rejects.toThrow();
  const failed = await reportOf(join(out, 'tiny/2'));
  expect(failed).toContain('It ended with:');
});

it('leaves out what its data would be needed for, where they are gone, and says so', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'flowers.yaml');
  const csv = join(folder, 'flowers.csv');
  await writeFile(csv, `size,kind\n${Array.from({ length: 40 }, (_, i) => `${i},${'abc'[i % 3]}`).join('\n')}\n`);
  const text = (await readFile('pipelines/iris.yaml', 'utf8')).replace(
    /csv: \{[^}]*\}/,
    'csv: { train: flowers.csv, target: kind }',
  );
  const run = await kept(text, path);
  await rm(csv);
  const page = await reportOf(run);
  expect(page).toMatch(/What the model does with its data cannot be shown: .*flowers\.csv/);
  expect(sectionsOf(page)).toEqual(expect.arrayContaining(['Curves', ...OF_ALL]));
});

it('refuses what is no run', async () => {
  await expect(writeReport(await temporaryFolder())).rejects.toThrow('expected the folder of a run');
  await expect(writeReport('x', { too: 'y' } as never)).rejects.toThrow('too');
  const folder = await kept(TINY);
  await expect(writeReport(folder, { to: '/proc/nowhere/x.html' })).rejects.toThrow('the page cannot be written');
});

it('draws what is said of real numbers against what is true, in their own units', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i / 60},${100 + i}`);
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'line.csv'), ['x,height', ...rows].join('\n'));
  const judge = '[batch: { size: 9 }, forward, meanSquaredError, mean: { of: loss }]';
  const text = `name: line
epochs: 50
data: [csv: { train: line.csv, target: height }, holdOut: { test: 0.3 }, standardize, standardize: { of: targets }]
network: [dense: { units: 1 }]
train: [shuffleBatch: { size: 6 }, forward, meanSquaredError, backward, sgd: { learningRate: 0.1 }]
test: ${judge}
`;
  const page = await reportOf(await kept(text, join(folder, 'line.yaml')));
  expect(sectionsOf(page)).toContain('Said and true');
  const points = [...page.matchAll(/<title>said ([\d.]+), true ([\d.]+)<\/title>/g)].map(([, said, truth]) => [
    Number(said),
    Number(truth),
  ]);
  expect(points).toHaveLength(18);
  for (const [said, truth] of points) {
    expect(truth).toBeGreaterThanOrEqual(100);
    expect(Math.abs(said - truth)).toBeLessThan(0.5); // a line is learned
  }
});

it('takes the data of another file where its own have moved, and warns where it has none', async () => {
  const folder = await temporaryFolder();
  const table = (name: string) => writeFile(join(folder, name), `x,y\n${'1,a\n2,b\n'.repeat(20)}`);
  await table('before.csv');
  const text = `name: moved
data: [csv: { train: before.csv, target: y }, holdOut: { test: 0.3 }, oneHot]
network: [dense: { units: 2 }]
train: [shuffleBatch: { size: 6 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 9 }, forward, softmaxCrossEntropy, accuracy]
`;
  const run = await kept(text, join(folder, 'moved.yaml'));
  await rm(join(folder, 'before.csv'));
  await table('after.csv');
  const warnings: string[] = [];
  const onWarning = (warning: string) => void warnings.push(warning);
  const page = await readFile(await writeReport(run, { onWarning }), 'utf8');
  expect(sectionsOf(page)).not.toContain('Confusions');
  expect(warnings).toEqual([expect.stringContaining('before.csv')]);
  const pipeline = join(folder, 'now.yaml');
  await writeFile(pipeline, text.replace('before.csv', 'after.csv'));
  expect(sectionsOf(await readFile(await writeReport(run, { pipeline, onWarning }), 'utf8'))).toContain('Confusions');
  expect(warnings).toHaveLength(1);
});

it('shows the cells of a row that is taken for another class', async () => {
  const folder = await temporaryFolder();
  // the same rows have both classes: half of them must be wrong
  await writeFile(
    join(folder, 'both.csv'),
    `size,colour,kind\n${'4.5,red,a\n4.5,red,b\n3,blue,a\n3,blue,b\n'.repeat(10)}`,
  );
  const text = `name: both
data: [csv: { train: both.csv, target: kind }, holdOut: { test: 0.3 }, standardize, oneHot]
network: [dense: { units: 2 }]
train: [shuffleBatch: { size: 6 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }]
test: [batch: { size: 9 }, forward, softmaxCrossEntropy, accuracy]
`;
  const page = await reportOf(await kept(text, join(folder, 'both.yaml')));
  expect(page).toMatch(/<span class="faint">test \d+: size (4\.5, colour red|3, colour blue)<\/span>/);
});

it('leaves out what is no event of a run, or is damaged', async () => {
  const folder = await kept(TINY);
  const path = join(folder, 'events.jsonl');
  const text = await readFile(path, 'utf8');
  const before = chartsOf(await reportOf(folder));
  const odd = ['null', '[]', '{"event":{}}', '{"event":"epoch","epoch":{}}', '{"event":"end","status":7}', 'x'];
  await writeFile(path, `${odd.join('\n')}\n${text}${odd.join('\n')}\n`);
  expect(chartsOf(await reportOf(folder))).toEqual(before);
  await writeFile(path, text.replaceAll(/"(\w+)":[^{}[\],]+/g, '"$1":[]'));
  await expect(writeReport(folder)).rejects.toThrow('nothing was trained in this run, so there is nothing to report');
});

it('is not written over what is no page', async () => {
  const folder = await kept(TINY);
  const model = join(folder, 'model.safetensors');
  const before = await readFile(model);
  await expect(writeReport(folder, { to: model })).rejects.toThrow('there is a file of another kind');
  expect(await readFile(model)).toEqual(before);
  await expect(writeReport(folder, { to: folder })).rejects.toThrow(`it is a folder; name a file in it, as ${folder}`);
  const to = await writeReport(folder);
  expect(await writeReport(folder, { to })).toBe(to); // a page may be made again
});
