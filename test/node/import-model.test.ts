/** Weights of other programs in a network of ours: what fits says what it said there, what does not is named. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { exportModel, loadModel, type Model, runPipeline } from 'marblenet';
import { beforeAll, describe, expect, it } from 'vitest';
import { joined } from '../../src/core/bytes.js';
import { encodeNpz } from '../../src/core/formats/npz.js';
import { bytesField, text, varint } from '../../src/core/formats/protobuf.js';
import { encodeSafetensors, type StoredTensor } from '../../src/core/model/safetensors.js';
import { importModel } from '../../src/node/import-model.js';
import { loadPipeline } from '../../src/node/load-pipeline.js';
import { commandEnvironment, linesOf, MAIN, pipeline } from '../cli/pipeline-command.js';
import { TINY, tinyWith } from '../tiny-pipeline.js';
import { temporaryFile, temporaryFolder } from './temporary-folder.js';

const samples = Array.from({ length: 30 }, (_, n) => Uint8Array.from({ length: 784 }, (_, i) => (i * n) % 256));

/** Puts a file's weights into a pipeline. */
const imported = async (content: Uint8Array, name: string, text = TINY): Promise<Model> =>
  importModel(await temporaryFile(content, name), await loadPipeline('tiny.yaml', { text, plugins: false }));

let model: Model;
beforeAll(async () => {
  model = (await runPipeline('tiny.yaml', { text: TINY, plugins: false })).network;
});

const exported = async (...given: Parameters<typeof exportModel> extends [unknown, ...infer Rest] ? Rest : never) =>
  (await exportModel(model, ...given))[0].content;

describe('what was exported comes back, bit for bit', () => {
  it.each([
    ['safetensors', { names: 'pytorch' }],
    ['safetensors', { names: 'notebook' }],
    ['npz', { names: 'pytorch' }],
    ['npz', { names: 'notebook' }],
    ['onnx', {}],
    ['onnx', { logits: true }],
  ] as const)('%s %j', async (format, options) => {
    const back = await imported(await exported(format, options), `weights.${format}`);
    expect(await back.predict(samples)).toEqual(await model.predict(samples));
    expect(back.description).toEqual({ ...model.description, reached: undefined });
  });

  it('as the model itself', async () => {
    const { tensors } = { tensors: Object.fromEntries(model.parameters.map(({ name, value }) => [name, value])) };
    const back = await imported(encodeSafetensors({ tensors: tensors as never, metadata: {} }), 'own.safetensors');
    expect(await back.predict(samples)).toEqual(await model.predict(samples));
  });

  it('where the pipeline would average its weights', async () => {
    const text = tinyWith('  - sgd: { learningRate: 0.1 }', '  - sgd: { learningRate: 0.1 }\n  - averageWeights');
    const back = await imported(await exported('npz', { names: 'pytorch' }), 'weights.npz', text);
    expect(await back.predict(samples)).toEqual(await model.predict(samples));
    expect(back.state()).toEqual(model.state()); // which is what is saved
  });

  it('with gelu, which is five operators of ONNX', async () => {
    const text = TINY.replace('- relu', '- gelu');
    const { network } = await runPipeline('tiny.yaml', { text, plugins: false });
    const [{ content }] = await exportModel(network, 'onnx');
    expect(await (await imported(content, 'gelu.onnx', text)).predict(samples)).toEqual(await network.predict(samples));
  });
});

describe('as others write it', () => {
  it('a bias of one row', async () => {
    const tensors = Object.fromEntries(
      model.parameters.map(({ name, value: { shape, data } }) => [
        name,
        { shape: shape.length === 1 ? [1, ...shape] : shape, data: data as Float32Array },
      ]),
    );
    const back = await imported(encodeSafetensors({ tensors, metadata: {} }), 'rows.safetensors');
    expect(await back.predict(samples)).toEqual(await model.predict(samples));
  });

  it.each([
    [[1, 0], true],
    [[], true],
    [[0, 1], false],
  ] as const)("PyTorch's weights, transposed in ONNX by %j", async (permutation, isTaken) => {
    const node = (
      op: string,
      output: string,
      inputs: readonly string[],
      more: readonly Uint8Array<ArrayBuffer>[] = [],
    ) => bytesField(1, joined([...inputs.map((input) => text(1, input)), text(2, output), text(4, op), ...more]));
    const tensor = (name: string, shape: readonly number[], data: Float32Array) =>
      bytesField(
        5,
        joined([
          ...shape.map((size) => varint(1, size)),
          varint(2, 1),
          text(8, name),
          bytesField(9, new Uint8Array(data.slice().buffer)),
        ]),
      );
    const perm = bytesField(5, joined([text(1, 'perm'), ...permutation.map((axis) => varint(8, axis)), varint(20, 7)]));
    const [W1, b1, W2, b2] = model.parameters.map(({ value: { shape, data } }) => ({
      shape,
      data: data as Float32Array,
    }));
    const turned = ({ shape: [rows, columns], data }: typeof W1) =>
      [[columns, rows], Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)])] as const;
    const more = permutation.length > 0 ? [perm] : [];
    const graph = joined([
      node('Transpose', 't1', ['w1'], more),
      node('MatMul', 'm1', ['x', 't1']),
      node('Add', 'a1', ['m1', 'b1']),
      node('Relu', 'r1', ['a1']),
      node('Transpose', 't2', ['w2'], more),
      node('MatMul', 'm2', ['r1', 't2']),
      node('Add', 'y', ['m2', 'b2']),
      tensor('w1', ...turned(W1)),
      tensor('w2', ...turned(W2)),
      tensor('b1', b1.shape, b1.data),
      tensor('b2', b2.shape, b2.data),
    ]);
    const back = imported(bytesField(7, graph), 'torch.onnx');
    if (isTaken) expect(await (await back).predict(samples)).toEqual(await model.predict(samples));
    else await expect(back).rejects.toThrow('the node Transpose transposes something else than a matrix');
  });
});

describe('a square layer', () => {
  const text = TINY.replace('- dense: { units: 10 }', '- dense: { units: 8 }\n  - relu\n  - dense: { units: 10 }');
  const turn = ({ shape: [rows, columns], data }: StoredTensor): StoredTensor => ({
    shape: [columns, rows],
    data: Float32Array.from(data, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]),
  });

  it.each([
    ['W', false],
    ['W', true],
    ['weight', false],
    ['weight', true],
  ])('lies as the others of its file do: called %s, turned: %s', async (word, isTurned) => {
    const { network } = await runPipeline('tiny.yaml', { text, plugins: false });
    const tensors = Object.fromEntries(
      network.parameters.map(({ name, value }) => {
        const stored = { shape: value.shape, data: value.data as Float32Array };
        const other = name.replace(/^network\./, '').replace(/W$/, word);
        return [other, isTurned && name.endsWith('W') ? turn(stored) : stored];
      }),
    );
    expect(network.parameters.map(({ value: { shape } }) => shape)).toContainEqual([8, 8]);
    const back = await imported(encodeSafetensors({ tensors, metadata: {} }), 'square.safetensors', text);
    expect(await back.predict(samples)).toEqual(await network.predict(samples));
  });
});

/** A safetensors file of 16-bit numbers, made from the upper halves of float32 or from small whole numbers. */
function halves(dtype: 'BF16' | 'F16', shapes: Readonly<Record<string, readonly number[]>>, bits: number): Uint8Array {
  let end = 0;
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const begin = end;
    end += 2 * shape.reduce((a, b) => a * b);
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(new Uint16Array(end / 2).fill(bits).buffer)]);
}

const SHAPES = { '0.weight': [8, 784], '0.bias': [8], '2.weight': [10, 8], '2.bias': [10] };

it.each([
  ['BF16', 0x3fc0],
  ['F16', 0x3e00],
] as const)('%s is read as the numbers that it stands for', async (dtype, bits) => {
  const { parameters } = await imported(halves(dtype, SHAPES, bits), 'halves.safetensors');
  for (const { value } of parameters) expect([...new Set(value.data)]).toEqual([1.5]);
});

describe('what does not fit is named', () => {
  const tensorsOf = (shapes: Readonly<Record<string, readonly number[]>>, number = 0) =>
    encodeSafetensors({
      tensors: Object.fromEntries(
        Object.entries(shapes).map(([name, shape]): [string, StoredTensor] => [
          name,
          { shape, data: new Float32Array(shape.reduce((a, b) => a * b)).fill(number) },
        ]),
      ),
      metadata: {},
    });
  const { '0.bias': _, ...withoutBias } = SHAPES;

  it.each([
    ['other sizes', { ...SHAPES, '0.weight': [9, 784] }, '0.weight [9, 784] does not fit network.0.W [784, 8]'],
    [
      'too few layers',
      { '0.weight': [8, 784] },
      'it has 1 layers with weights, 0.weight [8, 784]; the pipeline has 2, network.0.W [784, 8], network.0.b [8], ' +
        'network.2.W [8, 10], network.2.b [10]',
    ],
    ['no bias', withoutBias, 'it has nothing for network.0.b [8]: the layer 0 has 0.weight [8, 784]'],
    ['names that say nothing', { ...SHAPES, running_mean: [8] }, 'it has a tensor running_mean [8], expected names as'],
  ])('%s', async (_, shapes, message) => {
    await expect(imported(tensorsOf(shapes), 'weights.safetensors')).rejects.toMatchObject({
      name: 'DataError',
      exitCode: 3,
      message: expect.stringContaining(message),
    });
  });

  it('a bias where the pipeline has none', async () => {
    const text = tinyWith('units: 8', 'units: 8, bias: false');
    await expect(imported(tensorsOf(SHAPES), 'weights.safetensors', text)).rejects.toThrow(
      '0.bias [8] has no place in the pipeline: network.0 has W alone',
    );
  });

  it('numbers that are none', async () => {
    await expect(imported(tensorsOf(SHAPES, Number.NaN), 'weights.safetensors')).rejects.toThrow(
      '0.weight holds NaN at [0, 0], expected finite numbers',
    );
  });

  it('numbers that are too large for the type of the pipeline', async () => {
    const [{ name, value }, ...others] = model.parameters;
    const large = {
      shape: value.shape,
      data: Float64Array.from(value.data, (number, i) => (i === 9 ? 1e300 : number)),
    };
    const content = encodeNpz(new Map([[name, large], ...others.map((one) => [one.name, one.value] as const)]));
    await expect(imported(content, 'over.npz')).rejects.toThrow(
      'network.0.W holds 1e+300 at [1, 1], which is too large for float32',
    );
    expect(await imported(content, 'over.npz', `dtype: float64\n${TINY}`)).toMatchObject({ name: 'tiny' });
  });

  it('an archive that unpacks to more than the weights could take, or has other numbers than its checksums say', async () => {
    const content = Buffer.from(await exported('npz'));
    const central = content.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
    const bomb = Buffer.from(content);
    bomb.writeUInt32LE(2 ** 29, central + 24);
    await expect(imported(bomb, 'bomb.npz')).rejects.toThrow(/its arrays take 5\d{8} bytes, expected at most \d{8}/);
    const flipped = Buffer.from(content);
    flipped[300] ^= 1;
    await expect(imported(flipped, 'flipped.npz')).rejects.toThrow('its numbers are not those of its checksum');
  });

  const between = (layers: string) => tinyWith('  - relu\n', layers);

  it.each([
    [
      '  - dense: { units: 8 }\n  - relu\n',
      '  - relu\n  - dense: { units: 8 }\n',
      'Gemm, Gemm, Relu, Gemm',
      'Gemm, Relu, Gemm, Gemm',
    ],
    ['  - softmax\n', '', 'Gemm, Softmax, Gemm', 'Gemm, Gemm'],
    ['  - gelu\n', '', 'Gemm, Erf, Gemm', 'Gemm, Gemm'],
  ])('a network of ONNX with %j, in one with %j', async (theirs, ours, found, expected) => {
    const { network } = await runPipeline('tiny.yaml', { text: between(theirs), plugins: false });
    const [{ content }] = await exportModel(network, 'onnx', { logits: true });
    await expect(imported(content, 'other.onnx', between(ours))).rejects.toThrow(
      `its operators are ${found}; those of the pipeline are ${expected}`,
    );
    const back = await imported(content, 'same.onnx', between(theirs));
    expect(await back.predict(samples)).toEqual(await network.predict(samples));
  });

  it.each(['relu', 'gelu'])('targets that ONNX scales back as the pipeline does not, behind %s', async (activation) => {
    const lines = Array.from({ length: 40 }, (_, i) => `${Math.sin(i)},${Math.cos(i)},${7 * i}`);
    const table = await temporaryFile(Buffer.from(['a,b,y', ...lines].join('\n')), 'table.csv');
    const textOf = (targets: string) => `name: real
epochs: 1
data: [csv: { train: ${JSON.stringify(table)}, target: y }${targets}]
network: [dense: { units: 4 }, ${activation}, dense: { units: 1 }]
train: [batch: { size: 8 }, forward, meanSquaredError, backward, sgd: { learningRate: 0.01 }]
`;
    const text = textOf(', standardize: { of: targets }');
    const { network } = await runPipeline('real.yaml', { text, plugins: false });
    const [{ content }] = await exportModel(network, 'onnx');
    const rows = [
      [0.5, 2],
      [-1, 3],
    ];
    const back = await imported(content, 'real.onnx', text);
    expect(await back.predict(rows)).toEqual(await network.predict(rows));
    await expect(imported(content, 'real.onnx', textOf(''))).rejects.toThrow(
      /its outputs are x 80\.8\d* \+ 136\.5, those of the pipeline are as the network says them/,
    );
    await expect(
      imported(content, 'real.onnx', textOf(', takeExamples: { count: 20 }, standardize: { of: targets }')),
    ).rejects.toThrow(
      /its outputs are x 80\.8\d* \+ 136\.5, those of the pipeline are x \S+ \+ \S+: targets that were scaled in another way/,
    );
  });

  it('another activation in ONNX', async () => {
    const text = TINY.replace('- relu', '- leakyRelu');
    await expect(imported(await exported('onnx'), 'weights.onnx', text)).rejects.toThrow(
      'its operators are Gemm, Relu, Gemm, Softmax; those of the pipeline are Gemm, LeakyRelu (alpha 0.01), Gemm',
    );
  });

  it('what is none of these files, and a file that is not there', async () => {
    const formats = 'expected weights: safetensors, npz or ONNX';
    await expect(imported(Buffer.from('hello'), 'weights')).rejects.toThrow(`found plain text, ${formats}`);
    await expect(imported(Buffer.from('{"a": 1}'), 'relu.json')).rejects.toThrow(`found JSON, ${formats}`);
    await expect(imported(Buffer.from('\x89PNG', 'latin1'), 'a')).rejects.toThrow(`found a PNG image, ${formats}`);
    await expect(imported(Buffer.alloc(0), 'weights')).rejects.toThrow(`found an empty file, ${formats}`);
    await expect(imported(Buffer.from([1, 2, 3]), 'weights')).rejects.toThrow('this is no ONNX file');
    const loaded = await loadPipeline('tiny.yaml', { text: TINY });
    await expect(importModel('/nowhere', loaded)).rejects.toThrow('/nowhere: expected weights: it does not exist');
  });
});

it.each(['npz', 'onnx'] as const)(
  'a damaged file of %s is refused or read, and never crashes',
  async (format) => {
    const bytes = await exported(format);
    const loaded = await loadPipeline('tiny.yaml', { text: TINY });
    const folder = await temporaryFolder();
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), async (at, byte, cut) => {
        const damaged = cut ? bytes.slice(0, at) : bytes.slice();
        if (!cut) damaged[at] = byte;
        const path = join(folder, 'damaged');
        await writeFile(path, damaged);
        const outcome = await importModel(path, loaded).catch((error) => error);
        expect('predict' in outcome || ['DataError', 'PipelineError'].includes(outcome.name), String(outcome)).toBe(
          true,
        );
      }),
      { numRuns: 25 },
    );
  },
  120_000,
);

describe('the command', () => {
  it('makes a folder as of a run, with the pipeline', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'weights.npz'), await exported('npz'));
    await writeFile(join(folder, 'tiny.yaml'), TINY);
    const args = ['import', 'weights.npz', '--into', 'tiny.yaml'];
    const env = { ...commandEnvironment(), MARBLENET_RUNS: 'kept' };
    const inFolder = (...words: string[]) =>
      execFileSync(process.execPath, [MAIN, ...words], { cwd: folder, env, encoding: 'utf8' });
    const stdout = inFolder(...args);
    const made = join('kept', 'tiny', '1');
    expect(stdout).toBe(`wrote ${join(made, 'model.safetensors')}: 6,370 weights of weights.npz\n`);
    expect(linesOf(inFolder('runs'))[1].split(/ {2,}/).slice(0, 2)).toEqual([made, 'imported']);
    expect(inFolder('evaluate', made)).toMatch(/^test: 50 examples of digits/);
    expect(await (await loadModel(join(folder, made))).predict(samples)).toEqual(await model.predict(samples));
    const { definition, resolved } = await loadPipeline(join(folder, made, 'pipeline.yaml'));
    expect([definition.name, resolved]).toEqual(['tiny', (await loadPipeline(join(folder, 'tiny.yaml'))).resolved]);
  });

  it('is no run that could go on: resume says what to do instead, and that works', async () => {
    const folder = await temporaryFolder();
    const [weights, file] = ['weights.npz', 'tiny.yaml'].map((name) => join(folder, name));
    await writeFile(weights, await exported('npz'));
    await writeFile(file, TINY);
    const args = ['import', weights, '--into', file];
    expect(await pipeline(args)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^MARBLENET_RUNS is none, .*--out/),
    });
    const out = { MARBLENET_RUNS: join(folder, 'runs') };
    expect(await pipeline(args, out)).toMatchObject({ code: 0, stderr: '' });
    const made = join(folder, 'runs/tiny/1');
    const { code, stderr } = await pipeline(['resume', made]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`imported from ${weights}, `) });
    const [, setting] = /say "(.*)"/.exec(stderr) ?? [];
    expect(setting).toBe(`initialWeights: ${join(made, 'model.safetensors')}`);
    const frozen = TINY.replaceAll(/dense: \{ (.*) \}/g, 'dense: { $1, freeze: true }');
    const result = await runPipeline('tiny.yaml', { text: `${setting}\n${frozen}`, plugins: false });
    expect(await result.network.predict(samples)).toEqual(await model.predict(samples));
  });

  it('is kept in the folder of runs that --out names, as a run is', async () => {
    const folder = await temporaryFolder();
    const [weights, file, out] = ['weights.npz', 'tiny.yaml', 'others'].map((name) => join(folder, name));
    await writeFile(weights, await exported('npz'));
    await writeFile(file, TINY);
    const { stdout } = await pipeline(['import', weights, '--into', file, '--out', out]);
    expect(stdout).toContain(`wrote ${join(out, 'tiny/1/model.safetensors')}: `);
    expect(await (await loadModel(join(out, 'tiny'))).predict(samples)).toEqual(await model.predict(samples));
  });

  it('writes the model alone where it is told to, and leaves a file alone that is there', async () => {
    const folder = await temporaryFolder();
    const [weights, file, out] = ['weights.npz', 'tiny.yaml', 'model.safetensors'].map((name) => join(folder, name));
    await writeFile(weights, await exported('npz'));
    await writeFile(file, TINY);
    const args = ['import', weights, '--into', file, '--out', out];
    expect(await pipeline(args)).toMatchObject({ code: 0, stderr: '' });
    expect(await (await loadModel(out)).predict(samples)).toEqual(await model.predict(samples));
    expect(await pipeline(args)).toMatchObject({ code: 2, stderr: `${out} is there already; --force replaces it\n` });
  });
});

it.skipIf(!hasNumpy())('reads what NumPy saved, compressed or not, in either order of axes', async () => {
  const folder = await temporaryFolder();
  const program = `
import numpy as np, sys
r = np.random.RandomState(1)
w = {'W1': np.asfortranarray(r.randn(784, 8)), 'b1': r.randn(8), 'W2': r.randn(8, 10).astype('f4'), 'b2': r.randn(10)}
np.savez(sys.argv[1] + '/plain.npz', **w)
np.savez_compressed(sys.argv[1] + '/packed.npz', **w)
np.save(sys.argv[1] + '/right.npy', (np.maximum(np.full(784, 9) / 255 @ w['W1'] + w['b1'], 0) @ w['W2'] + w['b2']).astype('f8'))`;
  execFileSync('/usr/bin/python3', ['-c', program, folder]);
  const right = new Float64Array(new Uint8Array(readFileSync(join(folder, 'right.npy')).subarray(128)).buffer);
  for (const name of ['plain.npz', 'packed.npz']) {
    const loaded = await loadPipeline('tiny.yaml', { text: TINY });
    const { outputs } = await (await importModel(join(folder, name), loaded)).predict(new Uint8Array(784).fill(9));
    for (const [i, value] of right.entries()) expect(outputs.data[i]).toBeCloseTo(value, 4);
  }
});

function hasNumpy(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('SKIPPED: Python has no NumPy here');
    return false;
  }
}
