import type { Kernels } from '../kernels/kernels.js';
import { rowBuffer } from '../kernels/row-buffer.js';
import type { Ahead, Upcoming } from '../kinds.js';
import type { Shape, Tensor } from '../tensor.js';

/** Which samples a batch holds: rows of the data set, and where these lie among the features at hand. */
export interface Picked {
  readonly rows: Int32Array;
  readonly places: Int32Array;
}

/** Writes samples to x. */
type Gather = (x: Tensor, picked: Picked) => void;

/** The same memory for each batch of so many rows. */
type Buffer = (rows: number) => Tensor;

/** Where a batcher reads samples into: one buffer, or two in turn where a stage asks for a batch before it comes. */
export class BatchInputs {
  #buffer: Buffer;
  #other: Buffer | undefined;
  /** What was asked for before its turn. */
  #made: Upcoming | undefined;

  constructor(
    private readonly shape: Shape,
    private readonly size: number,
    private readonly kernels: Kernels,
  ) {
    this.#buffer = this.#newBuffer();
  }

  /** x of a batch. */
  take(picked: Picked, gather: Gather): Tensor {
    const { x } = this.#madeBefore(picked) ?? this.#gathered(picked, gather);
    this.#made = undefined;
    return x;
  }

  /** Of the batch that has x: the one after it. */
  ahead(x: Tensor, picked: Picked, gather: Gather): Ahead {
    return {
      of: x,
      next: () => {
        const made = this.#madeBefore(picked);
        if (made !== undefined) return made;
        [this.#buffer, this.#other] = [this.#other ?? this.#newBuffer(), this.#buffer];
        this.#made = this.#gathered(picked, gather);
        return this.#made;
      },
    };
  }

  #newBuffer(): Buffer {
    return rowBuffer(this.kernels, this.size, this.shape);
  }

  #madeBefore({ rows }: Picked): Upcoming | undefined {
    return this.#made?.rows === rows ? this.#made : undefined;
  }

  #gathered(picked: Picked, gather: Gather): Upcoming {
    const { rows } = picked;
    const x = this.#buffer(rows.length);
    gather(x, picked);
    return { x, rows };
  }
}
