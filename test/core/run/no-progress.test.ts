/** A run whose weights cannot move ends in words, not as completed. */
import {
  type AnyStage,
  adaGrad,
  adam,
  backward,
  batch,
  dense,
  digits,
  forward,
  loss,
  noOptions,
  normalize,
  oneHot,
  type PipelineDefinition,
  RunError,
  relu,
  rmsProp,
  runPipeline,
  sgd,
  softmaxCrossEntropy,
} from 'marblenet';
import { describe, expect, it } from 'vitest';

const learning = (
  optimizer: AnyStage,
  { judge = softmaxCrossEntropy(), ...changes }: Partial<PipelineDefinition> & { readonly judge?: AnyStage },
): PipelineDefinition => ({
  data: [digits({ train: 20, test: 10 }), normalize({ divisor: 255 }), oneHot({ classes: 10 })],
  network: [dense({ units: 8 }), relu(), dense({ units: 10 })],
  train: [batch({ size: 10 }), forward(), judge, backward(), optimizer],
  ...changes,
});

async function failureOf(definition: PipelineDefinition): Promise<string> {
  const error = await runPipeline(definition).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof RunError)) expect.fail(`expected a RunError, found ${error}`);
  expect(error.exitCode).toBe(1);
  return error.message;
}

/** A loss of 1, whose gradient is the same number everywhere. */
const steep = (gradient: number): AnyStage =>
  loss({
    name: 'steep',
    summary: 's',
    options: noOptions,
    example: 'steep',
    loss: () => (dx) => {
      dx.data.fill(gradient);
      return 1;
    },
  })();

describe.each(['wasm', 'typescript'] as const)('on the back end %s', (backend) => {
  it.each(['float32', 'float64'] as const)('a learning rate that moves no weight of %s fails', async (dtype) => {
    expect(await failureOf(learning(sgd({ learningRate: 1e-300 }), { backend, dtype, epochs: 3 }))).toBe(
      'train[4]: sgd: no weight has moved in epoch 1, though there are gradients: a learning rate of 1e-300 is too small ' +
        'for these numbers; give a larger learningRate',
    );
  });

  it('nothing to learn is no failure', async () => {
    const { status } = await runPipeline(learning(sgd({ learningRate: 0.1 }), { backend, judge: steep(0) }));
    expect(status).toBe('completed');
  });

  it('a loss that is 0 in every step is a warning at the end, and another is none', async () => {
    const without = loss({
      name: 'without',
      summary: 's',
      options: noOptions,
      example: 'without',
      loss: () => () => 0,
    })();
    const { warnings } = await runPipeline(learning(sgd({ learningRate: 0.1 }), { backend, judge: without }));
    expect(warnings).toEqual([expect.stringMatching(/^the loss was 0 in every step, so nothing was learned: /)]);
    expect((await runPipeline(learning(sgd({ learningRate: 0.1 }), { backend }))).warnings).toBeUndefined();
  });

  it.each([adam(), rmsProp(), adaGrad()])('nor does a second moment overflow unseen: %#', async (optimizer) => {
    expect(await failureOf(learning(optimizer, { backend, judge: steep(1e25) }))).toBe(
      `train[4]: ${optimizer.definition.name}: what it remembers of the gradients, network.0.W.squares, holds Infinity after ` +
        'epoch 1, step 2: a gradient was too large for float32; clip the gradients (clipNorm: 1), or look at how the data and ' +
        'the loss are scaled',
    );
  });

  it('gradients whose squares overflow are clipped as any others are', async () => {
    const weightsAfter = async (gradient: number) => {
      const optimizer = sgd({ learningRate: 0.1, clipNorm: 1 });
      const changes = { backend, dtype: 'float64', judge: steep(gradient) } as const;
      const { network } = await runPipeline(learning(optimizer, changes));
      return network.parameters.flatMap(({ value }) => [...value.data]);
    };
    const [large, usual] = await Promise.all([weightsAfter(1e200), weightsAfter(1e3)]);
    expect(large).toHaveLength(usual.length);
    expect(Math.max(...large.map((weight, i) => Math.abs(weight - usual[i])))).toBeLessThan(1e-8);
    expect(usual.at(-1)).toBeLessThan(-0.001);
  });
});
