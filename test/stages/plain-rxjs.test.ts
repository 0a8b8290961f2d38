/** Networks as chains of RxJS operators, with no pipeline file around them. */
import {
  accuracy,
  type Batch,
  backward,
  dense,
  digits,
  type Metric,
  mean,
  normalize,
  oneHot,
  relu,
  type SourceSplit,
  sgd,
  shuffleBatch,
  softmaxCrossEntropy,
  take as takeExamples,
  tanh,
} from 'marblenet';
import { batchOf } from 'marblenet/testing';
import {
  asyncScheduler,
  bufferCount,
  concatAll,
  concatMap,
  defer,
  delay,
  lastValueFrom,
  type MonoTypeOperatorFunction,
  map,
  mergeMap,
  type OperatorFunction,
  observeOn,
  of,
  pipe,
  range,
  take,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { emissionsOf, rowsOf } from './emissions.js';

const xor = batchOf(
  [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  { labels: [0, 1, 1, 0] },
);

/** The same batch, again and again. */
const repeated = (batch: Batch, times: number) => range(1, times).pipe(map((step): Batch => ({ ...batch, step })));

const hidden = () => dense({ units: 8, weights: { normal: 1 } });
const output = () => dense({ units: 2, weights: { normal: 0.1 } });

/** The last loss and the last accuracy. */
const judge = (batch: Batch, network: OperatorFunction<Batch, Batch>): Metric[] => {
  const steps = of(batch).pipe(network, softmaxCrossEntropy());
  return [...emissionsOf(steps.pipe(mean({ of: 'loss' })), copy), ...emissionsOf(steps.pipe(accuracy()), copy)];
};
const copy = (metric: Metric): Metric => ({ ...metric });

describe('a chain of stages', () => {
  it('learns XOR, which no single layer can', () => {
    const losses = emissionsOf(
      repeated(xor, 300).pipe(
        hidden(),
        tanh(),
        output(),
        softmaxCrossEntropy(),
        backward(),
        sgd({ learningRate: 0.5 }),
      ),
      ({ loss }) => loss,
    );
    expect(losses[0]).toBeCloseTo(Math.LN2, 0);
    expect(losses.at(-1)).toBeLessThan(0.05);
  });

  it('without a layer in between does not: it stays at log 2', () => {
    const losses = emissionsOf(
      repeated(xor, 300).pipe(output(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.5 })),
      ({ loss }) => loss,
    );
    expect(losses.at(-1)).toBeCloseTo(Math.LN2, 3);
  });

  it('shares its parameters wherever it is used: what training learns, testing uses', () => {
    const network = pipe(hidden(), tanh(), output());
    const learning = pipe(network, softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.5 }));
    const [lossBefore] = judge(xor, network);
    emissionsOf(repeated(xor, 300).pipe(learning), () => undefined);
    const [lossAfter, right] = judge(xor, network);
    expect(lossBefore.value).toBeGreaterThan(0.5);
    expect(lossAfter.value).toBeLessThan(0.05);
    expect(right).toMatchObject({ value: 1, byClass: [1, 1] });
  });

  it('goes on learning where it left off, in a second subscription', () => {
    const learning = pipe(hidden(), tanh(), output(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.5 }));
    const first = emissionsOf(repeated(xor, 50).pipe(learning), ({ loss }) => loss);
    const second = emissionsOf(repeated(xor, 50).pipe(learning), ({ loss }) => loss);
    expect(second[0]).toBeLessThan(first[first.length - 1]);
  });

  it('learns the same, number for number, when it is made anew', () => {
    const learn = () =>
      emissionsOf(
        repeated(xor, 20).pipe(hidden(), tanh(), output(), softmaxCrossEntropy(), backward(), sgd({ learningRate: 1 })),
        ({ loss }) => loss,
      );
    expect(learn()).toEqual(learn());
  });

  it('computes in the float type of its first batch', () => {
    const typeOf = (batch: Batch) => emissionsOf(of(batch).pipe(hidden()), ({ x }) => x.data.constructor);
    expect(typeOf(xor)).toEqual([Float32Array]);
    expect(typeOf(batchOf([[1, 2]], { dtype: 'float64' }))).toEqual([Float64Array]);
  });

  it('takes batches of any length, first a short one, then a long one', () => {
    const rows = emissionsOf(
      of(
        batchOf([[1, 2]]),
        xor,
        batchOf([
          [0, 1],
          [1, 0],
        ]),
      ).pipe(dense({ units: 1, weights: 'zeros' }), relu()),
      ({ x }) => rowsOf(x),
    );
    expect(rows).toEqual([[[0]], [[0], [0], [0], [0]], [[0], [0]]]);
  });

  it('learns drawn digits, from source to metric', async () => {
    const examples = pipe(
      digits({ train: 300 }),
      takeExamples({ count: 200 }),
      normalize({ divisor: 255 }),
      oneHot({ classes: 10 }),
    );
    const network = pipe(dense({ units: 30 }), relu(), dense({ units: 10 }));
    const learning = pipe(softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 }));
    const data = await lastValueFrom(of<SourceSplit>('train').pipe(examples));
    const batches = shuffleBatch({ size: 20 });
    const epochs = range(1, 6).pipe(
      concatMap((epoch) => defer(() => of({ ...data, epoch }).pipe(batches, network, learning, mean({ of: 'loss' })))),
    );
    const losses = await lastValueFrom(epochs.pipe(toArray()));
    expect(losses.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 40],
      [5, 50],
      [6, 60],
    ]);
    expect(losses[5].value).toBeLessThan(losses[0].value / 2);
  });
});

describe('an operator that keeps batches back', () => {
  const source = pipe(digits({ train: 30 }), normalize({ divisor: 255 }), oneHot({ classes: 10 }));
  const learning = pipe(softmaxCrossEntropy(), backward(), sgd({ learningRate: 0.1 }));
  const gone = 'this batch is no longer there: the next one has been read into its memory';

  it.each<[string, () => MonoTypeOperatorFunction<Batch>]>([
    ['delay', () => delay(0)],
    ['observeOn', () => observeOn(asyncScheduler)],
    ['bufferCount', () => pipe(bufferCount(2), concatAll())],
    ['a promise', () => mergeMap(async (batch) => batch)],
  ])('fails rather than learn from other numbers: %s', async (_, waiting) => {
    const batches = of<SourceSplit>('train').pipe(source, shuffleBatch({ size: 10 }));
    const before = batches.pipe(waiting(), dense({ units: 10 }), learning);
    const behind = batches.pipe(dense({ units: 10 }), waiting(), learning);
    await expect(lastValueFrom(before)).rejects.toThrow(`dense: ${gone}`);
    await expect(lastValueFrom(behind)).rejects.toThrow(`softmaxCrossEntropy: ${gone}`);
  });

  it('fails where no batcher has made the batches', async () => {
    const steps = repeated(xor, 3).pipe(hidden(), tanh(), delay(0), output(), softmaxCrossEntropy());
    await expect(lastValueFrom(steps)).rejects.toThrow(gone);
  });

  it('may stand where every batch still is what it was', async () => {
    const steps = of<SourceSplit>('train').pipe(
      source,
      shuffleBatch({ size: 30 }),
      delay(0),
      dense({ units: 10 }),
      learning,
    );
    expect((await lastValueFrom(steps)).step).toBe(1);
  });
});

describe('a stage in a plain pipe', () => {
  it('stops a synchronous source as soon as nobody listens', () => {
    let made = 0;
    const source = range(0, 100).pipe(map(() => batchOf([[++made]])));
    emissionsOf(source.pipe(relu(), take(1)), () => undefined);
    expect(made).toBe(1);
  });

  it('refuses rows of another width than its first ones', () => {
    expect(() => emissionsOf(of(batchOf([[1]]), batchOf([[1, 2]])).pipe(relu()), ({ x }) => rowsOf(x))).toThrow();
  });

  it('draws other first weights for each dense layer', () => {
    const weights = emissionsOf(of(batchOf([[1, 2]])).pipe(dense({ units: 2 }), dense({ units: 2 })), ({ tape }) =>
      tape.map(({ parameters: [W] }) => rowsOf(W.value)),
    );
    expect(weights[0][0]).not.toEqual(weights[0][1]);
  });
});
