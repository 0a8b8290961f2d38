/**
 * The interface between stages and arithmetic. Stages say what to compute, on tensors that a back end allocated; only the
 * back ends behind it know how (loops, SIMD, pointers).
 *
 * Sizes, everywhere: B rows in the batch, D inputs of a layer, H its outputs, C classes, N samples in the data set.
 * Arguments stand in this order: outputs, inputs, weights, settings. Outputs are overwritten.
 */
import type { Scaling } from '../kinds.js';
import type { DType, Shape, Tensor } from '../tensor.js';
import type { BatchNorm } from './batch-norm.js';
import type { Convolution, ConvolutionShape } from './convolution.js';
import type { Distortion, DistortionKind } from './distortion.js';
import type { LayerNorm } from './layer-norm.js';
import type { Pooling } from './pooling.js';
import type { WindowShape } from './windows.js';

/** A function of one number, and its derivative. */
export interface Formula {
  /** y = f(x) */
  readonly value: (x: number) => number;
  /** f'(x), which may be easier to say with y = f(x) at hand. */
  readonly derivative: (x: number, y: number) => number;
  /**
   * The kernel that computes this very function: a back end that has it calls it in place of `value` and `derivative`.
   * Without one, they are what is computed.
   */
  readonly kernel?: ActivationKernel;
}

/** Functions that back ends have kernels of; some take a number besides x. */
export type ActivationKernel =
  | (typeof plainKernels)[number]
  | readonly [name: (typeof kernelsWithNumber)[number], number: number];

/** Those that take x alone. */
export const plainKernels = [
  'gelu',
  'hardSwish',
  'identity',
  'mish',
  'relu',
  'sigmoid',
  'softplus',
  'swish',
  'tanh',
] as const;

/** `['elu', alpha]`, `['leakyRelu', negativeSlope]` */
export const kernelsWithNumber = ['elu', 'leakyRelu'] as const;

/** A formula over every number of a tensor. */
export interface Elementwise {
  /** out = f(x); all of one shape. */
  forward(out: Tensor, x: Tensor): void;
  /** dx = dout * f'(x), where y is what `forward` wrote. */
  backward(dx: Tensor, dout: Tensor, x: Tensor, y: Tensor): void;
}

/** What all parameters share at one update; every optimizer goes by g = scale * gradient + decay * value. */
export interface Update {
  /** Counts from 1. */
  readonly count: number;
  /** The learning rate of this step. */
  readonly rate: number;
  /** What clipping leaves of the gradients: 1 where it leaves all. */
  readonly scale: number;
  /** The weight decay. */
  readonly decay: number;
}

/** What computes the kernels: WebAssembly, for speed, or the textbook's loops in TypeScript, to read and to compare. */
export type Backend = 'wasm' | 'typescript';

/** The arithmetic that stages are built on, on tensors of one float type. */
export interface Kernels {
  readonly backend: Backend;
  readonly dtype: DType;
  /** Why another back end computes, or fewer threads can, than was asked for; undefined where all is as it was. */
  readonly fallback?: string;

  /** Zeros that these kernels can work on. Called while a pipeline is built, or at its first step; never after. */
  allocate(shape: Shape): Tensor;

  /** Writes draw() into each number, in their order: first weights. */
  fill(value: Tensor, draw: () => number): void;

  /**
   * x[B, D] = (features[rows, D] - mean) / std, for the rows[B] of features[N, D]; x may have any shape [B, ...], and mean
   * and std one number for each column of its last axis.
   */
  gather(x: Tensor, features: ArrayLike<number>, rows: Int32Array, scaling: Scaling): void;
  /** Announces the next `gather`, which will be called with the same `rows` object. A back end may begin with it. */
  prefetch(x: Tensor, features: ArrayLike<number>, rows: Int32Array, scaling: Scaling): void;
  /** Says that features hold other numbers than when they were gathered from: what a back end made of them is out of date. */
  changed(features: ArrayLike<number>): void;
  /** t[B, C] = 1 at each of labels[B], else 0. */
  oneHot(t: Tensor, labels: Int32Array): void;

  /** out[B, H] = x[B, D] W[D, H] + b[H] */
  dense(out: Tensor, x: Tensor, W: Tensor, b: Tensor): void;
  /** dW[D, H] = xᵀ dout; db[H] = the column sums of dout[B, H]. */
  denseGradient(dW: Tensor, db: Tensor, dout: Tensor, x: Tensor): void;
  /** dx[B, D] = dout[B, H] Wᵀ */
  denseInputGradient(dx: Tensor, dout: Tensor, W: Tensor): void;

  /** The products of a convolution of at most B images. Called, like `allocate`, while a pipeline is built. */
  convolution(shape: ConvolutionShape, B: number): Convolution;
  /** The largest number of each window of at most B images. */
  maxPool(shape: WindowShape, B: number): Pooling;
  /** The mean of each window. */
  averagePool(shape: WindowShape, B: number): Pooling;
  /** Batch normalization of the C columns of the last axis. */
  batchNorm(C: number, epsilon: number): BatchNorm;

  /** Distorts at most B samples at a time. */
  distortion(kind: DistortionKind, B: number): Distortion;

  /** Layer normalization. */
  layerNorm(epsilon: number): LayerNorm;

  /** The loops for a formula; where the back end has the kernel that the formula declares, that kernel. */
  elementwise(formula: Formula): Elementwise;

  /** y[B, C] = exp(x) / its row sums. */
  softmax(y: Tensor, x: Tensor): void;
  /** dx = y (dout - (dout · y)), row by row; y is what `softmax` wrote. */
  softmaxBackward(dx: Tensor, dout: Tensor, y: Tensor): void;

  /** Returns -mean(sum(t log(softmax(x) + epsilon))), epsilon 0 if left out; dx[B, C] = (softmax(x) - t) / B always. */
  softmaxCrossEntropy(dx: Tensor, x: Tensor, t: Tensor, epsilon?: number): number;
  /** Returns -mean(sum(t log(y + epsilon))); dy[B, C] = -t / (y + epsilon) / B. */
  crossEntropy(dy: Tensor, y: Tensor, t: Tensor, epsilon: number): number;
  /** Returns mean((x - t)²) over all B C numbers; dx[B, C] = 2 (x - t) / (B C). */
  meanSquaredError(dx: Tensor, x: Tensor, t: Tensor): number;

  /** t[B, C] = (1 - smoothing) t + smoothing / C */
  smoothTargets(out: Tensor, t: Tensor, smoothing: number): void;
  /** out = a + b, number by number. */
  add(out: Tensor, a: Tensor, b: Tensor): void;
  /** out = a * b, number by number. */
  multiply(out: Tensor, a: Tensor, b: Tensor): void;
  /** out = out + share * (value - out): at share 1, value. */
  blend(out: Tensor, value: Tensor, share: number): void;
  /** value = factor * value */
  scale(value: Tensor, factor: number): void;
  /** Returns the sum of x². */
  sumOfSquares(x: Tensor): number;

  /** velocity = momentum * velocity + g; value = value - rate * velocity */
  momentum(value: Tensor, velocity: Tensor, gradient: Tensor, update: Update, momentum: number): void;
  /** velocity = momentum * velocity + g; value = value - rate * (g + momentum * velocity) */
  nesterov(value: Tensor, velocity: Tensor, gradient: Tensor, update: Update, momentum: number): void;
  /** squares = squares + g²; value = value - rate * g / (√squares + epsilon) */
  adaGrad(value: Tensor, squares: Tensor, gradient: Tensor, update: Update, epsilon: number): void;
  /** squares = decay * squares + (1 - decay) * g², by the settings' decay; value = value - rate * g / (√squares + epsilon) */
  rmsProp(
    value: Tensor,
    squares: Tensor,
    gradient: Tensor,
    update: Update,
    settings: { readonly decay: number; readonly epsilon: number },
  ): void;
  /**
   * means = beta1 * means + (1 - beta1) * g; squares = beta2 * squares + (1 - beta2) * g²; without their
   * bias, m = means / (1 - beta1 ** count) and s = squares / (1 - beta2 ** count): value = value - rate * m / (√s + epsilon)
   */
  adam(
    value: Tensor,
    means: Tensor,
    squares: Tensor,
    gradient: Tensor,
    update: Update,
    settings: { readonly beta1: number; readonly beta2: number; readonly epsilon: number },
  ): void;

  /** value = value - rate * gradient */
  descend(value: Tensor, gradient: Tensor, rate: number): void;

  /** Starts the workers, if there are any. */
  startThreads(): StartedThreads;
}

/** Threads that wait for work. */
export interface StartedThreads {
  /** Ends them; the kernels go on with one thread. */
  readonly stop: () => void;
  /** Why there are fewer than was asked for. */
  readonly fallback?: string;
}

declare global {
  /** For users who compile with neither a page's types nor their own: both are opaque here, and merge with either. */
  namespace WebAssembly {
    interface Module {}
    interface Memory {}
  }
}

/** A host's threads, for a WebAssembly module that all of them run on one shared memory. */
export interface Threads {
  /** How many threads compute, the calling one included. */
  readonly count: number;
  /** Whether steps go on without the workers while they are faster that way; default no. */
  readonly adaptive?: boolean;
  /** Starts one that instantiates the module, calls `setPanel(panel)` and then `runWorker()`. Returns what stops it. */
  start(module: WebAssembly.Module, memory: WebAssembly.Memory, panel: number): () => void;
}
