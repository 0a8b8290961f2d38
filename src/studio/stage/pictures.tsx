/** A tensor as pictures: samples, channels or filters as images; what has no pixels as one image, a row a sample. */
import type { TensorView } from 'marblenet/page';
import { Pixels } from '../view/pixels.js';

const MOST = 16;

export function Pictures({ view, isBatch }: { readonly view: TensorView; readonly isBatch: boolean }) {
  const { shape, values } = view;
  const [from, to] = view.min < 0 ? [view.min, view.max] : [0, view.max];
  const pictures = isBatch ? ofBatch(shape, values) : ofWeights(shape, values);
  return (
    <div class="pictures">
      {pictures.map(({ values, shape }, i) => (
        <Pixels key={i} values={values} shape={shape} from={from} to={to} />
      ))}
    </div>
  );
}

interface Picture {
  readonly values: ArrayLike<number>;
  readonly shape: readonly [height: number, width: number];
}

/** [B, H, W], [B, H, W, C]: the channels of the first sample, or the first samples; [B, D]: all as one. */
function ofBatch(shape: readonly number[], values: Float32Array): Picture[] {
  const [, H, W, C = 1] = shape;
  if (shape.length < 3) {
    const width = H ?? 1;
    const rows = Math.min(MOST, Math.floor(values.length / width));
    return [{ values, shape: [Math.max(1, rows), width] }];
  }
  const size = H * W * C;
  if (C > 1)
    return Array.from({ length: Math.min(C, MOST) }, (_, c) => ({
      values: strided(values, c, C, H * W),
      shape: [H, W],
    }));
  const count = Math.min(MOST, Math.floor(values.length / size));
  return Array.from({ length: count }, (_, i) => ({
    values: values.subarray(i * size, (i + 1) * size),
    shape: [H, W],
  }));
}

/** [D, H]: each unit's weights as an image, where D is a square; [h, w, C, filters]: the first channel of each filter. */
function ofWeights(shape: readonly number[], values: Float32Array): Picture[] {
  if (shape.length === 4) {
    const [h, w, C, filters] = shape;
    return Array.from({ length: Math.min(filters, MOST) }, (_, f) => ({
      values: strided(values, f, C * filters, h * w),
      shape: [h, w],
    }));
  }
  const [D, units = 1] = shape;
  const side = Math.sqrt(D);
  if (shape.length === 2 && Number.isInteger(side) && side >= 8) {
    return Array.from({ length: Math.min(units, MOST) }, (_, unit) => ({
      values: strided(values, unit, units, D),
      shape: [side, side],
    }));
  }
  if (shape.length === 1) return [{ values, shape: [1, D] }];
  return [{ values, shape: [Math.floor(values.length / units), units] }];
}

/** Every `stride`-th number, as many as there are. */
const strided = (values: Float32Array, first: number, stride: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => values[first + i * stride] ?? 0);
