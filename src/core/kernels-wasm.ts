/**
 * Kernels in WebAssembly, 16 bytes at a time, made from src/kernels. This file is the one place that knows pointers: a
 * tensor's pointer is where its data begins in the module's memory.
 *
 * What has no kernel here, or is asked of a tensor that lies elsewhere (a plug-in may allocate its own), is computed by
 * the textbook's loops, on the same memory.
 */
import type { Kernels } from './kernels.js';
import { createTextbookKernels } from './kernels-textbook.js';
import { binaries } from './kernels-wasm-binary.js';
import { SparseBatches } from './sparse-batches.js';
import type { DType, Tensor } from './tensor.js';
import { pointerOf, WasmArena } from './wasm-arena.js';

/** What src/kernels/index.ts exports. Pointers are byte offsets. */
export interface WasmExports {
  product(
    out: number,
    x: number,
    w: number,
    bias: number,
    R: number,
    K: number,
    H: number,
    xRow: number,
    xColumn: number,
  ): void;
  sparseProduct(
    out: number,
    lists: number,
    counts: number,
    table: number,
    w: number,
    bias: number,
    R: number,
    H: number,
  ): void;
  listEntries(entries: number, bytes: number, D: number): number;
  touch(lists: number, counts: number, B: number): number;
  expand(x: number, lists: number, counts: number, table: number, B: number, D: number): void;
  turn(lists: number, counts: number, turned: number, rowLists: number, rowCounts: number, B: number, D: number): void;
  sigmoid(out: number, x: number, n: number): void;
  sigmoidBackward(dx: number, dout: number, y: number, n: number): void;
  relu(out: number, x: number, n: number): void;
  reluBackward(dx: number, dout: number, x: number, n: number): void;
  descend(value: number, gradient: number, rate: number, n: number): void;
  transpose(out: number, w: number, D: number, H: number): void;
}

/** Whether this machine can run them: 128-bit SIMD and shared memory. */
export function wasmIsSupported(): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(decoded('float32'));
}

const decoded = (dtype: DType): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(binaries[dtype]), (letter) => letter.charCodeAt(0));

/** The pointer of a tensor whose numbers are about to be read: the pixels of a batch may not have been written yet. */
const written = ({ data }: Tensor): number => data.byteOffset;

export function createWasmKernels(dtype: DType): Kernels {
  const arena = new WasmArena();
  const module = new WebAssembly.Module(decoded(dtype));
  const instance = new WebAssembly.Instance(module, { env: { memory: arena.memory } });
  const wasm = instance.exports as unknown as WasmExports;
  const textbook = createTextbookKernels(dtype);
  const sparse = new SparseBatches(arena, wasm, dtype);
  const bytes = dtype === 'float32' ? 4 : 8;

  const one = arena.tensor([1], dtype);
  one.data[0] = 1;
  /** Transposed weights, one buffer for each size. */
  const transposed = new Map<number, Tensor>();
  const transposedFor = (size: number): Tensor => {
    const known = transposed.get(size);
    if (known !== undefined) return known;
    const fresh = arena.tensor([size], dtype);
    transposed.set(size, fresh);
    return fresh;
  };

  return {
    ...textbook,

    allocate: (shape) => arena.tensor(shape, dtype),

    gather(x, features, rows, scaling) {
      if (!arena.holds(x)) return textbook.gather(x, features, rows, scaling);
      // A mean other than 0 moves the zeros away from 0.
      if (scaling.mean === 0 && sparse.read(x, features, rows, scaling.std)) return;
      sparse.forget(x);
      textbook.gather(x, features, rows, scaling);
    },

    dense(out, x, W, b) {
      if (!arena.holds(out, x, W, b)) return textbook.dense(out, x, W, b);
      const [B, H] = out.shape;
      const D = W.shape[0];
      const rows = sparse.rowsOf(x);
      if (rows !== undefined) {
        wasm.sparseProduct(pointerOf(out), rows.lists, rows.counts, rows.table, pointerOf(W), pointerOf(b), B, H);
      } else {
        wasm.product(pointerOf(out), written(x), pointerOf(W), pointerOf(b), B, D, H, D * bytes, bytes);
      }
    },

    denseGradient(dW, db, dout, x) {
      if (!arena.holds(dW, db, dout, x)) return textbook.denseGradient(dW, db, dout, x);
      const [D, H] = dW.shape;
      const B = dout.shape[0];
      const columns = sparse.columnsOf(x);
      if (columns !== undefined) {
        wasm.sparseProduct(pointerOf(dW), columns.lists, columns.counts, columns.table, pointerOf(dout), 0, D, H);
      } else {
        // the rows of x as columns: xᵀ dout
        wasm.product(pointerOf(dW), written(x), pointerOf(dout), 0, D, B, H, bytes, D * bytes);
      }
      // the column sums: a row of B ones, all of them the same one, times dout
      wasm.product(pointerOf(db), pointerOf(one), pointerOf(dout), 0, 1, B, H, 0, 0);
    },

    denseInputGradient(dx, dout, W) {
      if (!arena.holds(dx, dout, W)) return textbook.denseInputGradient(dx, dout, W);
      const [D, H] = W.shape;
      const Wt = pointerOf(transposedFor(D * H));
      wasm.transpose(Wt, pointerOf(W), D, H);
      wasm.product(pointerOf(dx), pointerOf(dout), Wt, 0, dout.shape[0], H, D, H * bytes, bytes);
    },

    elementwise(name, formula) {
      const loops = textbook.elementwise(name, formula);
      const fast = fastLoops(name);
      return {
        forward(out, x) {
          if (fast.forward === undefined || !arena.holds(out, x)) return loops.forward(out, x);
          fast.forward(pointerOf(out), written(x), x.data.length);
        },
        backward(dx, dout, x, y) {
          if (fast.backward === undefined || !arena.holds(dx, dout, x, y)) return loops.backward(dx, dout, x, y);
          fast.backward(pointerOf(dx), pointerOf(dout), written(fast.from === 'y' ? y : x), x.data.length);
        },
      };
    },

    descend(value, gradient, rate) {
      if (!arena.holds(value, gradient)) return textbook.descend(value, gradient, rate);
      wasm.descend(pointerOf(value), pointerOf(gradient), rate, value.data.length);
    },
  };

  /** The kernels for an activation's name, and what its slope is computed from. */
  function fastLoops(name: string): FastLoops {
    switch (name) {
      case 'relu':
        return { forward: wasm.relu, backward: wasm.reluBackward, from: 'x' };
      case 'sigmoid':
        return { forward: dtype === 'float32' ? wasm.sigmoid : undefined, backward: wasm.sigmoidBackward, from: 'y' };
      default:
        return { forward: undefined, backward: undefined, from: 'x' };
    }
  }
}

interface FastLoops {
  readonly forward: ((out: number, x: number, n: number) => void) | undefined;
  readonly backward: ((dx: number, dout: number, saved: number, n: number) => void) | undefined;
  readonly from: 'x' | 'y';
}
