/** In which order other programs have the numbers of a tensor. */
import type { PytorchTensor } from '../pytorch-rule.js';
import { permuted, type Shape, sameShape, sizeOf, type Tensor } from '../tensor.js';

/** Where a program, or a file, has other axes first than stages do. */
export interface Convention {
  /** Images are [C, H, W], filters [K, C, height, width]; else [H, W, C] and [height, width, C, K]. */
  readonly channelsFirst: boolean;
  /** Matrices are [outputs, inputs]; else [inputs, outputs]. */
  readonly outputsFirst: boolean;
}

/** What a stage reads. */
export interface Sample {
  readonly shape: Shape;
  /** [H, W, C] of images, and of images that were made rows; undefined where no axis is one of channels. */
  readonly image: Shape | undefined;
}

/** The way to another layout: the numbers as `split`, its axes in another order, as `shape`. */
export interface Layout {
  readonly split: Shape;
  readonly axes: readonly number[];
  readonly shape: Shape;
}

/** [H, W, C] -> [C, H, W] */
const CHANNELS_FIRST = [2, 0, 1];

/** @param shape of the tensor as the stage has it */
export function layoutIn(
  { channelsFirst, outputsFirst }: Convention,
  { axes: theirs, along }: Omit<PytorchTensor, 'name'>,
  shape: Shape,
  sample: Sample,
): Layout {
  const isOther = shape.length === 2 ? outputsFirst : channelsFirst;
  const axes = isOther && theirs !== undefined ? theirs : shape.map((_, axis) => axis);
  const { image } = sample;
  const isReordered = along === 'sample' || (along === 'columns' && sample.shape.length === 1);
  if (!channelsFirst || image === undefined || !isReordered) return inOrder(shape, axes);
  if (sameShape(shape, image)) return inOrder(shape, CHANNELS_FIRST);
  if (shape[0] !== sizeOf(image)) return inOrder(shape, axes);
  return {
    split: [...image, ...shape.slice(1)],
    axes: axes.flatMap((axis) => (axis === 0 ? CHANNELS_FIRST : [axis + CHANNELS_FIRST.length - 1])),
    shape: axes.map((axis) => shape[axis]),
  };
}

const inOrder = (shape: Shape, axes: readonly number[]): Layout => ({
  split: shape,
  axes,
  shape: axes.map((axis) => shape[axis]),
});

/** A tensor of a stage in a layout of others. */
export const laidOut = ({ data }: Tensor, { split, axes, shape }: Layout): Tensor => ({
  shape,
  data: permuted({ shape: split, data }, axes).data,
});

/** The numbers of a tensor in a layout of others as the stage has them. */
export function laidBack(numbers: ArrayLike<number>, { split, axes }: Layout): Float64Array {
  const shape = axes.map((axis) => split[axis]);
  const back = split.map((_, axis) => axes.indexOf(axis));
  return Float64Array.from(permuted({ shape, data: Float64Array.from(numbers) }, back).data);
}
