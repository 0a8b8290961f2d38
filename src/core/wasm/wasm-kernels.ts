/**
 * Kernels in WebAssembly, compiled from src/kernels. Only this folder knows pointers: a tensor's pointer is where its data
 * begins in the module's memory.
 *
 * What has no kernel in the list is computed by the textbook's loops, on the same memory.
 */
import { messageOf } from '../errors.js';
import type { Kernels, Threads, Update } from '../kernels/kernels.js';
import { createTextbookKernels } from '../kernels/textbook.js';
import type { Scaling } from '../kinds.js';
import { bytesOf, type DType, sizeOf, type Tensor, widthOf } from '../tensor.js';
import { activationsOf } from './activations.js';
import { AdaptiveWorkers } from './adaptive-workers.js';
import { wasmBatchNorm } from './batch-norm.js';
import { ByteBatches } from './byte-batches.js';
import { ByteFloats, type UniformScaling } from './byte-floats.js';
import { wasmConvolution } from './convolution.js';
import { DeferredGradient } from './deferred-gradient.js';
import { Distortions } from './distortion.js';
import { guardOf } from './or-textbook.js';
import { Planner } from './planner.js';
import { wasmAveragePool, wasmMaxPool } from './pooling.js';
import { SparseBatches } from './sparse-batches.js';
import { SparseFloats } from './sparse-floats.js';
import { TiledMatrices } from './tiled-matrices.js';
import { overwritten, WasmTensor, written } from './wasm-arena.js';
import type { Descent } from './wasm-exports.js';
import { instantiate } from './wasm-instance.js';

export function createWasmKernels(dtype: DType, threads?: Threads): Kernels {
  const { arena, wasm, module, panels } = instantiate(dtype);
  const wanted = threads?.count ?? 1;
  const possible = arena.isShared ? wanted : 1;
  const textbook = createTextbookKernels(dtype);
  const floats = new ByteFloats(arena, dtype);
  const sparse = new SparseBatches(arena, wasm, floats);
  const batches = new ByteBatches(sparse, lookUp);
  const tiled = new TiledMatrices(arena, wasm, dtype);
  const sparseFloats = new SparseFloats(arena, wasm, tiled, dtype);
  const planner = new Planner(arena, wasm, panels, dtype);
  const distortions = new Distortions(planner);
  const bytes = bytesOf(dtype);
  const activations = activationsOf(wasm);
  const orTextbook = guardOf(arena);
  let stage = arena.bytes(0);
  let indices = arena.integers(0);
  let adaptive: AdaptiveWorkers | undefined;
  /** By their tensor dW, which has one for all steps. */
  const deferred = new WeakMap<Tensor, DeferredGradient>();
  const deferredFor = (dW: WasmTensor): DeferredGradient => {
    const known = deferred.get(dW);
    if (known !== undefined) return known;
    const fresh = new DeferredGradient(dW, wasm, tiled, sparse);
    deferred.set(dW, fresh);
    return fresh;
  };

  return {
    ...textbook,
    backend: 'wasm',
    ...(possible < wanted && { fallback: `threads: ${possible}, not ${wanted}: ${arena.whyNotShared}` }),

    allocate: (shape) => arena.tensor(shape, dtype),

    gather: orTextbook(1, textbook.gather, (x, features, rows, scaling) => {
      adaptive?.step(rows.length); // a step begins with its batch
      if (keepsZeros(scaling) && batches.read(x, features, rows, scaling)) return;
      sparse.forget(x);
      if (features instanceof Uint8Array && isUniform(scaling)) lookUp(x, features, rows, scaling);
      else textbook.gather(x, features, rows, scaling);
    }),

    oneHot: orTextbook(1, textbook.oneHot, (t, labels) => {
      const [B, C] = t.shape;
      if (B > indices.numbers.length) indices = arena.integers(B);
      indices.numbers.set(labels);
      wasm.oneHot(overwritten(t), indices.pointer, B, C);
    }),

    prefetch: orTextbook(1, textbook.prefetch, (x, features, rows, scaling) => {
      if (keepsZeros(scaling)) batches.prefetch(x, features, rows);
    }),

    changed: (features) => sparse.changed(features),

    dense: orTextbook(4, textbook.dense, (out, x, W, b) => {
      const [B, H] = out.shape;
      const D = W.shape[0];
      const rows = batches.csrOf(x);
      if (rows !== undefined) {
        const { starts, middles, ends, table, nonzeros } = rows;
        wasm.sparseProduct(
          overwritten(out),
          starts,
          middles,
          ends,
          table,
          tiled.read(W),
          D,
          written(b),
          B,
          H,
          nonzeros,
        );
      } else if (!sparseFloats.product(out, x, W, b)) {
        const [row, column] = [H * bytes, bytes];
        wasm.product(overwritten(out), written(x), written(W), written(b), B, D, H, D * bytes, bytes, row, column);
      }
    }),

    denseGradient: orTextbook(4, textbook.denseGradient, (dW, db, dout, x) => {
      const [D, H] = dW.shape;
      const B = dout.shape[0];
      const isSparse = batches.csrOf(x) !== undefined;
      const isDeferred = isSparse && dW instanceof WasmTensor && deferredFor(dW).defer(dout, x);
      if (!isDeferred && !sparseFloats.gradient(dW, dout, x)) {
        // the rows of x as columns: xᵀ dout
        const row = H * bytes;
        wasm.product(overwritten(dW), written(x), written(dout), 0, D, B, H, bytes, D * bytes, row, bytes);
      }
      wasm.columnSums(overwritten(db), written(dout), B, H);
    }),

    denseInputGradient: orTextbook(3, textbook.denseInputGradient, (dx, dout, W) => {
      const [D, H] = W.shape;
      const row = H * bytes;
      // the rows of W as columns: dout Wᵀ
      wasm.product(overwritten(dx), written(dout), written(W), 0, dout.shape[0], H, D, row, bytes, bytes, row);
    }),

    convolution: (shape, B) => wasmConvolution(shape, B, planner, orTextbook, textbook.convolution(shape, B)),
    maxPool: (shape, B) => wasmMaxPool(shape, B, planner, textbook.maxPool(shape, B)),
    averagePool: (shape, B) => wasmAveragePool(shape, planner, orTextbook, textbook.averagePool(shape, B)),
    distortion: (kind, B) => distortions.of(kind, B, textbook.distortion(kind, B)),
    batchNorm: (C, epsilon) => wasmBatchNorm(C, epsilon, planner, textbook.batchNorm(C, epsilon)),

    elementwise(formula) {
      const loops = textbook.elementwise(formula);
      if (formula.kernel === undefined) return loops;
      const [name, constant] = typeof formula.kernel === 'string' ? [formula.kernel, 0] : formula.kernel;
      const { forward, backward, saves } = activations[name];
      return {
        forward: orTextbook(2, loops.forward, (out, x) => {
          forward(overwritten(out), written(x), x.data.length, widthOf(x), constant);
        }),
        backward: orTextbook(4, loops.backward, (dx, dout, x, y) => {
          const saved = written(saves === 'y' ? y : x);
          backward(overwritten(dx), written(dout), saved, x.data.length, widthOf(x), constant);
        }),
      };
    },

    softmaxCrossEntropy: orTextbook(3, textbook.softmaxCrossEntropy, (dx, x, t, epsilon = 0) => {
      const [B, C] = x.shape;
      return wasm.softmaxCrossEntropy(overwritten(dx), written(x), written(t), B, C, epsilon) / B;
    }),

    add: orTextbook(3, textbook.add, (out, a, b) => {
      wasm.add(overwritten(out), written(a), written(b), a.data.length, widthOf(a));
    }),

    multiply: orTextbook(3, textbook.multiply, (out, a, b) => {
      wasm.multiply(overwritten(out), written(a), written(b), a.data.length, widthOf(a));
    }),

    scale: orTextbook(1, textbook.scale, (value, factor) => {
      const { pointer, count } = tiled.numbersOf(value) ?? { pointer: written(value), count: value.data.length };
      wasm.scale(pointer, factor, count);
    }),

    sumOfSquares: orTextbook(1, textbook.sumOfSquares, (x) => wasm.sumOfSquares(written(x), x.data.length)),

    momentum: orTextbook(3, textbook.momentum, (value, velocity, gradient, update, momentum) => {
      descent(wasm.momentum, value, velocity, gradient, update, momentum);
    }),

    nesterov: orTextbook(3, textbook.nesterov, (value, velocity, gradient, update, momentum) => {
      descent(wasm.nesterov, value, velocity, gradient, update, momentum);
    }),

    adaGrad: orTextbook(3, textbook.adaGrad, (value, squares, gradient, update, epsilon) => {
      descent(wasm.adaGrad, value, squares, gradient, update, epsilon);
    }),

    rmsProp: orTextbook(3, textbook.rmsProp, (value, squares, gradient, update, { decay, epsilon }) => {
      descent(wasm.rmsProp, value, squares, gradient, update, decay, 1 - decay, epsilon);
    }),

    adam: orTextbook(4, textbook.adam, (value, means, squares, gradient, update, settings) => {
      const { count, rate, scale, decay } = update;
      const { beta1, beta2, epsilon } = settings;
      // One minus a beta is computed here: a float32 beta has too few digits left for it.
      wasm.adam(
        written(value),
        written(means),
        written(squares),
        written(gradient),
        value.data.length,
        scale,
        decay,
        beta1,
        1 - beta1,
        beta2,
        1 - beta2,
        rate / (1 - beta1 ** count),
        1 / Math.sqrt(1 - beta2 ** count),
        epsilon,
      );
    }),

    descend: orTextbook(2, textbook.descend, (value, gradient, rate) => {
      const product = deferred.get(gradient);
      if (product?.isDeferred && value instanceof WasmTensor) product.descend(value, rate);
      else wasm.descend(written(value), written(gradient), rate, value.data.length);
    }),

    startThreads() {
      if (threads === undefined || possible < 2) return { stop: () => {} };
      const workers = possible - 1;
      const maySleep = threadMaySleep();
      const use = (count: number) => {
        // A prefetch that a worker has begun must not be left half done.
        wasm.awaitPrefetch();
        wasm.setWorkers(count, maySleep);
      };
      use(workers);
      const stops: (() => void)[] = [];
      let fallback: string | undefined;
      try {
        while (stops.length < workers) stops.push(threads.start(module, arena.memory, panels.reserve()));
      } catch (error) {
        use(stops.length);
        fallback = `threads: ${stops.length + 1}, not ${wanted}: no more may start here (${messageOf(error)})`;
      }
      const started = stops.length;
      if (threads.adaptive && started > 0) adaptive = new AdaptiveWorkers((helping) => use(helping ? started : 0));
      const stop = () => {
        adaptive = undefined;
        use(0);
        for (const stopWorker of stops) stopWorker();
      };
      return { stop, ...(fallback !== undefined && { fallback }) };
    },
  };

  /** x = (features[rows] - mean) / std */
  function lookUp(x: Tensor, features: Uint8Array, rows: Int32Array, scaling: UniformScaling): void {
    const count = sizeOf(x.shape);
    wasm.lookUp(overwritten(x), staged(features, rows, count / rows.length), floats.tableFor(scaling), count);
  }

  /** A pointer to [rows, D] bytes, copied to where WebAssembly can read them. */
  function staged(features: Uint8Array, rows: Int32Array, D: number): number {
    const size = rows.length * D;
    if (size > stage.numbers.length) stage = arena.bytes(size);
    const { numbers, pointer } = stage;
    for (let b = 0; b < rows.length; b++) numbers.set(features.subarray(rows[b] * D, (rows[b] + 1) * D), b * D);
    return pointer;
  }
}

/** One scaling for all columns: a byte stands for the same float wherever it is. */
const isUniform = (scaling: Scaling): scaling is UniformScaling =>
  typeof scaling.mean === 'number' && typeof scaling.std === 'number';

/** With another mean, a byte of 0 is not the number 0. */
const keepsZeros = (scaling: Scaling): scaling is UniformScaling => isUniform(scaling) && scaling.mean === 0;

/** Calls the kernel of an optimizer that remembers one number a weight. */
function descent<Settings extends readonly number[]>(
  kernel: Descent<Settings>,
  value: Tensor,
  memory: Tensor,
  gradient: Tensor,
  { scale, decay, rate }: Update,
  ...settings: Settings
): void {
  kernel(written(value), written(memory), written(gradient), value.data.length, scale, decay, rate, ...settings);
}

/** Whether this thread may wait for another one in its sleep: all may, but that of a page. */
function threadMaySleep(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1); // it is 0, so this returns at once
    return true;
  } catch {
    return false;
  }
}
