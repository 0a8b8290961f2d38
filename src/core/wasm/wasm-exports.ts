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
    wRow: number,
    wColumn: number,
  ): void;
  sparseProduct(
    out: number,
    lists: number,
    middles: number,
    ends: number,
    table: number,
    tiles: number,
    places: number,
    bias: number,
    R: number,
    H: number,
    entries: number,
  ): void;
  sparseDescend(
    out: number,
    lists: number,
    middles: number,
    ends: number,
    table: number,
    tiles: number,
    places: number,
    rate: number,
    R: number,
    H: number,
    entries: number,
  ): void;
  sparseOuter(
    out: number,
    lists: number,
    middles: number,
    ends: number,
    table: number,
    dout: number,
    places: number,
    rate: number,
    afresh: boolean,
    B: number,
    H: number,
    entries: number,
    turnedLists: number,
    turnedEnds: number,
  ): void;
  /** Whether sparseOuter takes the first half of lists by column, if they were made before. */
  firstHalfIsTurned(entries: number, B: number, places: number, H: number): number;
  tile(tiles: number, w: number, R: number, H: number): void;
  untile(w: number, tiles: number, R: number, H: number): void;
  columnSums(out: number, x: number, B: number, H: number): void;
  countEntries(sizes: number, bytes: number, rows: number, D: number): number;
  listRows(entries: number, lists: number, middles: number, ends: number, bytes: number, rows: number, D: number): void;
  lookUp(out: number, bytes: number, table: number, n: number): void;
  oneHot(t: number, labels: number, B: number, C: number): void;
  expand(x: number, lists: number, ends: number, table: number, B: number, D: number): void;
  prepare(
    lists: number,
    middles: number,
    ends: number,
    entries: number,
    columnLists: number,
    columnEnds: number,
    turned: number,
    imageLists: number,
    imageMiddles: number,
    imageEnds: number,
    rows: number,
    B: number,
    D: number,
    halved: boolean,
  ): void;
  awaitPreparation(): void;
  /** Ends a step that was left to helpers (src/kernels/threads/parallel.ts). */
  finish(): void;
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
  softplus: Forward;
  softplusBackward: Backward;
  softmaxCrossEntropy(dx: number, x: number, t: number, B: number, C: number, epsilon: number): number;
  descend(value: number, gradient: number, rate: number, n: number): void;
  setHelpers(count: number): void;
  /** How many bytes a matrix takes in tiles, and whether they are few (src/kernels/dense/tiles.ts). */
  bytesInTiles(R: number, H: number): number;
  hasFewTiles(H: number): number;
  /** How many columns, and rows, lists can tell apart (src/kernels/sparse/csr.ts). */
  readonly MOST_PLACES: WebAssembly.Global;
  /** Bytes of the constants of kernels (src/kernels/threads/parallel.ts). */
  readonly CONSTANTS_BYTES: WebAssembly.Global;
  /** Bytes of the panel that each thread copies to (src/kernels/threads/panel.ts). */
  readonly UNPACKED_BYTES: WebAssembly.Global;
  setPanel(pointer: number): void;
  multiply(out: number, a: number, b: number, n: number, H: number): void;
  scale(value: number, factor: number, n: number): void;
  sumOfSquares(x: number, n: number): number;
  momentum: Descent<[momentum: number]>;
  nesterov: Descent<[momentum: number]>;
  adaGrad: Descent<[epsilon: number]>;
  rmsProp: Descent<[smoothing: number, freshness: number, epsilon: number]>;
  adam(
    value: number,
    means: number,
    squares: number,
    gradient: number,
    n: number,
    scale: number,
    decay: number,
    beta1: number,
    freshness1: number,
    beta2: number,
    freshness2: number,
    rate: number,
    growth: number,
    epsilon: number,
  ): void;
}

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
  decay: number,
  rate: number,
  ...settings: Settings
) => void;
