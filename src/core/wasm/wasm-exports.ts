/** What src/kernels/index.ts exports. Pointers are byte offsets. */
export interface WasmExports {
  /** Says that V8 makes one vector of two (src/core/paired-vectors.ts). */
  pairVectors(): void;
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
    wRow: number,
    wColumn: number,
  ): void;
  sparseProduct(
    out: number,
    starts: number,
    middles: number,
    ends: number,
    table: number,
    tiles: number,
    K: number,
    bias: number,
    R: number,
    H: number,
    nonzeros: number,
  ): void;
  floatsProduct(
    out: number,
    x: number,
    xRow: number,
    xColumn: number,
    counts: number,
    tiles: number,
    K: number,
    bias: number,
    R: number,
    H: number,
    nonzeros: number,
  ): void;
  countFloats(rowCounts: number, columnCounts: number, x: number, R: number, K: number): number;
  /** Whether a matrix of H columns is so wide that floatsProduct takes it; not 0 for yes. */
  areUnpacked(H: number): number;
  sparseDescend(
    out: number,
    starts: number,
    middles: number,
    ends: number,
    table: number,
    tiles: number,
    K: number,
    rate: number,
    R: number,
    H: number,
    nonzeros: number,
  ): void;
  sparseOuter(
    out: number,
    starts: number,
    middles: number,
    ends: number,
    table: number,
    dout: number,
    K: number,
    rate: number,
    overwrite: boolean,
    B: number,
    H: number,
    nonzeros: number,
    columnStarts: number,
    columnEnds: number,
  ): void;
  /** Whether sparseOuter takes the first half of the columns of x transposed, if they were before. */
  firstHalfIsTransposed(nonzeros: number, B: number, K: number, H: number): number;
  tile(tiles: number, w: number, R: number, H: number): void;
  untile(w: number, tiles: number, R: number, H: number): void;
  /** Of what src/core/wasm/convolution-plan.ts has planned (src/kernels/conv/plan.ts). */
  convolution: ConvolutionForward;
  convolutionGradient: ConvolutionGradient;
  convolutionInputGradient: ConvolutionInputGradient;
  depthwise: ConvolutionForward;
  depthwiseGradient: ConvolutionGradient;
  depthwiseInputGradient: ConvolutionInputGradient;
  /** Of what src/core/wasm/winograd-plan.ts has planned (src/kernels/conv/winograd/plan.ts). */
  winograd: ConvolutionForward;
  winogradGradient: ConvolutionGradient;
  winogradInputGradient: ConvolutionInputGradient;
  /** How many rows more a table has than pixels or taps, and what is in a panel (src/kernels/conv). */
  readonly MAX_ROWS: WebAssembly.Global;
  readonly BLOCK_BYTES: WebAssembly.Global;
  readonly DOUT_BYTES: WebAssembly.Global;
  /** Bytes of a row of a tile of columns, at most. */
  readonly TILE_ROW_BYTES: WebAssembly.Global;
  /** Of windows that src/core/wasm/pooling.ts has written (src/kernels/pools/windows.ts). */
  maxPool: Pool;
  maxPoolBackward: Pool;
  averagePool: Pool;
  averagePoolBackward: Pool;
  /** Bytes of the memory that a batch normalization of C columns works in. */
  normalizationBytes(C: number): number;
  columnStatistics(mean: number, variance: number, x: number, R: number, C: number, work: number): void;
  batchNorm(
    y: number,
    x: number,
    gamma: number,
    beta: number,
    mean: number,
    variance: number,
    epsilon: number,
    R: number,
    C: number,
    work: number,
  ): void;
  batchNormBackward(
    dx: number,
    dgamma: number,
    dbeta: number,
    dy: number,
    x: number,
    gamma: number,
    mean: number,
    variance: number,
    epsilon: number,
    R: number,
    C: number,
    work: number,
  ): void;
  columnSums(out: number, x: number, B: number, H: number): void;
  countNonzeros(sizes: number, bytes: number, rows: number, D: number): number;
  compressRows(
    nonzeros: number,
    starts: number,
    middles: number,
    ends: number,
    bytes: number,
    rows: number,
    D: number,
  ): void;
  lookUp(out: number, bytes: number, table: number, n: number): void;
  oneHot(t: number, labels: number, B: number, C: number): void;
  toDense(x: number, starts: number, ends: number, table: number, B: number, D: number): void;
  prefetch(
    starts: number,
    middles: number,
    ends: number,
    nonzeros: number,
    columnStarts: number,
    columnEnds: number,
    transposed: number,
    imageStarts: number,
    imageMiddles: number,
    imageEnds: number,
    rows: number,
    B: number,
    D: number,
    halved: boolean,
  ): void;
  awaitPrefetch(): void;
  /** Ends a step that was dispatched to workers (src/kernels/threads/parallel.ts). */
  join(): void;
  identity: Forward;
  identityBackward: Backward;
  relu: Forward;
  reluBackward: Backward;
  leakyRelu: Forward;
  leakyReluBackward: Backward;
  elu: Forward;
  eluBackward: Backward;
  sigmoid: Forward;
  sigmoidBackward: Backward;
  tanh: Forward;
  tanhBackward: Backward;
  gelu: Forward;
  geluBackward: Backward;
  hardSwish: Forward;
  hardSwishBackward: Backward;
  mish: Forward;
  mishBackward: Backward;
  swish: Forward;
  swishBackward: Backward;
  softplus: Forward;
  softplusBackward: Backward;
  softmaxCrossEntropy(dx: number, x: number, t: number, B: number, C: number, epsilon: number): number;
  descend(value: number, gradient: number, rate: number, n: number): void;
  setWorkers(count: number, callerMaySleep: boolean): void;
  /** How many bytes a matrix takes in tiles, and whether these are few (src/kernels/dense/tiles.ts). */
  bytesInTiles(R: number, H: number): number;
  hasFewTiles(H: number): number;
  /** How many columns, or rows, a sparse matrix may have (src/kernels/sparse/csr.ts). */
  readonly MAX_COLUMNS: WebAssembly.Global;
  /** Bytes of the kernels' constants (src/kernels/threads/parallel.ts). */
  readonly CONSTANTS_BYTES: WebAssembly.Global;
  /** Bytes of the panel, memory of its own that each thread packs into (src/kernels/threads/panel.ts). */
  readonly PANEL_BYTES: WebAssembly.Global;
  setPanel(pointer: number): void;
  /** Of what src/core/wasm/distortion.ts has written (src/kernels/augmentation/job.ts): now, or until `awaitPrefetch`. */
  distort(job: number): void;
  distortLater(job: number): void;
  /** Bytes of a panel that `warp` takes. */
  warpBytes(job: number): number;
  readonly WARP: WebAssembly.Global;
  readonly NOISE: WebAssembly.Global;
  readonly ERASE: WebAssembly.Global;
  readonly MIX: WebAssembly.Global;
  add(out: number, a: number, b: number, n: number, H: number): void;
  multiply(out: number, a: number, b: number, n: number, H: number): void;
  scale(value: number, factor: number, n: number): void;
  sumOfSquares(x: number, n: number): number;
  momentum: Descent<[momentum: number]>;
  nesterov: Descent<[momentum: number]>;
  adaGrad: Descent<[epsilon: number]>;
  rmsProp: Descent<[decay: number, oneMinusDecay: number, epsilon: number]>;
  adam(
    value: number,
    means: number,
    squares: number,
    gradient: number,
    n: number,
    scale: number,
    weightDecay: number,
    beta1: number,
    oneMinusBeta1: number,
    beta2: number,
    oneMinusBeta2: number,
    rate: number,
    growth: number,
    epsilon: number,
  ): void;
}

/** out of x, or dx of dout. */
type Pool = (windows: number, out: number, x: number, B: number) => void;

export type ConvolutionForward = (plan: number, out: number, x: number, W: number, b: number, B: number) => void;
export type ConvolutionGradient = (plan: number, dW: number, db: number, dout: number, x: number, B: number) => void;
export type ConvolutionInputGradient = (plan: number, dx: number, dout: number, W: number, B: number) => void;

/** The kernel of an activation. One without a constant does not look at it. */
export type Forward = (out: number, x: number, n: number, H: number, constant: number) => void;

/** The way back, from x or from y, whichever the kernel saved. */
export type Backward = (dx: number, dout: number, saved: number, n: number, H: number, constant: number) => void;

/** The kernel of an optimizer that remembers one number a weight. */
export type Descent<Settings extends readonly number[]> = (
  value: number,
  memory: number,
  gradient: number,
  n: number,
  scale: number,
  weightDecay: number,
  rate: number,
  ...settings: Settings
) => void;
