/** Weights that are averaged while they are learned: which ones they are, and when they stand in for them. */
import type { Kernels } from './kernels/kernels.js';
import type { Parameter, Running } from './kinds.js';
import type { StateDict, Stateful } from './state.js';
import { copyOf, type Tensor } from './tensor.js';

/** The average of each parameter, and of what layers keep running, by its name in the pipeline: `network.0.W`. */
export class WeightAverage {
  readonly #averages: ReadonlyMap<string, { readonly value: Tensor; readonly average: Tensor }>;
  /** The weights under way, while their averages stand in for them. */
  #aside: ReadonlyMap<Tensor, Tensor> | undefined;

  constructor(
    learned: readonly (Parameter | Running)[],
    private readonly kernels: Kernels,
  ) {
    const moving = learned.filter((one) => !('frozen' in one && one.frozen));
    this.#averages = new Map(
      moving.map(({ name, value }) => [name, { value, average: kernels.allocate(value.shape) }]),
    );
    this.#beginHere();
  }

  /** As long as nothing was averaged, the averages are the weights. */
  #beginHere(): void {
    for (const { value, average } of this.#averages.values()) average.data.set(value.data);
  }

  /** The averages as state, by the name of their parameter. */
  get tensors(): Readonly<Record<string, Tensor>> {
    return Object.fromEntries([...this.#averages].map(([name, { average }]) => [name, average]));
  }

  /** average = average + share (value - average), of each. */
  add(share: number): void {
    for (const { value, average } of this.#averages.values()) this.kernels.blend(average, value, share);
  }

  /** From here on the network is that of the averages. */
  standIn(): void {
    if (this.#aside !== undefined) return;
    const pairs = [...this.#averages.values()];
    this.#aside = new Map(pairs.map(({ value }) => [value, copyOf(value)]));
    for (const { value, average } of pairs) value.data.set(average.data);
  }

  /** From here on it is that of the weights under way. */
  standAside(): void {
    for (const [value, { data }] of this.#aside ?? []) value.data.set(data);
    this.#aside = undefined;
  }

  /** What a network has learned, with the averages in the place of its weights. */
  in(learned: Stateful): Stateful {
    return {
      state: (): StateDict => ({
        ...learned.state(),
        ...Object.fromEntries(Object.entries(this.tensors).map(([name, average]) => [name, copyOf(average)])),
      }),
      restore: (state) => {
        learned.restore(state);
        this.#beginHere();
      },
    };
  }
}
