/** Every built-in stage goes on from its state, in another instance, as if it had never stopped: bit for bit. */
import {
  type AnyStage,
  type AnyStageFactory,
  type Backend,
  type Built,
  createKernels,
  type Kernels,
  type Kind,
  type Kinds,
  type Network,
  type Parameter,
  relu,
  type Spec,
  seededRandom,
  type Tensor,
} from 'marblenet';
import { batchOf, examplesOf, stepOf } from 'marblenet/testing';
import { Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { specOf } from '../../src/core/kinds.js';
import { registryOf } from '../../src/core/pipeline/registry.js';
import { turnScheduler } from '../../src/core/scheduler.js';
import { joinStates, restoreWhole, type StateDict, type Stateful, stateOf } from '../../src/core/state.js';
import * as stages from '../../src/stages/index.js';
import { throughFile } from '../state-file.js';
import { contextWith, fakeHost, images, labels, mnistIn, opened } from './context.js';
import { optionsOfItem } from './stage-of-item.js';

const train = { images: 'train-images', labels: 'train-labels' };
const test = { images: 'test-images', labels: 'test-labels' };
/** Small enough for a few steps, where the example of a stage is not. */
const small: Readonly<Record<string, Record<string, unknown>>> = {
  batch: { size: 2 },
  digits: { train: 3, test: 2 },
  holdOut: { validation: 2, stratify: false },
  idx: { train, test, shape: [28, 28] },
  drawBatch: { size: 2, steps: 4 },
  points: { train: 3, test: 2 },
  shuffleBatch: { size: 2 },
  residual: { stages: [stages.batchNorm(), stages.relu()], shortcut: undefined },
};

function exampleOf(factory: AnyStageFactory): AnyStage {
  const { name, example } = factory.definition;
  const [item] = parse(`- ${example.replaceAll('\n', '\n  ')}`);
  const given = typeof item === 'object' ? optionsOfItem(factory, item[name], registryOf(stages)) : {};
  return factory({ ...given, ...small[name] });
}

const host = fakeHost(
  {
    'train-images': images(1, [28, 28]),
    'train-labels': labels(5),
    'test-images': images(1, [28, 28]),
    'test-labels': labels(7),
    'x_train.npy': images(1),
    'y_train.npy': labels(1),
    'x_test.npy': images(1),
    'y_test.npy': labels(0),
  },
  mnistIn('/data', { train, test }),
);

const rowsOfFour: Spec<'batch'> = { kind: 'batch', size: 3, shape: [4], classes: 4 };
const network: Network = { input: rowsOfFour, output: rowsOfFour, operator: relu() };

/** Numbers that are never twice the same. */
const fill = ({ data }: Tensor, seed: number): void => {
  for (let i = 0; i < data.length; i++) data[i] = Math.sin(100 * seed + i);
};

/** A stage at work, and all of its state: its own, that of its random stream, and what it learns or moves. */
class Instance implements Stateful {
  readonly kernels: Kernels;
  readonly built: Built<Kind, Kind>;
  readonly emitted: unknown[] = [];
  readonly #weights: Parameter;
  readonly #all: Stateful;
  readonly #input = new Subject<Kinds[Kind]>();

  constructor(
    readonly stage: AnyStage,
    backend: Backend,
    seed: number,
    private readonly onEmission: () => void = () => {},
  ) {
    this.kernels = createKernels('float32', backend);
    this.#weights = { name: 'network.0.W', value: this.#tensor([2, 3], seed), gradient: this.#tensor([2, 3], seed) };
    const source = seededRandom(seed);
    const context = contextWith({
      kernels: this.kernels,
      random: source.stream('test'),
      epochs: 2,
      host,
      network,
      parameters: [this.#weights],
    });
    this.built = stage.build(specOf(this.#inputs()[0]), context);
    this.#all = joinStates([
      ['stage', this.built.state ?? stateOf({})],
      ...(this.built.parameters ?? []).map(({ name, value }) => ['learned', stateOf({ [name]: value })] as const),
      ['moved', stateOf({ W: this.#weights.value })],
      ['random', source],
    ]);
  }

  state(): StateDict {
    return this.#all.state();
  }

  restore(state: StateDict): void {
    this.#all.restore(state);
  }

  /** Sends inputs from one on, and then the end. */
  async send(from = 0, afterEach: (next: number) => void = () => {}): Promise<void> {
    this.#input.pipe(this.built.operator).subscribe((value) => {
      this.emitted.push(frozen(value));
      this.onEmission();
    });
    for (const [i, value] of this.#inputs().entries()) {
      if (i < from) continue;
      fill(this.#weights.gradient, i);
      this.#input.next(value);
      await new Promise((resolve) => setImmediate(resolve)); // a file is read
      afterEach(i + 1);
    }
    this.#input.complete();
  }

  #inputs(): Kinds[Kind][] {
    const of = <T>(make: (i: number) => T): T[] => [1, 2, 3, 4].map(make);
    switch (this.stage.definition.from) {
      case 'split':
        return ['train', 'test', 'train', 'test'];
      case 'examples':
        return of((epoch) => ({
          ...examplesOf(
            [
              [1, 10],
              [2, 20],
              [3, 30],
              [4, 40],
              [5, 50],
            ],
            { labels: [0, 1, 2, 3, 0], classes: 10 },
          ),
          epoch,
        }));
      case 'batch':
        return of((i) => {
          // some stages ask for images
          const isOfImages = ['layers', 'augmentation'].includes(this.stage.definition.family);
          const x = this.#tensor(isOfImages ? [3, 2, 2] : [3, 4], i);
          x.data.set(x.data.map(Math.abs)); // crossEntropy takes a logarithm
          return { ...batchOf(rows(i), { labels: [0, 1, 2] }), x, step: i };
        });
      default:
        return of((step) => ({
          ...stepOf(rows(step), { ...this.#truth(step), loss: 1 / step }),
          x: this.#tensor([3, 4], step),
          dx: this.#tensor([3, 4], -step),
          tape: [{ parameters: [this.#weights], pullback: () => undefined }],
          step,
        }));
    }
  }

  /** Logits of classes, but for a metric of real numbers. */
  #truth(seed: number) {
    const { name } = this.stage.definition;
    return name === 'r2' || name === 'rootMeanSquaredError'
      ? { targets: rows(-seed) }
      : ({ labels: [0, 1, 2], outputs: 'logits' } as const);
  }

  #tensor(shape: readonly number[], seed: number): Tensor {
    const tensor = this.kernels.allocate(shape);
    fill(tensor, seed);
    return tensor;
  }
}

const rows = (seed: number) => [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => Math.sin(seed + 4 * row + column)));

/** A copy of the numbers in a value, without what is no number or text. */
function frozen(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return (value as Float32Array).slice();
  if (Array.isArray(value)) return value.map(frozen);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return value;
  if ('shape' in value && 'data' in value) return { shape: value.shape, data: frozen(value.data) };
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, frozen(field)]));
}

interface Cut {
  readonly state: StateDict;
  /** Where to go on: which input comes next, or goes on. */
  readonly input: number;
  readonly emitted: number;
}

/** A way through all inputs, and the states between. */
async function wayOf(stage: AnyStage, backend: Backend) {
  const cuts: Cut[] = [];
  let input = 0;
  const cut = (): void => void cuts.push({ state: instance.state(), input, emitted: instance.emitted.length });
  // A batcher makes many batches of one input, and can be stopped at each of them.
  const isBatcher = stage.definition.family === 'batches';
  const instance: Instance = new Instance(stage, backend, 1, () => isBatcher && cut());
  cut();
  await instance.send(0, (next) => {
    input = next;
    cut();
  });
  return { cuts, emitted: instance.emitted, end: instance.state() };
}

beforeEach(() => {
  // Time stands still: a batcher takes no turn of the event loop.
  vi.spyOn(turnScheduler, 'now').mockReturnValue(0);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const factories: Readonly<Record<string, AnyStageFactory>> = Object.fromEntries(registryOf(stages));

/** The example of each stage; a table's columns are those of its file. */
const examples: Readonly<Record<string, AnyStage>> = {
  ...Object.fromEntries(Object.entries(factories).map(([name, factory]) => [name, exampleOf(factory)])),
  ...Object.fromEntries(
    await Promise.all(
      ['csv', 'jsonl', 'npy', 'npz', 'parquet', 'records'].map(async (name) => [
        name,
        await opened(exampleOf(factories[name]), host),
      ]),
    ),
  ),
};

describe.each(['typescript', 'wasm'] as const)('in %s', (backend) => {
  describe.each(Object.entries(examples))('%s', (_, stage) => {
    it('goes on from its state as if it had never stopped', async () => {
      const { cuts, emitted, end } = await wayOf(stage, backend);
      expect(emitted.length).toBeGreaterThan(0);
      for (const { state, input, emitted: before } of cuts) {
        const other = new Instance(stage, backend, 2);
        restoreWhole(other, throughFile(state));
        expect(other.state()).toStrictEqual(state);
        await other.send(input);
        expect(other.emitted).toStrictEqual(emitted.slice(before));
        expect(other.state()).toStrictEqual(end);
      }
    });

    it('has a state of its own, which does not change when it goes on', async () => {
      const { cuts } = await wayOf(stage, backend);
      const [first] = cuts;
      expect(first.state).toStrictEqual(new Instance(stage, backend, 1).state());
    });
  });
});

describe('a stage that remembers something', () => {
  const remembering = [
    'accuracy',
    'adaGrad',
    'adam',
    'adamW',
    'batch',
    'confusionMatrix',
    'dense',
    'digits',
    'drawBatch',
    'holdOut',
  ];
  remembering.push('calibrationError', 'f1', 'impute', 'logLoss', 'points', 'precision', 'r2', 'recall', 'rocAuc');
  remembering.push(
    'rootMeanSquaredError',
    'topK',
    'dropout',
    'mean',
    'momentum',
    'nesterov',
    'rmsProp',
    'sgd',
    'shuffleBatch',
  );

  it.each(remembering)('goes on otherwise without its state: %s', async (name) => {
    const stage = examples[name];
    const { cuts, emitted, end } = await wayOf(stage, 'typescript');
    const { input, emitted: before } = cuts[Math.ceil(cuts.length / 2)];
    const other = new Instance(stage, 'typescript', 2);
    await other.send(input);
    expect([other.emitted, other.state()]).not.toEqual([emitted.slice(before), end]);
  });
});
