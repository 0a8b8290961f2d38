/** The float that each byte stands for, (byte - mean) / std: looked up rather than computed for every pixel. */
import type { DType } from '../tensor.js';
import type { WasmArena } from './wasm-arena.js';

/** A scaling that is the same for every column. */
export interface UniformScaling {
  readonly mean: number;
  readonly std: number;
}

export class ByteFloats {
  /** Pointers, by mean and std. */
  readonly #tables = new Map<string, number>();

  constructor(
    private readonly arena: WasmArena,
    private readonly dtype: DType,
  ) {}

  /** A pointer to [256] floats. */
  tableFor({ mean, std }: UniformScaling): number {
    const key = `${mean} ${std}`;
    const known = this.#tables.get(key);
    if (known !== undefined) return known;
    const { data, pointer } = this.arena.tensor([256], this.dtype);
    for (let byte = 0; byte < data.length; byte++) data[byte] = (byte - mean) / std;
    this.#tables.set(key, pointer);
    return pointer;
  }
}
