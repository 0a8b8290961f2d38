/**
 * The package as its users get it: packed, checked as a tarball, installed in an empty project, and used from there, by
 * this version of Node. Every program in ./consumer is one that a user could write.
 */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { filterProblems } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, test } from 'vitest';
import { builtInStages } from '../../src/built-in-stages.js';
import { optionRows } from '../../src/core/pipeline-file/option-rows.js';
import { opened } from './editor.js';
import { ended, newFolder, npmOptions, output, root, tarball, weights, withRegistry } from './packed.js';

const project = newFolder();
const content = readFileSync(tarball);

test('publint finds nothing to say', async () => {
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(content).buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('every way to resolve the package finds code and types that belong together', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(content));
  if (analysis.types === false) expect.fail('the package has no types');
  // What is left out: TypeScript's resolution of before 2022 ("node10"), whose types are compiled below; and the warning that
  // `require` finds an ES module, since from Node 20.19 on it loads one: the tests below do so.
  const problems = [...(['node16-cjs', 'node16-esm', 'bundler'] as const)]
    .flatMap((resolutionKind) => filterProblems(analysis, { resolutionKind }))
    .filter(({ kind }) => kind !== 'CJSResolvesToESM');
  expect(problems).toEqual([]);
});

/** What npm says while it puts the package into the empty project, beside the consumer's files. */
const saidByNpm = await withRegistry('the package in an empty project', async () => {
  cpSync(new URL('consumer', import.meta.url), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const { stdout, stderr } = await ended('npm', ['install', '--engine-strict', ...npmOptions, tarball], project);
  return stdout + stderr;
});

const node = (...args: string[]): Promise<string> => output(process.execPath, args, project);

describe.skipIf(saidByNpm === undefined)('installed in an empty project', () => {
  test('npm has nothing to warn of', () => {
    expect(saidByNpm).not.toMatch(/warn/i);
  });

  test('an ES module, CommonJS and the command train to the same weights', async () => {
    const digest = weights(await node('module.mjs'));
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(weights(await node('common.cjs'))).toBe(digest);
    expect(weights(await output('npx', ['--no-install', 'pipeline', 'run', 'digits.yaml', '--json'], project))).toBe(
      digest,
    );
  });

  test('the example of a plug-in runs where it was installed', async () => {
    const example = 'node_modules/marblenet/examples/lisht/lisht.yaml';
    const small = ['--set', 'data.0={ digits: { train: 100, test: 100 } }', '--set', 'epochs=1'];
    await output('npx', ['--no-install', 'marblenet', 'run', example, ...small, '--json'], project);
  });

  const nodeTypes = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
  test.each([
    ['nodenext', ['module.mts', 'common.cts'], ['--module', 'nodenext', '--target', 'es2023']],
    ['nodenext without a page', ['module.mts'], ['--module', 'nodenext', '--lib', 'es2023', ...nodeTypes]],
    // not common.cts: TypeScript lets `require` find an ES module from "node20" on
    ['node16', ['module.mts'], ['--module', 'node16', '--target', 'es2023']],
    ['a bundler', ['module.mts'], ['--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2023']],
    ['node10', ['module.mts'], ['--module', 'esnext', '--moduleResolution', 'node10', '--ignoreDeprecations', '6.0']],
  ])('TypeScript compiles for %s, and checks the package’s own types', async (_, files, options) => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const strict = ['--strict', '--noUncheckedIndexedAccess', '--skipLibCheck', 'false'];
    await node(compiler, '--noEmit', ...strict, ...options, ...files);
  });

  test('TypeScript compiles the examples of stages, copied into the project', async () => {
    const examples = join(project, 'examples');
    cpSync(join(project, 'node_modules/marblenet/examples'), examples, { recursive: true });
    const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter(
      (path) => /^(stages|lisht)\/.*\.ts$/.test(path) && !path.endsWith('.test.ts'),
    );
    expect(files.length).toBeGreaterThan(10);
    // not with noUncheckedIndexedAccess: every number of a loop over a typed array would need a word to say that it is there
    const options = ['--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2023'];
    await node(
      join(root, 'node_modules/typescript/bin/tsc'),
      '--noEmit',
      ...options,
      ...files.map((path) => join('examples', path)),
    );
  });

  test('an editor shows what each option of each stage means, and its default', () => {
    const options = [...builtInStages.values()].flatMap((factory) =>
      optionRows(factory)
        .filter((row) => !row.name.includes('.'))
        .map((row) => ({
          ...row,
          stage: factory.definition.name,
          mark: `/* ${factory.definition.name}.${row.name} */`,
        })),
    );
    const calls = options.map(({ stage, mark, name }) => `stages.${stage}({ ${mark}${name}: undefined as never });`);
    const hover = opened(project, ["import * as stages from 'marblenet';", ...calls].join('\n'));
    expect(options.length).toBeGreaterThan(50);
    for (const { mark, meaning, presence } of options) expect(hover(mark).text, mark).toBe(`${meaning} (${presence})`);
  });

  test('an editor shows it within maps, of former names, and for an optimizer of your own', () => {
    const hover = opened(
      project,
      `import { dense, leakyRelu, learningRate, optimizer, sgd } from 'marblenet';
      import * as z from 'zod';
      dense({ units: 50, weights: { normal: 0.01 } });
      sgd({ learningRate: 0.1, schedule: { step: { every: 100 } } });
      leakyRelu({ slope: 0.1 });
      const own = optimizer({
        name: 'own', summary: '', example: '', options: z.strictObject({ learningRate }), rule: () => () => {},
      });
      own({ learningRate: 1, weightDecay: 1 });`,
    );
    expect(hover('weights: { ').text).toBe('Standard deviation of the Gaussian (required)');
    expect(hover('step: { ').text).toBe('Steps from one drop to the next (required)');
    expect(hover('leakyRelu({ ').isDeprecated).toBe(true);
    expect(hover('learningRate: 1, ').text).toContain('(default 0)');
  });

  test('every relative link of a page leads to a file of the package', () => {
    const installed = join(project, 'node_modules/marblenet');
    const pages = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md'));
    expect(pages).toContain('README.md');
    const broken = pages.flatMap((page) => {
      const targets = [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
        ([, target]) => join(dirname(page), target),
      );
      return targets.filter((target) => !existsSync(join(installed, target)));
    });
    expect(broken).toEqual([]);
  });
});
