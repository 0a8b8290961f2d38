/** The documentation, held against the code and the program: its links, its YAML, its TypeScript, and what commands print. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { sections } from '../src/core/pipeline/sections.js';
import { fileSchema } from '../src/core/pipeline-file/file-schema.js';
import { builtIn, catalogueWith } from '../src/node/plugins.js';
import { runPipeline } from '../src/node/run-pipeline.js';
import { kebabCase } from '../src/node/stage-source.js';
import { fromRoot, pipeline, pipelineHere, runJson, scratchFolder, TINY } from './cli/pipeline-command.js';
import { stageOfItem } from './stages/stage-of-item.js';

const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(fromRoot('docs'), { encoding: 'utf8' }).map((name) => `docs/${name}`),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: readFileSync(fromRoot(path), 'utf8') }));

interface Block {
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

const blocks: readonly Block[] = pages.flatMap(({ path, text }) =>
  [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, code], i) => ({
    place: `${path}, block ${i + 1}`,
    language,
    code,
  })),
);
const blocksIn = (language: string): Block[] => blocks.filter((block) => block.language === language);

/** What is in the package: npm adds the last three by itself. */
const packed: readonly string[] = [
  ...JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')).files,
  'README.md',
  'LICENSE',
  'package.json',
];

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsIn = (text: string): string[] =>
  [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));

describe.each(pages)('the links of $path', ({ path, text }) => {
  const links = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);

  test('lead to files and headings that are there', () => {
    const broken = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file, anchor] = link.split('#');
        const target = file === '' ? fromRoot(path) : resolve(dirname(fromRoot(path)), file);
        if (!existsSync(target)) return true;
        return anchor !== undefined && !anchorsIn(readFileSync(target, 'utf8')).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  test('lead to files that the npm package has', () => {
    const outside = links
      .filter((link) => !/^(https?:|#)/.test(link))
      .map((link) => relative(fromRoot('.'), resolve(dirname(fromRoot(path)), link.split('#')[0])))
      .filter((file) => !packed.some((entry) => file === entry || file.startsWith(`${entry}/`)));
    expect(outside).toEqual([]);
  });
});

/** The list items of a block: a whole pipeline's, a section's, or bare ones. */
function itemsOf(content: unknown): unknown[] {
  if (Array.isArray(content)) return content;
  const file = content as Record<string, unknown>;
  return sections.flatMap((section) => (file[section] as unknown[] | undefined) ?? []);
}

describe.each(blocksIn('yaml'))('the YAML of $place', ({ code, place }) => {
  const content: unknown = parse(code, { merge: true });
  const plugins = (content as { plugins?: string[] }).plugins ?? [];

  test('has keys that a pipeline file has', () => {
    const keys = Array.isArray(content) ? [] : Object.keys(content as object).filter((key) => !key.startsWith('x-'));
    expect(Object.keys(fileSchema.shape)).toEqual(expect.arrayContaining(keys));
  });

  test('has stages with the options that they take', async () => {
    const own = plugins.map((plugin) => ({ file: fromRoot(join('examples/stages', plugin)), place }));
    const { registry } = await catalogueWith(own);
    const items = itemsOf(content);
    const isSettings = !Array.isArray(content) && sections.every((section) => !(section in (content as object)));
    expect(items.length > 0).toBe(!isSettings);
    for (const item of items) expect(() => stageOfItem(item, registry), JSON.stringify(item)).not.toThrow();
  });
});

describe('the tables of docs/from-the-notebook.md', () => {
  const text = readFileSync(fromRoot('docs/from-the-notebook.md'), 'utf8');
  const rows = [...text.matchAll(/\| \[(\w+)\]\(stages\/([\w-]+)\.md\) +\| `- (.*?)` +\|$/gm)].map(
    ([, name, page, item]) => ({ name, page, item }),
  );

  test.each(rows)('$name has the options that are shown, and its page', ({ name, page, item }) => {
    const [parsed] = parse(`- ${item}`) as unknown[];
    const [found, options] = typeof parsed === 'string' ? [parsed, {}] : Object.entries(parsed as object)[0];
    expect(found).toBe(name);
    expect(page).toBe(kebabCase(name));
    expect(() => builtIn.registry.get(name)?.(options)).not.toThrow();
  });

  test('have every stage of pipelines/notebook.yaml', () => {
    const items = itemsOf(parse(readFileSync(fromRoot('pipelines/notebook.yaml'), 'utf8')));
    const names = items.map((item) => (typeof item === 'string' ? item : Object.keys(item as object)[0]));
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(names.filter((name) => name !== 'batch')));
  });
});

/** The files that blocks may be. */
const sources = ['src', 'examples']
  .flatMap((folder) =>
    readdirSync(fromRoot(folder), { recursive: true, encoding: 'utf8' }).map((name) => join(fromRoot(folder), name)),
  )
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(path, 'utf8'));

test('what is said to be all of a file is all of it', () => {
  const shown = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s]+\.(?:ts|yaml))\)[:：]\n\n```\w+\n([\s\S]*?)```/g)].map(([, file, code]) => ({
      file: resolve(dirname(fromRoot(path)), file),
      code,
    })),
  );
  expect(shown.length).toBeGreaterThan(0);
  for (const { file, code } of shown) expect(readFileSync(file, 'utf8'), file).toBe(code);
});

describe('the TypeScript', () => {
  const folder = mkdtempSync(fromRoot('test/docs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('says what it imports, unless it leaves something out', () => {
    const without = blocksIn('ts').filter(({ code }) => !/^import /m.test(code) && !code.includes('// ...'));
    expect(without.map(({ place }) => place)).toEqual([]);
  });

  test('compiles', () => {
    // those that are files of this repository are compiled as such
    const whole = blocksIn('ts').filter(({ code }) => /^import /m.test(code) && !sources.some((text) => text === code));
    expect(whole.length).toBeGreaterThan(5);
    const files = whole.map(({ code }, i) => {
      const file = join(folder, `block-${i}.ts`);
      writeFileSync(file, `${code}\nexport {};\n`);
      return file;
    });
    const { config } = ts.readConfigFile(fromRoot('tsconfig.json'), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, fromRoot('.'));
    const program = ts.createProgram([...files, fromRoot('src/core/wasm/webassembly.d.ts')], {
      ...options,
      noEmit: true,
    });
    // of the blocks alone: what they import is checked with the rest of the sources
    const problems = files.flatMap((file, i) =>
      ts
        .getPreEmitDiagnostics(program, program.getSourceFile(file))
        .map(({ messageText }) => `${whole[i].place}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`),
    );
    expect(problems).toEqual([]);
  }, 120_000);
});

/** A file as pages show it: without the line that is for editors only. */
const fileShown = (path: string): string =>
  readFileSync(fromRoot(path), 'utf8').replace(/^# yaml-language-server.*\n/, '');

test.each([
  ['README.md', 'pipelines/relu.yaml'],
  ['README.md', 'examples/lisht/lisht.ts'],
  ['README.md', 'examples/lisht/lisht.test.ts'],
  ['README.md', 'examples/from-code/run-pipeline.ts'],
  ['README.md', 'examples/from-code/plain-rxjs.ts'],
  ['docs/from-the-notebook.md', 'pipelines/notebook.yaml'],
  ...readdirSync(fromRoot('examples/stages')).map((name) => ['docs/writing-a-stage.md', `examples/stages/${name}`]),
])('%s shows all of %s', (page, file) => {
  const shown = blocks.filter(({ place }) => place.startsWith(`${page},`)).map(({ code }) => code);
  expect(shown).toContain(fileShown(file));
});

test('a stage of your own takes fewer than 25 lines, its marble test included', () => {
  const lines = ['lisht.ts', 'lisht.test.ts'].flatMap((file) => fileShown(`examples/lisht/${file}`).trim().split('\n'));
  expect(lines.length).toBeLessThan(25);
});

/** What a command of the documentation prints, as a block shows it. */
const sessions = blocks
  .map(({ place, code }) => ({ place, match: /^\$ npx pipeline ([^\n]+)\n([\s\S]*)$/.exec(code) }))
  .flatMap(({ place, match }) => (match === null ? [] : [{ place, command: match[1], shown: match[2] }]))
  .filter(({ command }) => !command.includes('my.yaml')); // a reader's own file

/** `...` stands for what a page has no room for, and roundings of what is nearly 0 differ from processor to processor. */
const patternOf = (line: string): RegExp =>
  new RegExp(
    `^${line
      .trimEnd()
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/\\\.\\\.\\\./g, '.*')
      .replace(/-?\d\\\.\de-\d+/g, '-?\\d\\.\\d+e-\\d+')
      .replace(/ +/g, ' +')}$`,
  );

describe.skipIf(process.env.MARBLENET_DATA === undefined)('what commands print', () => {
  test.each(sessions)(
    '$place: $command',
    async ({ command, shown }) => {
      const data = { MARBLENET_DATA: process.env.MARBLENET_DATA ?? '' };
      const { stdout } = await pipelineHere(command.split(' '), data);
      const found = stdout.trimEnd().split('\n');
      const wanted = shown.trimEnd().split('\n');
      expect(found.length).toBeGreaterThanOrEqual(wanted.length);
      for (const [i, line] of wanted.entries()) expect(found[i].trimEnd()).toMatch(patternOf(line));
    },
    120_000,
  );
});

test('events have the fields that the documentation shows, and no others', async () => {
  const page = pages.find(({ path }) => path === 'docs/pipeline-files.md')?.text ?? '';
  const shown = [...page.matchAll(/^\{"event":.*$/gm)].map(([line]) => JSON.parse(line) as Record<string, unknown>);
  const told: Record<string, unknown>[] = [];
  await runPipeline(TINY, {
    everyStep: true,
    scalars: true,
    set: ['test.3=confusionMatrix'],
    onEvent: (event) => told.push(JSON.parse(JSON.stringify(event))),
  });
  expect(shown.map(({ event }) => event)).toEqual(['start', 'step', 'scalars', 'epoch', 'end']);
  for (const event of shown) {
    const real = told.find((one) => one.event === event.event) ?? {};
    expect(Object.keys(event).sort()).toEqual(Object.keys(real).sort());
  }
});

/** The accuracies that the README states, each that of one command. */
const accuracies = [
  ...(pages[0]?.text.matchAll(/^\| \[[\w-]+\.yaml\]\((pipelines\/[\w-]+\.yaml)\) .*\| ([\d.]+) % +\|$/gm) ?? []),
].map(([, path, percent]) => ({ path, percent }));

// whole trainings: half a minute of both processors, which .ci/run asks for by themselves
const trains = process.env.MARBLENET_DATA !== undefined && process.env.MARBLENET_TRAIN !== undefined;

describe.runIf(trains)('the test accuracy in the README', () => {
  // offline.yaml's is that of digits it was not tested on: bench/digits-on-mnist.mjs prints it
  test.each(accuracies.filter(({ path }) => path !== 'pipelines/offline.yaml'))(
    '$path: $percent %',
    async ({ path, percent }) => {
      const { end } = await runJson([path], { MARBLENET_DATA: process.env.MARBLENET_DATA ?? '' });
      expect((100 * (end.test?.accuracy ?? 0)).toFixed(1)).toBe(percent);
    },
    300_000,
  );
});

/** What the README says of pipelines that need no MNIST. */
const figures = [
  ...(pages[0]?.text.matchAll(
    /^\| \[[\w-]+\.yaml\]\((pipelines\/[\w-]+\.yaml)\) .*\| .*(accuracy|RMSE).* (\d\.\d+)/gm,
  ) ?? []),
].map(([, path, metric, figure]) => ({ path, metric, figure }));

test.each(figures)('$path comes to the $metric in the README, $figure', async ({ path, metric, figure }) => {
  const { end } = await runJson([path]);
  const found = metric === 'RMSE' ? end.test?.rootMeanSquaredError : end.test?.accuracy;
  expect(Math.abs((found ?? 0) - Number(figure))).toBeLessThan(0.05); // a processor of another kind rounds otherwise
});

test('the README has such figures', () => {
  expect(figures.map(({ path }) => path)).toEqual(
    ['iris', 'wine', 'regression', 'two-spirals'].map((name) => `pipelines/${name}.yaml`),
  );
});

test.skipIf(process.env.MARBLENET_DATA === undefined)(
  'the picture in the README is read as it says',
  async () => {
    const { network } = await runPipeline('pipelines/relu.yaml', { dataFolder: process.env.MARBLENET_DATA ?? '' });
    const model = join(await scratchFolder(), 'model.safetensors');
    await network.save(model);
    const { stdout } = await pipeline(['predict', model, 'docs/three.png', '--show']);
    const shown = blocks.find(
      ({ place, code }) => place.startsWith('README.md') && code.includes('docs/three.png: class'),
    );
    expect(stdout.trim()).toBe(shown?.code.trim());
  },
  300_000,
);
