/** What tests of sparse matrices share: an instance with all that reads and writes them, and pictures to read. */
import { seededRandom } from '../../../src/core/random/random.js';
import { type DType, type Floats, type Tensor, zeros } from '../../../src/core/tensor.js';
import { ByteFloats } from '../../../src/core/wasm/byte-floats.js';
import { SparseBatches, type SparseMatrix } from '../../../src/core/wasm/sparse-batches.js';
import { TiledMatrices } from '../../../src/core/wasm/tiled-matrices.js';
import { instantiate } from '../../../src/core/wasm/wasm-instance.js';

export const dtypes: readonly DType[] = ['float32', 'float64'];

export function sparseKit(dtype: DType) {
  const { arena, wasm } = instantiate(dtype);
  const sparse = new SparseBatches(arena, wasm, new ByteFloats(arena, dtype));
  const tiled = new TiledMatrices(arena, wasm, dtype);
  const tensor = (...shape: number[]) => arena.tensor(shape, dtype);

  /** Numbers around 0. */
  const normal = (seed: number, ...shape: number[]) => {
    const made = tensor(...shape);
    const random = seededRandom(seed).stream('normal');
    for (let i = 0; i < made.data.length; i++) made.data[i] = random.normal();
    return made;
  };

  /** A sparse matrix [R, K] row by row: what a kernel makes of it times the identity. Throws where there is none. */
  const denseOf = (matrix: SparseMatrix | undefined, R: number, K: number): Floats => {
    if (matrix === undefined) throw new Error('expected a sparse matrix');
    const { starts, middles, ends, table, nonzeros } = matrix;
    const [identity, out] = [tensor(K, K), tensor(R, K)];
    for (let k = 0; k < K; k++) identity.data[k * K + k] = 1;
    const tiles = tiled.read(identity);
    wasm.sparseProduct(out.pointer, starts, middles, ends, table, tiles, K, 0, R, K, nonzeros);
    return out.data;
  };

  return { arena, wasm, sparse, tiled, tensor, normal, denseOf };
}

/** Bytes of which this share is not 0. */
export function pictures(count: number, density: number, seed: number): Uint8Array {
  const random = seededRandom(seed).stream('pictures');
  return Uint8Array.from({ length: count }, () => (random.uniform() < density ? 1 + 254 * random.uniform() : 0));
}

/** features[rows] / std */
export function rowsOf(
  features: ArrayLike<number>,
  D: number,
  rows: Iterable<number>,
  std: number,
  dtype: DType,
): Tensor {
  const indices = [...rows];
  const x = zeros([indices.length, D], dtype);
  for (const [b, row] of indices.entries()) for (let d = 0; d < D; d++) x.data[b * D + d] = features[row * D + d] / std;
  return x;
}

export function transposed({ shape: [R, C], data }: Tensor, dtype: DType): Tensor {
  const out = zeros([C, R], dtype);
  for (let r = 0; r < R; r++) for (let c = 0; c < C; c++) out.data[c * R + r] = data[r * C + c];
  return out;
}
