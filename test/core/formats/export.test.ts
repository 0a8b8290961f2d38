/** What is carried elsewhere says there what the model says here: read back by programs that are not this one. */
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import {
  activation,
  averagePool2d,
  backward,
  batchNorm,
  builtInStages,
  conv2d,
  crossEntropy,
  dense,
  digits,
  dropout,
  dropout2d,
  exportModel,
  flatten,
  forward,
  globalAveragePool,
  layerNorm,
  type Model,
  maxPool2d,
  meanSquaredError,
  normalize,
  oneHot,
  type PipelineDefinition,
  type Prediction,
  relu,
  residual,
  runPipeline,
  type Samples,
  sgd,
  shuffleBatch,
  softmax,
  softmaxCrossEntropy,
  type Tensor,
} from 'marblenet';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { createModel } from '../../../src/core/model/model.js';
import { decodeSafetensors } from '../../../src/core/model/safetensors.js';
import { buildNetwork } from '../../../src/core/pipeline/network-alone.js';
import { fromRoot } from '../../cli/pipeline-command.js';
import { temporaryFolder } from '../../node/temporary-folder.js';
import { runOnnx } from './read-onnx.js';

/** Pictures that look like nothing, each another. */
const pictures = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => Uint8Array.from({ length: 784 }, (_, i) => (i * n * 7 + (n >> 3)) % 256));

const trained = async (
  network: PipelineDefinition['network'],
  loss: ReturnType<typeof softmaxCrossEntropy> = softmaxCrossEntropy(),
): Promise<Model> =>
  (
    await runPipeline({
      name: 'small',
      seed: 3,
      data: [digits({ train: 200, test: 20 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
      network,
      train: [shuffleBatch({ size: 20 }), forward(), loss, backward(), sgd({ learningRate: 0.1 })],
    })
  ).network;

let model: Model;
beforeAll(async () => {
  model = await trained([dense({ units: 16 }), relu(), dropout(), dense({ units: 10 })]);
});

const text = async (...given: Parameters<typeof exportModel>): Promise<string> =>
  new TextDecoder().decode((await exportModel(...given))[0].content);

type Module = { readonly predict: (samples: Samples) => Prediction; readonly model: object };

async function moduleOf(exported: Model): Promise<Module> {
  const path = join(await temporaryFolder(), 'network.mjs');
  await writeFile(path, await text(exported, 'js'));
  return import(/* @vite-ignore */ pathToFileURL(path).href);
}

/** The largest difference, of numbers beyond 1 relative to them; NaN where a number is missing. */
const farthest = (found: ArrayLike<number>, right: ArrayLike<number>): number =>
  Array.from(
    { length: Math.max(found.length, right.length) },
    (_, i) => Math.abs(found[i] - right[i]) / Math.max(1, Math.abs(right[i])),
  ).reduce((most, difference) => Math.max(most, difference));

async function expectEverywhere(exported: Model, count: number): Promise<void> {
  const samples = pictures(count);
  const { outputs, probabilities, classes, names } = await exported.predict(samples);
  const inJs = (await moduleOf(exported)).predict(samples);
  expect(inJs).toMatchObject({ classes, names, outputs: { shape: outputs.shape } });
  expect(farthest(inJs.outputs.data, outputs.data)).toBeLessThan(1e-5);
  if (probabilities !== undefined) {
    expect(farthest(inJs.probabilities?.data ?? [], probabilities.data)).toBeLessThan(1e-5);
  }
  const [{ content }] = await exportModel(exported, 'onnx');
  const inOnnx = await runOnnx(content, exported.shape, samples);
  expect(inOnnx).toMatchObject({
    name: probabilities === undefined ? 'outputs' : 'probabilities',
    shape: outputs.shape,
  });
  expect(farthest(inOnnx.data, (probabilities ?? outputs).data)).toBeLessThan(1e-5);
}

describe('JavaScript and ONNX say what the model says', () => {
  it('of 1,000 samples', () => expectEverywhere(model, 1000));

  const activations = [...builtInStages.values()].filter(({ definition }) => definition.family === 'activations');
  it.each(activations.map((factory) => [factory.definition.name, factory] as const))('with %s', async (_, factory) => {
    await expectEverywhere(await trained([dense({ units: 12 }), factory({}), dense({ units: 10, bias: false })]), 20);
  });

  it('with images from layer to layer', async () => {
    const layers = [
      conv2d({ filters: 4, kernel: [5, 3], stride: [2, 1], padding: 'same' }),
      batchNorm(),
      relu(),
      maxPool2d({ size: 3, stride: 2, padding: 1 }),
      conv2d({ filters: 6, kernel: 2, dilation: 2, groups: 2, bias: false }),
      layerNorm(),
      averagePool2d({ size: [2, 3], padding: [1, 0] }),
      dropout2d({ rate: 0.1 }),
    ];
    await expectEverywhere(await trained([...layers, flatten(), batchNorm(), dense({ units: 10 })]), 20);
    await expectEverywhere(await trained([...layers, globalAveragePool(), dense({ units: 10 })]), 20);
  });

  it('of pipelines/conv/strong.yaml, with running means that training left', async () => {
    const { network } = await runPipeline(fromRoot('pipelines/conv/strong.yaml'), {
      set: [
        ...['epochs=1', 'data.0={ digits: { train: 200, test: 20 } }', 'network.15.dense.units=16'],
        ...[0, 3, 7, 10].map((position) => `network.${position}.conv2d.filters=8`), // what JavaScript loops over
      ],
    });
    const { 'network.1.mean': mean } = network.state();
    expect((mean as Tensor).data.some((value) => Math.abs(value) > 0.01)).toBe(true);
    await expectEverywhere(network, 4);
  });

  it('with groups, depthwise filters and dilation in a residual', async () => {
    const conv = conv2d({ filters: 6, kernel: 4, stride: 3 });
    const depthwise = conv2d({ filters: 6, groups: 6, dilation: 2, padding: 'same', bias: false });
    const pointwise = conv2d({ filters: 6, kernel: 1, groups: 3 });
    const block = residual({ stages: [depthwise, batchNorm(), relu(), pointwise] });
    await expectEverywhere(await trained([conv, block, batchNorm(), globalAveragePool(), dense({ units: 10 })]), 20);
  });

  it('with a shortcut to another shape', async () => {
    const conv = conv2d({ filters: 4, kernel: 4, stride: 3 });
    const stages = [conv2d({ filters: 6, padding: 1, stride: 2 }), batchNorm(), relu()];
    const block = residual({
      stages,
      shortcut: [conv2d({ filters: 6, kernel: 1, stride: 2, bias: false }), batchNorm()],
    });
    await expectEverywhere(await trained([conv, block, globalAveragePool(), dense({ units: 10 })]), 20);
  });

  it('with normalization of images without an axis of channels', async () => {
    await expectEverywhere(await trained([batchNorm(), layerNorm(), dropout2d(), dense({ units: 10 })]), 20);
  });

  it('with stages inside others', async () => {
    const conv = () => conv2d({ filters: 3, padding: 'same' });
    const inner = residual({ stages: [conv(), relu()] });
    const network = [conv(), residual({ stages: [batchNorm(), relu(), inner, conv()] }), relu()];
    const rows = [dense({ units: 12 }), residual({ stages: [relu(), dense({ units: 12 })] })];
    const blocks = await trained([...network, averagePool2d({ size: 4 }), ...rows, dense({ units: 10 })]);
    await expectEverywhere(blocks, 20);
    const [{ content }] = await exportModel(blocks, 'safetensors');
    const { tensors } = decodeSafetensors(content, 'blocks.safetensors');
    expect(Object.keys(tensors)).toEqual(
      expect.arrayContaining(['1.2.0.weight', '1.2.0.bias', '1.0.running_mean', '6.1.weight', '7.weight']),
    );
    expect(tensors['6.1.weight'].shape).toEqual([12, 12]);
  });

  it('with probabilities of its own', async () => {
    await expectEverywhere(await trained([dense({ units: 10 }), softmax()], crossEntropy()), 20);
  });

  it('with numbers that are no probabilities', async () => {
    await expectEverywhere(await trained([dense({ units: 10 })], meanSquaredError()), 20);
  });

  it('with a scaling of its own for each column', async () => {
    const { description } = model;
    const columns = (first: number) => Array.from({ length: 784 }, (_, i) => first + (i % 5));
    const scaling = { mean: columns(1), std: columns(200) };
    const stages = [dense({ units: 10 })];
    const network = buildNetwork(
      stages,
      { kind: 'batch', size: 20, shape: [28, 28], classes: 10, targets: undefined },
      'float32',
    );
    network.parameters[0].value.data.forEach((_, i, all) => {
      all[i] = Math.sin(i);
    });
    const own = { ...description, scaling, network: [{ name: 'dense', options: stages[0].options }] };
    await expectEverywhere(createModel(own, network), 20);
  });

  it('and every stage of a network has a rule', () => {
    const stages = [...builtInStages.values()].filter(({ definition: { family } }) =>
      ['layers', 'activations'].includes(family),
    );
    const without = stages.filter(({ definition: { onnx } }) => onnx === undefined);
    expect(without.map(({ definition }) => definition.name)).toEqual([]);
  });
});

describe('a stage of your own', () => {
  const formula = () => ({ value: (x: number) => x * Math.min(1, x), derivative: (x: number) => (x < 1 ? 2 * x : 1) });

  it('is carried by its rule', async () => {
    const bent = activation({
      name: 'bent',
      summary: 'x min(1, x)',
      formula,
      onnx: (graph, x) => graph.add('Mul', [x, graph.add('Min', [graph.constant(1), x])]),
    });
    await expectEverywhere(await trained([dense({ units: 12 }), bent(), dense({ units: 10 })]), 20);
  });

  it('without a rule, is named', async () => {
    const bent = activation({ name: 'bent', summary: 'x min(1, x)', formula });
    const own = await trained([dense({ units: 10 }), bent()]);
    const message = 'the stage bent at network.1 says nothing of ONNX: give it a rule';
    await expect(exportModel(own, 'onnx')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
    await expect(exportModel(own, 'js')).rejects.toThrow(
      'the stage bent at network.1 says nothing of ONNX, whose operators JavaScript is made of: give it a rule',
    );
  });

  it('with an operator that JavaScript has not here, is named, and goes to ONNX', async () => {
    const sine = activation({
      name: 'sine',
      summary: 'sin(x)',
      formula: () => ({ value: Math.sin, derivative: Math.cos }),
      onnx: (graph, x) => graph.add('Sin', x),
    });
    const own = await trained([dense({ units: 10 }), sine()]);
    await expect(exportModel(own, 'js')).rejects.toThrow('network.1.Sin.3: JavaScript has no Sin as it is used here');
    const { outputs } = await own.predict(pictures(3));
    const [{ content }] = await exportModel(own, 'onnx', { logits: true });
    expect(farthest((await runOnnx(content, [28, 28], pictures(3))).data, outputs.data)).toBeLessThan(1e-5);
  });
});

describe('the JavaScript module', () => {
  it('has one file, a few kilobytes beside its weights, and imports nothing', async () => {
    const code = await text(model, 'js');
    const weights = 4 * Math.ceil((4 * (784 * 16 + 16)) / 3) + 4 * Math.ceil((4 * (16 * 10 + 10)) / 3);
    expect(code.length - weights).toBeLessThan(4096);
    expect(code).not.toMatch(/\b(import|require|process|document|window)\b(?! \{ predict)/);
  });

  it('takes one sample, several, or several with their shape', async () => {
    const { predict } = await moduleOf(model);
    const [first, second] = pictures(3).slice(1);
    const both = predict([first, second]);
    expect(predict({ shape: [2, 28, 28], data: [...first, ...second] })).toEqual(both);
    expect(predict(first).classes).toEqual([both.classes[0]]);
    expect(predict(Array.from(first)).classes).toEqual([both.classes[0]]);
    expect(predict([])).toMatchObject({ classes: [], outputs: { shape: [0, 10] } });
  });

  it('refuses samples of another size, and what is not finite', async () => {
    const { predict } = await moduleOf(model);
    expect(() => predict(new Uint8Array(3))).toThrow('sample 0: found 3 numbers, expected 784');
    for (const none of [null, undefined, 'x'])
      expect(() => predict(none as never)).toThrow(`found ${none}, expected numbers of one sample`);
    expect(() => predict([new Float32Array(784), new Float32Array(784).fill(Number.NaN)])).toThrow(
      'sample 1: found NaN at number 0, expected a finite number',
    );
    expect(() => predict({ shape: [2, 28, 28], data: new Uint8Array(784) })).toThrow(
      'found 784 numbers for 2 samples, expected 1568',
    );
  });

  it('says what it is', async () => {
    const { model: info } = await moduleOf(model);
    const { reached } = model.description;
    expect(info).toEqual({ name: 'small', shape: [28, 28], classNames: Array.from('0123456789'), run: reached });
  });

  it('runs in a worker', async () => {
    const path = join(await temporaryFolder(), 'network.mjs');
    await writeFile(path, await text(model, 'js'));
    const code = `const { parentPort } = require('node:worker_threads');
      import(${JSON.stringify(pathToFileURL(path).href)}).then(({ predict }) => parentPort.postMessage(predict(new Uint8Array(784).fill(9)).classes));`;
    const worker = new Worker(code, { eval: true });
    const classes = await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();
    expect(classes).toEqual((await model.predict(new Uint8Array(784).fill(9))).classes);
  });

  it('has types that TypeScript takes', async () => {
    const folder = await temporaryFolder();
    const [code, types] = await exportModel(model, 'js');
    await writeFile(join(folder, 'network.js'), code.content);
    await writeFile(join(folder, 'network.d.ts'), types.content);
    await writeFile(
      join(folder, 'use.ts'),
      `import { model, predict } from './network.js';
       const { classes, names, probabilities } = predict([new Uint8Array(784)]);
       const first: number = classes[0];
       export const all: [number, string, number | undefined, string] = [first, names[0], probabilities?.data[0], model.name];
       // @ts-expect-error a picture is no sample
       predict('picture.png');`,
    );
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const program = ts.createProgram([join(folder, 'use.ts')], {
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ['lib.es2022.d.ts'],
      skipDefaultLibCheck: true,
      types: [],
    });
    expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText)).toEqual([]);
  });
});

describe('ONNX', () => {
  it('gives logits where they are asked for', async () => {
    const [{ content }] = await exportModel(model, 'onnx', { logits: true });
    const found = await runOnnx(content, [28, 28], pictures(5));
    expect(found.name).toBe('logits');
    expect(farthest(found.data, (await model.predict(pictures(5))).outputs.data)).toBeLessThan(1e-5);
  });

  it('has no logits where the network gives probabilities', async () => {
    const own = await trained([dense({ units: 10 }), softmax()], crossEntropy());
    await expect(exportModel(own, 'onnx', { logits: true })).rejects.toThrow(
      'the network gives probabilities, and has no logits',
    );
  });

  it.skipIf(!pythonHas('onnx'))("passes the full check of Python's onnx, with strict shape inference", async () => {
    const path = join(await temporaryFolder(), 'network.onnx');
    const activations = [...builtInStages.values()].filter(({ definition }) => definition.family === 'activations');
    const all = await trained([
      dense({ units: 12 }),
      dropout(),
      ...activations.map((made) => made({})),
      dense({ units: 10 }),
    ]);
    await writeFile(path, (await exportModel(all, 'onnx'))[0].content);
    const program = `
import onnx, json, sys
model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
inferred = onnx.shape_inference.infer_shapes(model, strict_mode=True)
print(json.dumps({
  'opset': [o.version for o in model.opset_import],
  'metadata': {p.key: p.value for p in model.metadata_props},
  'input': [d.dim_param or d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim],
  'output': [d.dim_param or d.dim_value for d in inferred.graph.output[0].type.tensor_type.shape.dim],
}))`;
    const found = JSON.parse(execFileSync('/usr/bin/python3', ['-c', program, path], { encoding: 'utf8' }));
    expect(found).toEqual({
      opset: [17],
      metadata: {
        name: 'small',
        classNames: JSON.stringify(Array.from('0123456789')),
        run: JSON.stringify(all.description.reached),
      },
      input: ['batch', 28, 28],
      output: ['batch', 10],
    });
  });
});

describe('npz and safetensors', () => {
  const [W1, b1, W2, b2] = ['network.0.W', 'network.0.b', 'network.3.W', 'network.3.b'];
  const dataOf = (name: string) => model.parameters.find((parameter) => parameter.name === name)?.value.data ?? [];

  it.skipIf(!pythonHas('numpy'))('NumPy computes the same outputs of the npz', async () => {
    const folder = await temporaryFolder();
    const samples = pictures(20);
    await writeFile(join(folder, 'notebook.npz'), (await exportModel(model, 'npz', { names: 'notebook' }))[0].content);
    await writeFile(join(folder, 'pytorch.npz'), (await exportModel(model, 'npz'))[0].content);
    await writeFile(join(folder, 'samples'), Uint8Array.from(samples.flatMap((sample) => Array.from(sample))));
    const program = `
import numpy as np, json, sys
x = np.fromfile(sys.argv[1] + '/samples', np.uint8).reshape(-1, 784) / 255
p = np.load(sys.argv[1] + '/notebook.npz')
t = np.load(sys.argv[1] + '/pytorch.npz')
mine = np.maximum(x @ p['W1'] + p['b1'], 0) @ p['W2'] + p['b2']
theirs = np.maximum(x @ t['0.weight'].T + t['0.bias'], 0) @ t['3.weight'].T + t['3.bias']
print(json.dumps({'mine': mine.ravel().tolist(), 'theirs': theirs.ravel().tolist(), 'types': [str(p[k].dtype) for k in p], 'names': [list(p), list(t)]}))`;
    const found = JSON.parse(
      execFileSync('/usr/bin/python3', ['-c', program, folder], { encoding: 'utf8', maxBuffer: 2 ** 24 }),
    );
    const { outputs } = await model.predict(samples);
    expect(farthest(found.mine, outputs.data)).toBeLessThan(1e-5);
    expect(farthest(found.theirs, outputs.data)).toBeLessThan(1e-5);
    expect(found.types).toEqual(Array(4).fill('float32'));
    expect(found.names).toEqual([
      ['W1', 'b1', 'W2', 'b2'],
      ['0.weight', '0.bias', '3.weight', '3.bias'],
    ]);
  });

  it('safetensors hold the weights under the names of PyTorch, transposed, or of the notebook', async () => {
    const read = async (names: 'pytorch' | 'notebook') =>
      decodeSafetensors((await exportModel(model, 'safetensors', { names }))[0].content, 'it');
    const own = await read('notebook');
    const found = Object.entries(own.tensors).map(([name, { shape, data }]) => [name, shape, data]);
    expect(found).toEqual([
      ['W1', [784, 16], dataOf(W1)],
      ['b1', [16], dataOf(b1)],
      ['W2', [16, 10], dataOf(W2)],
      ['b2', [10], dataOf(b2)],
    ]);
    const { tensors, metadata } = await read('pytorch');
    expect(Object.keys(tensors)).toEqual(['0.weight', '0.bias', '3.weight', '3.bias']);
    expect(tensors['0.weight'].shape).toEqual([16, 784]);
    expect(tensors['0.weight'].data[3 * 784 + 5]).toBe(dataOf(W1)[5 * 16 + 3]);
    expect(metadata).toMatchObject({ format: 'pt', name: 'small', scaling: '{"mean":0,"std":255}' });
  });
});

describe('JSON', () => {
  it('holds every weight exactly, and all that the model says of itself', async () => {
    const read = JSON.parse(await text(model, 'json'));
    const [first] = model.parameters;
    expect(Float32Array.from(read.network[0].parameters.W.flat())).toEqual(Float32Array.from(first.value.data));
    expect(read.network[0].parameters.W).toHaveLength(784);
    expect(read.network[1]).toEqual({ name: 'relu', options: {} });
    const { network: _, ...others } = model.description;
    expect(read).toMatchObject(others);
    expect(read.classNames).toEqual(model.classNames);
  });

  it('holds what a layer remembers beside its weights', async () => {
    const { network } = JSON.parse(await text(await trained([flatten(), batchNorm(), dense({ units: 10 })]), 'json'));
    expect(Object.keys(network[1].parameters)).toEqual(['gamma', 'beta', 'mean', 'variance']);
    expect(network[1].parameters.mean).toHaveLength(784);
  });

  it('has a row of a matrix on a line', async () => {
    const lines = (await text(model, 'json')).split('\n').filter((line) => /^\[-?\d/.test(line));
    expect(lines).toHaveLength(784 + 16);
  });
});

describe('what there is not is refused', () => {
  it.each([
    ['tflite', {}, 'there is no format "tflite" (expected js, onnx, safetensors, npz, json)'],
    ['json', { names: 'pytorch' }, 'json has no option names; safetensors and npz have'],
    ['js', { logits: true }, 'js has no option logits; onnx has'],
  ] as const)('%s %j', async (format, options, message) => {
    await expect(exportModel(model, format as 'js', options)).rejects.toThrow(message);
  });
});

function pythonHas(module: string): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(`SKIPPED: Python has no ${module} here`);
    return false;
  }
}
