/** Pools: one pixel of each window of an image, channel by channel. */
import * as z from 'zod';
import type { StageDescription } from '../contract.js';
import { PipelineError } from '../errors.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Pooling } from '../kernels/pooling.js';
import { outputSize, type WindowShape } from '../kernels/windows.js';
import { bufferedLayer } from './buffered-layer.js';
import { paddingOption, pairOf, windowsOnImage } from './image-windows.js';
import { networkStage } from './network.js';
import { onnxWindows } from './onnx-windows.js';

const options = z.strictObject({
  size: pairOf(z.int().min(1).max(64)).default(2).describe('Height and width of a window'),
  stride: pairOf(z.int().min(1).max(64)).optional().describe('By how many pixels it moves on; its size if left out'),
  padding: paddingOption.default('valid').describe('Pixels around the image that count for nothing'),
});

/** What the author of a pool writes. */
interface PoolDefinition extends Pick<StageDescription, 'name' | 'summary'> {
  kernel(kernels: Kernels, shape: WindowShape, B: number): Pooling;
  /** Its operator in ONNX, which counts no padding either. */
  readonly onnx: 'MaxPool' | 'AveragePool';
}

/** Makes a network stage of a pool. */
export const pool = ({ name, summary, kernel, onnx }: PoolDefinition) =>
  networkStage({
    name,
    summary,
    options,
    example: `${name}: { size: 2, stride: 2, padding: valid }`,
    onnx: (graph, x, { size, stride = size, padding }) =>
      graph.channelsLast(
        graph.add(
          onnx,
          graph.channelsFirst(x),
          onnxWindows(windowsOnImage(name, graph.shapeOf(x), { window: size, stride, padding })),
        ),
      ),
    build({ size: window, stride = window, padding }, { size, shape }, { kernels }) {
      const windows = windowsOnImage(name, shape, { window, stride, padding });
      requireOnImage(name, windows);
      const output = [...outputSize(windows), windows.image[2]];
      return bufferedLayer(kernels, size, shape, output, kernel(kernels, windows, size));
    },
  });

/** @throws PipelineError where a window could lie on padding alone: there is nothing to take the largest of. */
function requireOnImage(name: string, { window: [height, width], padding }: WindowShape): void {
  const [top, left, bottom, right] = padding;
  if (Math.max(top, bottom) < height && Math.max(left, right) < width) return;
  throw new PipelineError(`${name}: padding must be smaller than the window of ${height} by ${width}`);
}
