/** Stages inside a stage are trained, saved, checked, traced, watched and drawn like the stages around it. */
import { batchOf } from 'marblenet/testing';
import { lastValueFrom, of, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { adviceOn } from '../../../src/core/advice/advice.js';
import type { Context } from '../../../src/core/contract.js';
import { messageOf } from '../../../src/core/errors.js';
import { networkStage } from '../../../src/core/families/network.js';
import { emissionsOf } from '../../../src/core/inspect/emissions.js';
import { checkGradients } from '../../../src/core/inspect/gradient-check.js';
import { dot } from '../../../src/core/inspect/graph/dot.js';
import { mermaid } from '../../../src/core/inspect/graph/mermaid.js';
import { graphOf } from '../../../src/core/inspect/graph/pipeline-graph.js';
import { pipelineSvg } from '../../../src/core/inspect/graph/svg.js';
import { traceSample } from '../../../src/core/inspect/trace.js';
import { decodeModel, decodeWeights, modelContents } from '../../../src/core/model/load-model.js';
import { encodeModel } from '../../../src/core/model/model.js';
import { openPipeline, type PipelineDefinition } from '../../../src/core/pipeline/pipeline.js';
import { run } from '../../../src/core/run/run.js';
import { train } from '../../../src/core/run/train.js';
import { noOptions } from '../../../src/core/stage.js';
import { builtIn } from '../../../src/node/plugins.js';
import { dense, relu, residual, tanh } from '../../../src/stages/index.js';
import { emissionsOf as tapesOf } from '../../stages/emissions.js';
import { buildText, resolveText, TINY, tinyWith } from '../../tiny-pipeline.js';

const BLOCKS = tinyWith(
  '- relu',
  `- residual:
      - dense: { units: 8, bias: false }
      - batchNorm
      - relu
      - residual:
          - dense: { units: 8, weights: { normal: 0.1 } }`,
);
/** Blocks that change the shape: a shortcut inside another one. */
const SHORTCUTS = tinyWith(
  '- relu',
  `- residual:
      stages:
        - dense: { units: 6 }
        - tanh
      shortcut:
        - residual:
            stages:
              - dense: { units: 8, weights: { normal: 0.1 } }
        - dense: { units: 6, bias: false }`,
);
const { definition, locate } = resolveText(BLOCKS);
const environment = { locate, registry: builtIn.registry };

const trained = async (more: Partial<PipelineDefinition> = {}) =>
  (await train(await openPipeline({ ...definition, ...more }, environment))).network;

describe('stages inside a stage', () => {
  it('learn, each from numbers of its own', async () => {
    const { parameters } = await trained();
    const before = (await openPipeline(definition, environment)).parameters;
    expect(parameters.map(({ name }) => name)).toEqual([
      ...['network.0.W', 'network.0.b', 'network.1.0.W', 'network.1.1.gamma', 'network.1.1.beta'],
      ...['network.1.3.0.W', 'network.1.3.0.b', 'network.2.W', 'network.2.b'],
    ]);
    for (const [i, { value }] of parameters.entries()) {
      expect(value.data).not.toEqual(before[i].value.data);
    }
  });

  it('give the same on both back ends', async () => {
    const [wasm, textbook] = await Promise.all(
      (['wasm', 'typescript'] as const).map((backend) => trained({ backend, dtype: 'float64' })),
    );
    for (const [i, { value }] of wasm.parameters.entries()) {
      for (const [j, number] of textbook.parameters[i].value.data.entries()) {
        expect(value.data[j]).toBeCloseTo(number, 8);
      }
    }
  });

  it('are saved with the model, and loaded again', async () => {
    const network = await trained();
    const bytes = await network.encode();
    const { description, state } = await modelContents(bytes, 'm');
    expect(description.network[1]).toMatchObject({
      name: 'residual',
      options: {
        stages: [
          { name: 'dense', options: { units: 8 } },
          { name: 'batchNorm' },
          { name: 'relu', options: {} },
          { name: 'residual', options: { stages: [{ name: 'dense', options: { weights: { normal: 0.1 } } }] } },
        ],
      },
    });
    expect(Object.keys(state)).toEqual(expect.arrayContaining(['network.1.1.mean', 'network.1.3.0.W']));
    const loaded = await decodeModel(bytes, builtIn.registry, 'm');
    const samples = [Uint8Array.from({ length: 784 }, (_, i) => i % 251)];
    expect(await loaded.predict(samples)).toEqual(await network.predict(samples));
    expect(await loaded.encode()).toEqual(bytes);
  });

  it.each([
    [[{ name: 'rellu', options: {} }], 'the network has a stage rellu at network.1.0, which is not known'],
    [[{ name: 'dense', options: {} }], 'network.1.0: dense needs the option "units"'],
    [['relu'], 'network.1.0: expected a stage, as { name, options }'],
    ['relu', 'network.1: residual: stages: expected a list, found the text "relu"'],
  ])('are refused where a model names wrong ones: %j', async (stages, expected) => {
    const { description, state } = await modelContents(await (await trained()).encode(), 'm');
    const network = description.network.map((stage, i) =>
      i === 1 ? { name: 'residual', options: { stages } } : stage,
    );
    const wrong = await encodeModel({ ...description, network }, state);
    await expect(decodeModel(wrong, builtIn.registry, 'm')).rejects.toThrow(`m: ${expected}`);
  });

  it('are checked one by one, and so is the block', async () => {
    const smooth = resolveText(BLOCKS.replace('- relu', '- tanh'));
    const { rows, passed } = await checkGradients(smooth.definition, environment, { parameters: 20 });
    expect(rows.map(({ stage, name, tensor }) => `${stage} ${name} ${tensor}`)).toEqual([
      ...['network.0 dense W', 'network.0 dense b', 'network.0 dense x', 'network.1 residual x'],
      ...['network.1.0 dense W', 'network.1.0 dense x'],
      ...['network.1.1 batchNorm gamma', 'network.1.1 batchNorm beta', 'network.1.1 batchNorm x', 'network.1.2 tanh x'],
      ...['network.1.3 residual x', 'network.1.3.0 dense W', 'network.1.3.0 dense b', 'network.1.3.0 dense x'],
      ...['network.2 dense W', 'network.2 dense b', 'network.2 dense x', 'train.2 softmaxCrossEntropy x'],
    ]);
    expect(passed).toBe(true);
  });

  it('are named where their gradient is wrong, and the stages behind them are not', async () => {
    const doubled = networkStage({
      name: 'doubled',
      summary: 'y = x, and a gradient that is twice as large',
      options: noOptions,
      example: 'doubled',
      build: (_, { shape }) => ({
        output: shape,
        forward: (x) => [
          { shape: x.shape, data: x.data.slice() },
          (dy) => ({ shape: dy.shape, data: dy.data.map((number) => 2 * number) }),
        ],
      }),
    });
    const network = [
      dense({ units: 4 }),
      residual({ stages: [tanh(), doubled(), dense({ units: 4 })] }),
      dense({ units: 10 }),
    ];
    const { rows } = await checkGradients({ ...definition, network }, {}, { parameters: 20 });
    const wrong = rows.filter(({ verdict }) => verdict === 'wrong').map(({ stage, tensor }) => `${stage} ${tensor}`);
    expect(wrong).toEqual([
      'network.0 W',
      'network.0 b',
      'network.0 x',
      'network.1 x',
      'network.1.0 x',
      'network.1.1 x',
    ]);
  });

  it('are traced on the way to the loss, and on the way back', async () => {
    const events = await traceSample(definition, environment);
    const ways = events.flatMap((event) =>
      'stage' in event && event.stage.startsWith('network.') ? [`${event.event} ${event.stage} ${event.name}`] : [],
    );
    const inner = ['network.1.0 dense', 'network.1.1 batchNorm', 'network.1.2 relu'];
    const forward = ['network.0 dense', ...inner, 'network.1.3.0 dense', 'network.1.3 residual', 'network.1 residual'];
    const back = ['network.1.3.0 dense', 'network.1.3 residual', ...inner.toReversed(), 'network.1 residual'];
    expect(ways).toEqual([
      ...[...forward, 'network.2 dense'].map((words) => `forward ${words}`),
      ...['network.2 dense', ...back, 'network.0 dense'].map((words) => `backward ${words}`),
    ]);
  });

  it('can be looked at one by one, and so can what comes out of the block', async () => {
    const emitted = (name: string) =>
      lastValueFrom(emissionsOf(definition, environment, name).pipe(take(2), toArray()));
    const [inner] = await emitted('network.1.3.0');
    expect(inner.stage).toMatchObject({ name: 'dense', position: 1, inside: [3, 0] });
    const outer = await emitted('network.1');
    expect(
      outer.map(({ stage, value }) => [stage.name, typeof value === 'object' && 'step' in value && value.step]),
    ).toEqual([
      ['residual', 1],
      ['residual', 2],
    ]);
  });

  it('are named where they give what is not finite', async () => {
    const broken = networkStage({
      name: 'broken',
      summary: 'NaN',
      options: noOptions,
      example: 'broken',
      build: (_, { shape }) => ({
        output: shape,
        forward: (x) => [{ shape: x.shape, data: x.data.map(() => Number.NaN) }, (dy) => dy],
      }),
    });
    const network = [dense({ units: 10 }), residual({ stages: [tanh(), broken()] })];
    const pipeline = await openPipeline({ ...definition, network });
    expect(await lastValueFrom(run(pipeline)).catch(messageOf)).toContain(
      'network[1][1]: broken: train, epoch 1, step 1: its output is the first that is not finite',
    );
  });

  it('are built with what they are built with outside', async () => {
    const contexts: Context[] = [];
    const looking = networkStage({
      name: 'looking',
      summary: 'y = x',
      options: noOptions,
      example: 'looking',
      build(_, { shape }, context) {
        contexts.push(context);
        return { output: shape, forward: (x) => [x, (dy) => dy] };
      },
    });
    await openPipeline({
      ...definition,
      network: [dense({ units: 10 }), residual({ stages: [looking(), looking()] })],
    });
    expect(contexts.map(({ at }) => at)).toEqual(
      expect.arrayContaining(['network[1][0]: looking', 'network[1][1]: looking']),
    );
    const [first, second] = contexts.slice(-2);
    expect(first.parameters.map(({ name }) => name)).toEqual(['network.0.W', 'network.0.b']);
    expect(first.random.uniform()).not.toBe(second.random.uniform());
  });
});

describe('a block in a picture', () => {
  const graph = graphOf(buildText(BLOCKS).rows);

  it('has an edge around the stages that it holds', () => {
    const text = mermaid(graph);
    const edges = [...text.matchAll(/(network\d+) -- batch --> (network\d+)/g)].map(([, from, to]) => `${from} ${to}`);
    const names = graph.lanes.find(({ section }) => section === 'network')?.vertices.map(({ row }) => row.name);
    expect(names).toEqual(['dense', 'dense', 'batchNorm', 'relu', 'dense', 'residual', 'residual', 'dense']);
    expect(edges).toEqual([
      ...['network0 network1', 'network1 network2', 'network2 network3', 'network3 network4', 'network4 network5'],
      ...['network3 network5', 'network5 network6', 'network0 network6', 'network6 network7'],
    ]);
    expect(dot('tiny', graph)).toContain('network0 -> network6');
  });

  it('has one from forward where it begins the network', () => {
    const first = tinyWith('- dense: { units: 8 }', '- residual: [relu]');
    expect(mermaid(graphOf(buildText(first).rows))).toContain('train1 -.-> network0\n  train1 -.-> network1\n');
  });

  it('is drawn with a wire over them', () => {
    const wires = (text: string) =>
      pipelineSvg('tiny', graphOf(buildText(text).rows)).match(/<path class="wire batch"/g)?.length ?? 0;
    // five stages more in a row, and two wires around
    expect(wires(BLOCKS) - wires(TINY)).toBe(5 + 2);
  });
});

describe('a shortcut', () => {
  const shortcut = resolveText(SHORTCUTS);
  const ofShortcut = { locate: shortcut.locate, registry: builtIn.registry };

  it('is counted behind the other stages of its block, in places and in messages', async () => {
    const { rows, parameters, locate: placeOf } = buildText(SHORTCUTS);
    const names = rows.flatMap(({ section, position, inside, name }) =>
      section === 'network' ? [`${[position, ...inside].join('.')} ${name}`] : [],
    );
    expect(names).toEqual([
      ...['0 dense', '1 residual', '1.0 dense', '1.1 tanh', '1.2 residual', '1.2.0 dense', '1.3 dense', '2 dense'],
    ]);
    expect(parameters.map(({ name }) => name)).toEqual([
      ...['network.0.W', 'network.0.b', 'network.1.0.W', 'network.1.0.b', 'network.1.2.0.W', 'network.1.2.0.b'],
      ...['network.1.3.W', 'network.2.W', 'network.2.b'],
    ]);
    expect(placeOf('network', 1, [3])).toBe('tiny.yaml:18:11');
    const wrong = SHORTCUTS.replace('units: 6, bias', 'unts: 6, bias');
    expect(() => resolveText(wrong)).toThrow(/^tiny\.yaml:18:20: dense.*"unts"/);
  });

  it('gives the same on both back ends, and its gradients are right', async () => {
    const both = await Promise.all(
      (['wasm', 'typescript'] as const).map(async (backend) => {
        const pipeline = await openPipeline({ ...shortcut.definition, backend, dtype: 'float64' }, ofShortcut);
        return (await train(pipeline)).network.parameters;
      }),
    );
    for (const [i, { value }] of both[0].entries()) {
      for (const [j, number] of both[1][i].value.data.entries()) expect(value.data[j]).toBeCloseTo(number, 6);
    }
    const { rows, passed } = await checkGradients(shortcut.definition, ofShortcut, { parameters: 30 });
    const places = rows.flatMap(({ stage, list, tensor }) => (tensor === 'x' ? [[stage, list]] : []));
    expect(places).toEqual([
      ['network.0', undefined],
      ['network.1', undefined],
      ['network.1.0', undefined],
      ['network.1.1', undefined],
      ['network.1.2', 'shortcut'],
      ['network.1.2.0', 'shortcut'],
      ['network.1.3', 'shortcut'],
      ['network.2', undefined],
      ['train.2', undefined],
    ]);
    expect(passed).toBe(true);
  });

  it('is saved with the model, loaded again, and printed as it is read', async () => {
    const { network } = await train(await openPipeline(shortcut.definition, ofShortcut));
    const bytes = await network.encode();
    const loaded = await decodeModel(bytes, builtIn.registry, 'm');
    const samples = [Uint8Array.from({ length: 784 }, (_, i) => i % 251)];
    expect(await loaded.predict(samples)).toEqual(await network.predict(samples));
    expect(await loaded.encode()).toEqual(bytes);
    expect((await decodeWeights(bytes, 'm')).network.get('network.1.2.0')).toBe('dense');
    expect(shortcut.resolved).toContain('      shortcut:\n        - residual:\n            - dense: { units: 8,');
    expect(resolveText(shortcut.resolved).resolved).toBe(shortcut.resolved);
  });

  it('is reached by --set and --swap', () => {
    const { resolved } = resolveText(SHORTCUTS, {
      set: ['network.1.residual.shortcut.1.dense.weights=zeros', 'network.residual.stages.dense.bias=false'],
      swap: ['tanh=relu'],
    });
    expect(resolved).toContain('- dense: { units: 6, weights: zeros, bias: false }\n');
    expect(resolved).toContain('- dense: { units: 6, weights: heNormal, bias: false }\n        - relu\n');
  });

  it('is traced, and looked at', async () => {
    const events = await traceSample(shortcut.definition, ofShortcut);
    const ways = events.flatMap((event) =>
      'stage' in event && event.stage.startsWith('network.1') ? [`${event.event} ${event.stage}`] : [],
    );
    const back = ['network.1.1', 'network.1.0', 'network.1.3', 'network.1.2.0', 'network.1.2', 'network.1'];
    expect(ways.filter((way) => way.startsWith('backward'))).toEqual(back.map((place) => `backward ${place}`));
    expect(ways.filter((way) => way === 'forward network.1')).toHaveLength(1);
  });

  it('has edges of its own in a picture', () => {
    const graph = graphOf(buildText(SHORTCUTS).rows);
    const edges = [...mermaid(graph).matchAll(/(network\d+) -- batch --> (network\d+)/g)].map(([, from, to]) => [
      ...[from, to].map((id) => Number(id.slice('network'.length))),
    ]);
    // 0 dense, 1 dense and 2 tanh inside, 3 dense in 4 the residual of the shortcut, 5 its dense, 6 the block, 7 dense
    const into = (to: number) => edges.filter((edge) => edge[1] === to).map(([from]) => from);
    expect([1, 2, 3, 4, 5, 6, 7].map(into)).toEqual([[0], [1], [0], [3, 0], [4], [2, 5], [6]]);
    expect(pipelineSvg('tiny', graph).match(/<path class="wire batch"/g)?.length).toBeGreaterThan(9);
  });

  it.each([
    ['units: 6, bias', 'units: 7, bias', 'residual: f(x) is [6], and its shortcut gives [7]'],
    ['      shortcut:\n', '      shortcut: []\n      x:\n', 'shortcut'],
  ])('is refused where it is wrong: %j, %j', (from, to, message) => {
    expect(() => buildText(SHORTCUTS.replace(from, to))).toThrow(message);
  });
});

describe('advice on stages inside others', () => {
  const rulesOf = (network: string): string[] =>
    adviceOn(buildText(tinyWith('- relu', network))).map(({ rule, place }) => `${rule} ${place}`);

  it('goes by the order in which data meet them', () => {
    const block = (last: string) => `- residual:\n      - dense: { units: 8 }\n      - ${last}\n  - relu`;
    expect(rulesOf(block('relu'))).toEqual([]); // a sum stands between the two
    expect(rulesOf(block('relu\n      - tanh'))).toEqual(['activationsInARow tiny.yaml:13:9']);
    const lists = '- residual:\n      stages: [dense: { units: 8 }, relu]\n      shortcut: [tanh, dense: { units: 8 }]';
    expect(rulesOf(lists)).toEqual([]);
  });
});

it('a block in a plain pipe has layers that begin each in another way', () => {
  const block = residual({ stages: [dense({ units: 2 }), relu(), dense({ units: 2 })] });
  const [tape] = tapesOf(of(batchOf([[1, 2]])).pipe(block), ({ tape }) => tape);
  const [first, second] = tape.flatMap(({ parameters }) => parameters.filter(({ name }) => name === 'W'));
  expect(first.value.data).not.toEqual(second.value.data);
});
