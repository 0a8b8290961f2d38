/** The commands that look at stages and pipelines and run nothing. */
import { statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { optionRows } from '../../src/core/pipeline-file/option-rows.js';
import { builtIn } from '../../src/node/plugins.js';
import { chooseSimd } from '../../src/node/simd.js';
import { kebabCase } from '../../src/node/stage-source.js';
import { writeTinyMnist } from '../node/tiny-mnist.js';
import { fromRoot, linesOf, MAIN, pipeline, scratchFile, scratchFolder, TINY } from './pipeline-command.js';

const LISHT = 'examples/lisht/lisht.ts';
const factories = [...builtIn.registry.values()];

/** What a command that must do well writes. */
async function output(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pipeline(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

describe.concurrent('list', () => {
  test('has a line for every stage, under its family', async () => {
    const lines = linesOf(await output('list'));
    expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
      'Sources',
      'Data',
      'Batches',
      'Augmentation',
      'Layers',
      'Activations',
      'Forward',
      'Losses',
      'Gradients',
      'Optimizers',
      'Metrics',
    ]);
    const rows = lines.filter((line) => line.startsWith(' ')).map((line) => line.trim().split(/ {2,}/));
    const expected = factories.map(({ definition: { name, from, to, summary } }) => [
      name,
      `${from} -> ${to}`,
      summary,
    ]);
    expect(rows.sort()).toEqual(expected.sort());
    expect(lines.indexOf('Activations')).toBeLessThan(lines.findIndex((line) => line.startsWith('  relu ')));
    expect(lines.findIndex((line) => line.startsWith('  relu '))).toBeLessThan(lines.indexOf('Losses'));
  });

  test('--plugin adds its stages', async () => {
    expect(await output('list', '--plugin', LISHT)).toMatch(/^ {2}lisht +batch -> batch +y = x tanh\(x\)$/m);
  });
});

describe.concurrent('explain', () => {
  test.each(factories.map((factory) => [factory.definition.name, factory] as const))('%s', async (name, factory) => {
    const { family, from, to, example } = factory.definition;
    const text = await output('explain', name);
    const source = await readFile(fromRoot(`src/stages/${family}/${kebabCase(name)}.ts`), 'utf8');
    const docstring =
      source
        .slice(0, source.indexOf(`export const ${name} =`))
        .split('/**\n * ')
        .at(-1) ?? '';
    const [idea] = docstring.split('\n');

    expect(idea.length).toBeGreaterThan(10);
    expect(text.startsWith(`${name}   ${from} -> ${to}\n\n`)).toBe(true);
    expect(text.replace(/\s+/g, ' ')).toContain(idea.replace(/\s+/g, ' '));
    const rows = optionRows(factory);
    if (rows.length === 0) expect(text).toContain('\nOptions\n  none\n');
    for (const { name: option, presence, meaning } of rows) {
      const line = linesOf(text).find((candidate) => candidate.startsWith(`  ${option} `));
      expect(line).toContain(presence);
      expect(line).toContain(meaning);
    }
    for (const line of example.split('\n')) expect(text).toContain(line);
  });

  test('a stage by its former name', async () => {
    expect(await output('explain', 'take')).toBe(await output('explain', 'takeExamples'));
  });

  test('an activation, drawn with its derivative', async () => {
    const lines = linesOf(await output('explain', 'relu'));
    const title = lines.findIndex((line) => /^ +y = f\(x\) +dy\/dx = f'\(x\)$/.test(line));
    expect(lines[title + 1]).toMatch(/^ {2}4 [\u2800-\u28ff]{28} +1 [\u2800-\u28ff]{28}$/);
    expect(lines[title + 10]).toMatch(/^ {2}0 [\u2800-\u28ff]{28} +0 [\u2800-\u28ff]{28}$/);
    expect(lines[title + 11]).toMatch(/^ +-4 +4 +-4 +4$/);
    for (const line of lines.slice(title, title + 12)) expect(line.length).toBeLessThanOrEqual(80);
    expect(await output('explain', 'elu')).toMatch(/^ {2}-0\.98 [\u2800-\u28ff]{28} +0 /m);
    expect(await output('explain', 'softmax')).not.toMatch(/[\u2800-\u28ff]/);
  });

  test('a stage of a plug-in', async () => {
    const text = await output('explain', 'lisht', '--plugin', LISHT);
    expect(text).toContain('LiSHT: y = x tanh(x), which is never below 0');
    expect(text).toMatch(/^ +0 [\u2800-\u28ff]{28} +-1\.2 [\u2800-\u28ff]{28}$/m);
    expect(text).toContain(`\n  plugins: [${JSON.stringify(fromRoot(LISHT))}]\n  data:\n`);
    expect(text).toContain('\n    - dense: { units: 50 }\n    - lisht\n    - dense: { units: 10 }\n');
    expect(text).toContain(`Defined in ${fromRoot(LISHT)}\n`);
  });

  test('an unknown stage, with one that was meant', async () => {
    const { code, stdout, stderr } = await pipeline(['explain', 'sigmod']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('there is no stage "sigmod"; did you mean "sigmoid"? ("pipeline list" shows all)\n');
  });
});

describe.concurrent('summary', () => {
  test('shapes and parameters of relu.yaml', async () => {
    const [title, , header, ...rows] = linesOf(await output('summary', 'pipelines/relu.yaml'));
    expect(title).toBe('relu: seed 42, 20 epochs, float32, 4,235,680 bytes');
    expect(header.split(/ +/)).toEqual(['stage', 'kind', 'output', 'parameters']);
    const cells = rows.map((row) => row.trim().split(/ {2,}/));
    expect(cells).toContainEqual(['mnist', 'examples', '[N, 28, 28]']);
    expect(cells).toContainEqual(['shuffleBatch', 'batch', '[B, 28, 28]']);
    expect(cells).toContainEqual(['dense', 'batch', '[B, 50]', '39,250']);
    expect(cells).toContainEqual(['dense', 'batch', '[B, 10]', '510']);
    expect(cells.at(-1)).toEqual(['total', '39,760']);
    expect(rows.filter((row) => !row.startsWith(' '))).toHaveLength(5); // four sections and the total
  });

  test('changes are applied', async () => {
    const block = await output('summary', TINY, '--set', 'network.1={ residual: [{ dense: { units: 8 } }, relu] }');
    expect(block).toMatch(/\n {2}residual +batch .*\n {4}dense +batch .* 72\n {4}relu +batch .*\n {2}dense /);
    const around = '{ stages: [{ dense: { units: 6 } }, relu], shortcut: [{ dense: { units: 6 } }, relu] }';
    const withShortcut = await output('summary', TINY, '--set', `network.1={ residual: ${around} }`);
    expect(withShortcut).toMatch(
      /\n {2}residual .*\n {4}dense .*\n {4}relu .*\n {4}shortcut\n {6}dense .*\n {6}relu .*\n {2}dense /,
    );
    const checked = await output('check', TINY, '--set', `network.1={ residual: ${around} }`, '--parameters', '3');
    expect(checked).toMatch(/\nnetwork\.1\.1 relu x .*\nnetwork\.1\.2 shortcut: dense W /);
    const frozen = await output('summary', TINY, '--set', 'network.0.dense.freeze=true');
    expect(frozen).toMatch(/^ {2}dense .* 6,280 \(6,280 frozen\)$/m);
    expect(frozen).toMatch(/^total .* 6,370 \(6,280 frozen\)$/m);
    expect(await output('summary', TINY, '--set', 'epochs=1', '--set', 'network.0.dense.units=4')).toMatch(
      /^tiny: seed 1, 1 epoch, float32, [\d,]+ bytes\n[\s\S]*\ntotal +3,190\n$/,
    );
  });
});

describe.concurrent('graph', () => {
  const edges = [
    'data0 -examples-> data1',
    'data1 -examples-> data2',
    'network0 -batch-> network1',
    'network1 -batch-> network2',
    'data2 -examples-> train0',
    'train0 -batch-> train1',
    'train1 --> network0',
    'network2 --> train1',
    'train1 -batch-> train2',
    'train2 -step-> train3',
    'train3 -step-> train4',
    'train4 -step-> train5',
    'data2 -examples-> test0',
    'test0 -batch-> test1',
    'test1 --> network0',
    'network2 --> test1',
    'test1 -batch-> test2',
    'test2 -step-> test3',
    'test2 -step-> test4',
  ];

  test('mermaid, which is the default', async () => {
    const text = await output('graph', TINY);
    expect(text.startsWith('flowchart TD\n')).toBe(true);
    const found = [...text.matchAll(/^ {2}(\w+) (?:-- (\w+) -->|-\.->) (\w+)$/gm)];
    expect(found.map(([, from, kind = '', to]) => `${from} -${kind}-> ${to}`)).toEqual(edges);
    expect(text).toContain(
      '  subgraph network\n    network0["dense"]\n    network1["relu"]\n    network2["dense"]\n  end\n',
    );
    expect(await output('graph', TINY, '--format', 'mermaid')).toBe(text);
  });

  test('dot', async () => {
    const text = await output('graph', TINY, '--format', 'dot', '--swap', 'relu=tanh');
    expect(text).toMatch(/^digraph "tiny" \{\n[\s\S]*\n\}\n$/);
    const found = [...text.matchAll(/^ {2}(\w+) -> (\w+) \[(?:label=(\w+)|style=dashed)\];$/gm)];
    expect(found.map(([, from, to, kind = '']) => `${from} -${kind}-> ${to}`)).toEqual(edges);
    expect(text).toContain('    network1 [label="tanh"];\n');
    expect(text.split('{').length).toBe(text.split('}').length);
  });
});

describe.concurrent('doctor', () => {
  test('says which vectors a run will use, and why', async () => {
    const { reason } = chooseSimd(process.versions, process.arch, '');
    expect(linesOf(await output('doctor')).map((line) => line.split(/ {2,}/))).toContainEqual(['vectors', reason]);
  });

  test('--json gives the same facts to a program', async () => {
    const facts = JSON.parse(await output('doctor', '--json')) as Record<string, string>;
    expect(Object.keys(facts)).toEqual([
      'marblenet',
      'node',
      'system',
      'kernels',
      'threads',
      'vectors',
      'data',
      'cache',
      'runs',
      'network',
    ]);
    expect(facts.node).toBe(`${process.versions.node}, V8 ${process.versions.v8}`);
  });

  const factsWith = async (environment: Record<string, string>): Promise<Record<string, string>> =>
    JSON.parse((await pipeline(['doctor', '--json'], environment)).stdout);

  test('says where data come from, and runs and the cache go, and how much room there is', async () => {
    const folder = await scratchFolder();
    const kept = join(folder, 'kept', 'deep');
    const found = await factsWith({ MARBLENET_RUNS: kept, MARBLENET_CACHE: folder, MARBLENET_DATA: '/some/where' });
    const free = '[\\d.,]+ [kMGTP]B free';
    expect(found.runs).toMatch(new RegExp(`^${kept}, ${free}, a checkpoint of pipelines/relu.yaml takes 0.2 MB$`));
    expect(found.cache).toMatch(new RegExp(`^${folder}, ${free}$`));
    expect(found.data).toBe(
      '/some/where: found no folder that can be opened (it does not exist), expected the folder with the MNIST files. ' +
        'Check --data or MARBLENET_DATA.',
    );
    expect(await readdir(folder)).toEqual([]); // looking makes no folder
  });

  test('says what happens where nothing is set, and where nothing can be written', async () => {
    const found = await factsWith({ MARBLENET_RUNS: 'none', MARBLENET_CACHE: join(MAIN, 'cache') });
    expect(found.runs).toBe('none are kept: MARBLENET_RUNS is none');
    expect(found.cache).toMatch(/cannot be written to \(.*\): nothing is kept$/);
    expect(found.data).toMatch(/^MARBLENET_DATA is not set: /);
  });

  test('says what it found of the data folder, and which places keep nothing', async () => {
    const data = await scratchFolder();
    await writeTinyMnist(data, (file) => file);
    const found = await factsWith({ MARBLENET_DATA: data, MARBLENET_CACHE: '/dev/null', MARBLENET_RUNS: TINY });
    expect(found.data).toBe(`${data}, which has MNIST`);
    expect(found.cache).toBe('/dev/null cannot be written to (it is a device, not a folder): nothing is kept');
    expect(found.runs).toContain(`${TINY} cannot be written to (it is a file, not a folder): `);
  });

  test.skipIf(process.platform !== 'linux')('says that nothing is kept in /proc', async () => {
    const found = await factsWith({ MARBLENET_CACHE: '/proc/x', MARBLENET_RUNS: '/proc' });
    const problem = 'cannot be written to (the system makes it up, and keeps nothing in it)';
    expect(found.cache).toBe(`/proc/x ${problem}: nothing is kept`);
    expect(found.runs).toContain(`/proc ${problem}: `);
  });

  test('says of a checkpoint what is so', async () => {
    const out = await scratchFolder();
    const drawn = ['--set', 'data.0={ digits: { train: 100, test: 20 } }', '--set', 'epochs=1'];
    const { code, stderr } = await pipeline(['run', 'pipelines/relu.yaml', ...drawn, '--out', out, '--no-report']);
    expect(code, stderr).toBe(0);
    const checkpoints = join(out, 'relu/1/checkpoints');
    const [name] = await readdir(checkpoints);
    expect((statSync(join(checkpoints, name)).size / 1e6).toFixed(1)).toBe('0.2');
  });
});

describe.concurrent('schema', () => {
  interface Items {
    readonly anyOf: readonly {
      readonly const?: string;
      readonly required?: readonly [string];
      readonly deprecated?: boolean;
    }[];
  }

  /** The names of stages that a section may hold, but for former ones. */
  function namesIn(text: string, section: string): string[] {
    const { properties } = JSON.parse(text) as { properties: Record<string, { items: Items }> };
    const forms = properties[section].items.anyOf.filter(({ deprecated = false }) => !deprecated);
    return [...new Set(forms.map((form) => form.const ?? form.required?.[0] ?? ''))].sort();
  }

  const named = (...families: string[]) =>
    factories
      .map(({ definition }) => definition)
      .filter(({ family }) => families.includes(family))
      .map(({ name }) => name)
      .sort();

  test('has every stage where it may stand', async () => {
    const text = await output('schema');
    expect(namesIn(text, 'data')).toEqual(named('sources', 'data'));
    expect(namesIn(text, 'network')).toEqual(named('layers', 'activations'));
    expect(namesIn(text, 'train')).toEqual(
      named('batches', 'augmentation', 'forward', 'losses', 'gradients', 'optimizers', 'metrics'),
    );
    for (const section of ['validation', 'test']) {
      expect(namesIn(text, section)).toEqual(named('batches', 'forward', 'losses', 'metrics'));
    }
  });

  test('--plugin adds its stages', async () => {
    expect(namesIn(await output('schema', '--plugin', LISHT), 'network')).toEqual(
      [...named('layers', 'activations'), 'lisht'].sort(),
    );
  });
});

describe.concurrent('lint', () => {
  test('says ok of each file that is', async () => {
    const files = ['pipelines/relu.yaml', 'pipelines/deep.yaml', 'examples/lisht/lisht.yaml'];
    expect(await output('lint', ...files)).toBe(files.map((file) => `${file}: ok\n`).join(''));
  });

  test('mentions what is called otherwise by now, and says ok', async () => {
    const tiny = await readFile(TINY, 'utf8');
    const former = tiny
      .replace('  - normalize', '  - take: { count: 100, split: train }\n  - normalize')
      .replace('- relu', '- leakyRelu: { slope: 0.1 }')
      .replace('- sgd: { learningRate: 0.1 }', '- rmsProp: { smoothing: 0.9 }');
    const file = await scratchFile('former.yaml', former);
    const note = (place: string, old: string, now: string) =>
      `${file}:${place}: "${old}" is called "${now}" now; the former name still works`;
    const lines = linesOf(await output('lint', file));
    expect(lines.slice(0, -1)).toEqual([
      note('7:5', 'take', 'takeExamples'),
      note('12:18', 'slope', 'negativeSlope'),
      note('19:16', 'smoothing', 'decay'),
    ]);
    expect(lines.at(-1)).toMatch(/: ok/);
    const printed = await output('print', file);
    expect(printed).toContain('- takeExamples: { count: 100, split: train }');
    expect(printed).toContain('- leakyRelu: { negativeSlope: 0.1 }');
    expect(printed).toMatch(/- rmsProp: \{ learningRate: 0\.01, decay: 0\.9, /);
    expect(await output('lint', await scratchFile('printed.yaml', printed))).not.toContain('former name');
  });

  test('looks at the files as --set and --swap change them', async () => {
    const changes = ['--set', 'train.sgd.learningRate=0.05', '--swap', 'relu=leakyRelu'];
    expect(await output('lint', TINY, ...changes)).toBe(`${TINY}: ok\n`);
    const wrong = ['--set', 'train.sgd.learningRate=-1'];
    expect(await pipeline(['lint', ...wrong, TINY, 'pipelines/relu.yaml'])).toEqual({
      code: 2,
      stdout: `${`${wrong.join(' ')}: sgd: learningRate: expected more than 0, found -1\n`.repeat(2)}`,
      stderr: '',
    });
    expect(await pipeline(['lint', '--swap', 'rleu=tanh', TINY])).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^--swap rleu=tanh: the pipeline has no stage "rleu"; did you mean "relu"\?/),
    });
  });

  test('reports every file that is not, and ends with exit 2', async () => {
    const tiny = await readFile(TINY, 'utf8');
    const option = await scratchFile('option.yaml', tiny.replace('size: 20', 'sise: 20'));
    const wiring = await scratchFile('wiring.yaml', tiny.replace('  - forward\n', ''));
    const yaml = await scratchFile('yaml.yaml', tiny.replace('{ train: 200', '{ train: [200'));
    const { code, stdout, stderr } = await pipeline(['lint', option, TINY, wiring, 'nowhere.yaml', yaml]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(linesOf(stdout)).toEqual([
      expect.stringContaining(`${option}:14:21: shuffleBatch has no option "sise"; did you mean "size"?`),
      `${TINY}: ok`,
      expect.stringMatching(/wiring\.yaml:15:5: .*put forward before it$/),
      'nowhere.yaml: there is no such file',
      expect.stringContaining(`${yaml}:6:`),
    ]);
  });
});
