/** Activations are computed by the kernel that their formula declares, and by nothing that their name suggests. */
import {
  activation,
  backward,
  batch,
  buildPipeline,
  checkGradients,
  dense,
  type Formula,
  forward,
  meanSquaredError,
  noOptions,
  type PipelineDefinition,
  type SourceSplit,
  stage,
} from 'marblenet';
import { examplesOf } from 'marblenet/testing';
import { lastValueFrom, map, of } from 'rxjs';
import { describe, expect, it } from 'vitest';

const rows = stage({
  name: 'rows',
  summary: 'Two rows',
  family: 'sources',
  from: 'split',
  to: 'examples',
  options: noOptions,
  example: 'rows',
  build: () => ({
    output: { kind: 'examples', shape: [2], classes: 2 },
    operator: map((split: SourceSplit) => ({
      ...examplesOf(
        [
          [1, -2],
          [0.5, 3],
        ],
        { labels: [0, 1], classes: 2 },
      ),
      split,
    })),
  }),
});

/** A plug-in that has the name of a built-in stage, and computes y = x². */
const square = (name: string, formula: Partial<Formula> = {}) =>
  activation({
    name,
    summary: 'y = x²',
    formula: () => ({ value: (x) => x * x, derivative: (x) => 2 * x, ...formula }),
  })();

const definitionOf = (
  network: PipelineDefinition['network'],
  backend: NonNullable<PipelineDefinition['backend']>,
): PipelineDefinition => ({
  backend,
  data: [rows()],
  network,
  train: [batch({ size: 2 }), forward(), meanSquaredError(), backward()],
});

describe.each(['wasm', 'typescript'] as const)('an activation, computed by %s', (backend) => {
  it.each([
    'elu',
    'gelu',
    'hardSwish',
    'identity',
    'leakyRelu',
    'mish',
    'relu',
    'sigmoid',
    'softplus',
    'swish',
    'tanh',
  ])('that is called %s runs its own formula', async (name) => {
    const { data, train } = buildPipeline(definitionOf([square(name)], backend));
    const { x, dx } = await lastValueFrom(of<SourceSplit>('train').pipe(data, train.steps));
    expect(Array.from(x.data)).toEqual([1, 4, 0.25, 9]);
    // targets [1, 0] and [0, 1], mean over 4 numbers
    expect(Array.from(dx.data)).toEqual([0, 2, 0.125, 4]);
  });

  it('with a wrong derivative is caught, whatever it is called', async () => {
    const verdictOf = async (formula: Partial<Formula>) => {
      const network = [dense({ units: 3 }), square('gelu', formula), dense({ units: 2 })];
      const { rows: found } = await checkGradients(definitionOf(network, backend));
      return found.find(({ name }) => name === 'gelu')?.verdict;
    };
    expect(await verdictOf({})).toBe('right');
    expect(await verdictOf({ derivative: (x) => x })).toBe('wrong');
  });
});

describe('a formula is refused', () => {
  const built = (formula: unknown, backend: 'wasm' | 'typescript') => {
    const odd = activation({ name: 'odd', summary: 'odd', formula: () => formula as Formula });
    return buildPipeline({
      backend,
      data: [rows()],
      network: [odd(), dense({ units: 2 })],
      train: [batch({ size: 2 }), forward(), meanSquaredError(), backward()],
    });
  };
  const right: Formula = { value: (x) => x, derivative: () => 1 };

  it.each([
    [
      'with a kernel that there is not',
      { ...right, kernel: 'nope' },
      'odd: the kernel of its formula should be one of gelu, ',
    ],
    ['with the name of a method', { ...right, kernel: 'toString' }, '[leakyRelu, NUMBER], but is the text "toString"'],
    ['with null for a kernel', { ...right, kernel: null }, 'but is nothing'],
    [
      'with a kernel without its number',
      { ...right, kernel: 'elu' },
      '[elu, NUMBER], [leakyRelu, NUMBER], but is the text "elu"',
    ],
    ['without a derivative', { value: right.value }, 'the derivative of its formula should be a function, but is'],
    ['with a slope', { value: right.value, slope: right.derivative }, 'but is nothing; slope is called derivative now'],
    ['that is a promise', Promise.resolve(right), 'a promise'],
  ])('%s, on every back end', (_, formula, message) => {
    for (const backend of ['wasm', 'typescript'] as const) {
      expect(() => built(formula, backend)).toThrow(message);
    }
  });
});
