/** How a network stage says what it is in PyTorch, so that what it learned can be carried there and back. */

/** A tensor of a stage, as the state dict of PyTorch's module has it. */
export interface PytorchTensor {
  /** `weight`, `running_mean` */
  readonly name: string;
  /** In which order its axes come there: `[1, 0]` transposes a matrix. In the same one if left out. */
  readonly axes?: readonly number[];
  /**
   * What its first axis, or the whole of it, goes along: the numbers of a sample that the stage reads, or its columns (of
   * images, their channels). PyTorch's images are [C, H, W], so that their numbers come in another order there.
   */
  readonly along?: 'sample' | 'columns';
}

/** A network stage as a module of PyTorch. */
export interface PytorchRule {
  /** What it learns and remembers, by its own names: `{ W: { name: 'weight', axes: [1, 0] } }`. */
  readonly tensors?: Readonly<Record<string, PytorchTensor>>;
  /** Of a stage that makes a row of an image: whether it is an `nn.Flatten`, or needs one before or behind its module. */
  readonly flatten?: 'itself' | 'before' | 'behind';
}
