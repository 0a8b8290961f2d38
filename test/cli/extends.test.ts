/** `extends: base.yaml`, seen from the command line. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadPipeline } from '../../src/node/load-pipeline.js';
import { TINY as BASE, laterRefusalOf } from '../tiny-pipeline.js';
import { pipeline, scratchFolder } from './pipeline-command.js';

/** Files by their path in a folder of their own, beside the tiny pipeline as `base.yaml`. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, text] of Object.entries({ 'base.yaml': BASE, ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

const printed = async (files: Readonly<Record<string, string>>, file = 'my.yaml', variables = {}): Promise<string> => {
  const { resolved } = await loadPipeline(join(await folderWith(files), file), { variables });
  return resolved;
};

/** What the base itself prints, with changes to its text. */
const basePrinted = async (...changes: readonly [from: string, to: string][]): Promise<string> => {
  const text = changes.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replace(from, to);
  }, BASE);
  return printed({ 'my.yaml': text });
};

describe.concurrent('a file that extends another', () => {
  test.each<[string, string, [string, string][]]>([
    ['says nothing more', '', []],
    ['has keys of its own', 'seed: 9\nepochs: 3', [['seed: 1\nepochs: 2', 'seed: 9\nepochs: 3']]],
    ['has another list', 'network: [dense: { units: 10 }]', [['  - dense: { units: 8 }\n  - relu\n', '']]],
    ['has a key that the base has not', 'dtype: float64', [['seed: 1', 'seed: 1\ndtype: float64']]],
    ['takes a key away', 'test: ~', [[BASE.slice(BASE.indexOf('\ntest:') + 1), '']]],
    ['changes an option', 'train: { sgd: { learningRate: 0.5 } }', [['0.1', '0.5']]],
    ['adds an option', 'train: { sgd: { clipNorm: 1 } }', [['0.1', '0.1, clipNorm: 1']]],
    ['gives options to a stage without any', 'network: { relu: {} }', []],
    ['takes a stage away', 'network: { relu: ~ }', [['  - relu\n', '']]],
    [
      'names stages by their position',
      'network: { 0: { dense: { bias: false } }, 1: tanh }',
      [
        ['units: 8', 'units: 8, bias: false'],
        ['- relu', '- tanh'],
      ],
    ],
    [
      'takes a stage away by its position',
      'network: { 1: , 2: { dense: { bias: false } } }',
      [
        ['  - relu\n', ''],
        ['units: 10', 'units: 10, bias: false'],
      ],
    ],
  ])('%s', async (_, changes, expected) => {
    expect(await printed({ 'my.yaml': `extends: base.yaml\n${changes}\n` })).toBe(await basePrinted(...expected));
  });

  test('takes an option of the base away, and replaces what an option holds', async () => {
    const base = BASE.replace('units: 8', 'units: 8, weights: { normal: 0.1 }').replace(
      '0.1 }\n  - mean',
      '0.1, clipNorm: 2 }\n  - mean',
    );
    const my =
      'extends: b.yaml\ntrain: { sgd: { clipNorm: } }\nnetwork: { 0: { dense: { weights: { normal: 0.2 } } } }\n';
    expect(await printed({ 'b.yaml': base, 'my.yaml': my })).toBe(
      await basePrinted(['units: 8', 'units: 8, weights: { normal: 0.2 }']),
    );
  });

  test('may be extended, and a variable may choose the base', async () => {
    const files = {
      'lib/mid.yaml': 'extends: ../base.yaml\nname: mid\nseed: 5\ntrain: { sgd: { learningRate: 0.5 } }\n',
      'my.yaml': 'name: my\nextends: lib/${BASE}.yaml\ntrain: { sgd: { learningRate: ${RATE:0.25} } }\n',
    };
    expect(await printed(files, 'my.yaml', { BASE: 'mid' })).toBe(
      await basePrinted(['tiny\nseed: 1', 'my\nseed: 5'], ['0.1', '0.25']),
    );
  });

  test('changes a map key by key, and sees a model of the base from the folder of the base', async () => {
    const folder = await folderWith({
      'lib/base.yaml': `${BASE}initialWeights: { file: m.safetensors }\ncheckpoint: { every: 3 steps, keep: 2 }\n`,
      'my.yaml': 'extends: lib/base.yaml\ncheckpoint: { keep: 5 }\ninitialWeights: { except: [network.2] }\n',
    });
    const { definition } = await loadPipeline(join(folder, 'my.yaml'));
    expect(definition.initialWeights).toEqual({ file: join(folder, 'lib/m.safetensors'), except: ['network.2'] });
    expect(definition.checkpoint).toMatchObject({ keep: 5 });
    expect(JSON.stringify(definition.checkpoint)).toContain('3');
  });

  test('runs as what print shows', async () => {
    const folder = await folderWith({ 'my.yaml': 'extends: base.yaml\nname: my\nnetwork: { relu: ~ }\n' });
    const whole = join(folder, 'whole.yaml');
    await writeFile(whole, (await pipeline(['print', join(folder, 'my.yaml')])).stdout);
    const [one, other] = await Promise.all(
      ['my.yaml', 'whole.yaml'].map((name) => pipeline(['run', join(folder, name), '--quiet'])),
    );
    expect(one.code).toBe(0);
    const weights = /[0-9a-f]{64}/;
    expect(weights.exec(one.stdout)?.[0]).toBe(weights.exec(other.stdout)?.[0]);
  });

  test('sees the plug-ins and data of the base from the folder of the base, and its own from its own', async () => {
    const plugin = (name: string) =>
      `import { activation } from 'marblenet';
       export const ${name} = activation({ name: '${name}', summary: '', formula: () => ({ value: (x) => x, derivative: () => 1 }) });`;
    const files = { images: 'images.idx', labels: 'labels.idx' };
    const source = `idx: ${JSON.stringify({ train: files, test: files })}`;
    const folder = await folderWith({
      'lib/one.ts': plugin('one'),
      'two.ts': plugin('two'),
      'lib/base.yaml': BASE.replace('seed: 1', 'plugins: [one.ts]')
        .replace('- relu', '- one')
        .replace(/digits: .*/, source),
      'my.yaml':
        'extends: lib/base.yaml\nplugins: [two.ts, lib/one.ts]\nnetwork: { 2: two }\n' +
        'data: { idx: { test: { images: own.idx, labels: own.idx } } }\n',
    });
    const { code, stdout, stderr } = await pipeline([
      'print',
      join(folder, 'my.yaml'),
      '--set',
      'network.0.dense.units=10',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const path of ['lib/one.ts', 'two.ts', 'lib/images.idx', 'lib/labels.idx', 'own.idx']) {
      expect(stdout).toContain(join(folder, path));
    }
    const missing = await pipeline(['run', join(folder, 'my.yaml'), '--set', 'network.0.dense.units=10']);
    expect(missing).toMatchObject({ code: 3 });
    expect(missing.stderr).toContain(join(folder, 'lib'));
  });
});

describe.concurrent('what is wrong with it stands where it was written', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'in the base',
      { 'my.yaml': 'extends: b.yaml\nseed: 3\n', 'b.yaml': BASE.replace('relu', 'rleu') },
      'b.yaml:10:5: unknown stage "rleu"',
    ],
    [
      'in a key that is needed, and taken away',
      { 'my.yaml': 'extends: base.yaml\nseed: 3\nname: ~\n' },
      'my.yaml:3:7: name: expected text, found nothing',
    ],
    [
      'in a section that is needed, and taken away',
      { 'my.yaml': 'extends: base.yaml\nseed: 3\ndata: ~\n' },
      'my.yaml:3:7: data: expected a list of stages, each on a line that begins with "- ", found nothing',
    ],
    [
      'in two changes of one stage',
      { 'my.yaml': 'extends: base.yaml\nnetwork:\n  1: tanh\n  relu: ~\n' },
      'my.yaml:4:3: network: "1" and "relu" are the same stage of the file that is extended: say once what becomes of it',
    ],
    ['in the file', { 'my.yaml': 'extends: base.yaml\n\nseed: x\n' }, 'my.yaml:3:7: seed: expected a number'],
    [
      'in a changed option',
      { 'my.yaml': 'extends: base.yaml\ntrain:\n  sgd: { learningRate: -1 }\n' },
      'my.yaml:3:24: sgd: learningRate',
    ],
    [
      'in an added option',
      { 'my.yaml': 'extends: base.yaml\ntrain:\n  sgd: { rate: -1 }\n' },
      'my.yaml:3:10: sgd has no option "rate"',
    ],
    [
      'a stage that is not there',
      { 'my.yaml': 'extends: base.yaml\ntrain:\n  adam: {}\n' },
      'my.yaml:3:3: train is a list of 6; expected a position from 0 to 5 or the name of a stage',
    ],
    [
      'a stage that is there twice',
      { 'my.yaml': 'extends: base.yaml\nnetwork:\n  dense: {}\n' },
      'my.yaml:3:3: "dense" stands in 2 places: network.0, network.2; say which',
    ],
    [
      'a base that is not there',
      { 'my.yaml': 'name: x\nextends: no.yaml\n' },
      'my.yaml:2:10: extends DIR/no.yaml: there is no such file',
    ],
    ['a base that is a folder', { 'my.yaml': 'extends: .\n' }, 'my.yaml:1:10: extends DIR: this is a folder'],
    [
      'a base that is an address',
      { 'my.yaml': 'extends: https://my.org/base.yaml\n' },
      'my.yaml:1:10: extends: takes the path of a file, not an address: download https://my.org/base.yaml first',
    ],
    [
      'a base that is no path',
      { 'my.yaml': 'extends: [base.yaml]\n' },
      'my.yaml:1:10: extends: expected the path of one pipeline file, found a list',
    ],
    [
      'a base that is not YAML',
      { 'my.yaml': 'extends: b.yaml\n', 'b.yaml': 'name: "x\n' },
      'b.yaml:1:7: a quote begins here',
    ],
    ['a base that is empty', { 'my.yaml': 'extends: b.yaml\n', 'b.yaml': '' }, 'b.yaml:1:1: expected a pipeline'],
    [
      'itself',
      { 'my.yaml': 'extends: my.yaml\n' },
      'my.yaml:1:10: files extend one another in a circle: DIR/my.yaml -> DIR/my.yaml',
    ],
    [
      'a circle',
      { 'my.yaml': 'extends: b.yaml\n', 'b.yaml': 'extends: c.yaml\n', 'c.yaml': '\nextends: ./my.yaml\n' },
      'c.yaml:2:10: files extend one another in a circle: DIR/my.yaml -> DIR/b.yaml -> DIR/c.yaml -> DIR/my.yaml',
    ],
    [
      'a variable of the base',
      { 'my.yaml': 'extends: b.yaml\n', 'b.yaml': BASE.replace('tiny', '${WHO}') },
      'b.yaml:1:7: the variable WHO is not set',
    ],
    [
      'a misspelt key',
      { 'my.yaml': 'extend: base.yaml\n' },
      'my.yaml:1:1: unknown key "extend"; did you mean "extends"?',
    ],
    [
      'a section that the base has not',
      { 'my.yaml': 'extends: base.yaml\nvalidation: { batch: {} }\n' },
      'my.yaml:2:13: validation: expected a list of stages',
    ],
  ])('%s', async (_, files, problem) => {
    const folder = await folderWith(files);
    const message = await laterRefusalOf(loadPipeline(join(folder, 'my.yaml'), { variables: {} }));
    expect(message.replaceAll(folder, 'DIR')).toContain(`DIR/${problem}`);
  });

  test('not in --set', async () => {
    const { code, stderr } = await pipeline([
      'print',
      join(await folderWith({}), 'base.yaml'),
      '--set',
      'extends=my.yaml',
    ]);
    expect(code).toBe(2);
    expect(stderr).toBe('--set extends=my.yaml: what a file extends is said in the file alone\n');
  });
});
