import * as z from 'zod';
import { PipelineError } from '../../core/errors.js';
import { firstWeights, firstWeightsOption } from '../../core/families/first-weights.js';
import { paddingOption, pairOf, windowsOnImage } from '../../core/families/image-windows.js';
import { networkStage } from '../../core/families/network.js';
import { onnxWindows } from '../../core/families/onnx-windows.js';
import { parameterOf } from '../../core/families/parameter.js';
import { rowBuffer } from '../../core/kernels/row-buffer.js';
import { outputSize } from '../../core/kernels/windows.js';

/**
 * Convolution: every output pixel is a weighted sum of the pixels around it, with the same weights all over the image. What
 * is learned in one corner is known in all the others.
 *
 *     x:  --[28, 28, 1]---|
 *         conv2d({ filters: 30, kernel: 5 })
 *     y:  --[24, 24, 30]--|      one channel a filter
 *
 * y(i, j, k) = b(k) + the sum over u, v and c of x(i + u, j + v, c) W(u, v, c, k).
 *
 * Backward: dW(u, v, c, k) = the sum over images and places of x(i + u, j + v, c) dy(i, j, k); db(k) = the sum of
 * dy(i, j, k); dx gets back from each window that it lies in what it gave to it: dy(i, j, k) W(u, v, c, k).
 *
 * First weights as of `dense`, where the inputs of a filter are the numbers under its window: height · width · channels.
 *
 * Shapes: x [B, H, W, C], or [B, H, W] for one channel -> y [B, OH, OW, K]; W [height, width, C / groups, K], b [K].
 * OH = ⌊(H + padding above and below - dilation (height - 1) - 1) / stride⌋ + 1, and OW likewise.
 * Source: LeCun et al. (1998), "Gradient-based learning applied to document recognition".
 */
export const conv2d = networkStage({
  name: 'conv2d',
  summary: 'Weighted sums of neighbouring pixels, with the same weights all over the image',
  options: z.strictObject({
    filters: z.int().min(1).max(4096).describe('K, the number of channels that come out'),
    kernel: pairOf(z.int().min(1).max(64)).default(3).describe('Height and width of the window that a filter sees'),
    stride: pairOf(z.int().min(1).max(64)).default(1).describe('By how many pixels the window moves on'),
    padding: paddingOption
      .default('valid')
      .describe('Zeros around the image: none, as many as keep its size (same), or so many on each side'),
    dilation: pairOf(z.int().min(1).max(64)).default(1).describe('How far apart the pixels of a window are'),
    groups: z
      .int()
      .min(1)
      .default(1)
      .describe('Into how many groups channels and filters are cut; as many as channels: depthwise'),
    weights: firstWeightsOption.default('heNormal').describe('How the first weights are drawn'),
    bias: z.boolean().default(true).describe('Whether b is learned; without, it stays 0'),
    freeze: z.boolean().optional().describe('Whether W and b stay as they are, as in fine-tuning the layers behind'),
  }),
  example:
    'conv2d: { filters: 16, kernel: 3, stride: 1, padding: same, dilation: 1, groups: 1, weights: heNormal, bias: true }',
  gives: 'logits',
  beginsAtZero: ({ weights }) => weights === 'zeros',
  onnx(graph, x, options) {
    const windows = windowsOnImage('conv2d', graph.shapeOf(x), { ...options, window: options.kernel });
    const inputs = [
      graph.channelsFirst(x),
      ...[graph.tensor('W', [3, 2, 0, 1]), graph.tensor('b')].flatMap((name) => name ?? []),
    ];
    const attributes = { dilations: windows.dilation.map(BigInt), group: BigInt(options.groups) };
    return graph.channelsLast(graph.add('Conv', inputs, { ...onnxWindows(windows), ...attributes }));
  },
  pytorch: { tensors: { W: { name: 'weight', axes: [3, 2, 0, 1] }, b: { name: 'bias' } } },
  build(options, input, { kernels, random }) {
    const { filters: K, groups, weights, bias, freeze } = options;
    const { size } = input;
    const windows = windowsOnImage('conv2d', input.shape, { ...options, window: options.kernel });
    const shape = { ...windows, filters: K, groups };
    const [, , C] = shape.image;
    if (C % groups !== 0 || K % groups !== 0) {
      throw new PipelineError(`conv2d: ${C} channels and ${K} filters cannot both be cut into ${groups} groups`);
    }
    const [height, width] = shape.window;
    const output = [...outputSize(shape), K];

    const marks = freeze ? { frozen: true } : {};
    const W = parameterOf(kernels, 'W', [height, width, C / groups, K], marks);
    const b = parameterOf(kernels, 'b', [K], marks);
    kernels.fill(W.value, firstWeights(weights, (height * width * C) / groups, height * width * K, random));

    const convolution = kernels.convolution(shape, size);
    const outputs = rowBuffer(kernels, size, output);
    const gradients = rowBuffer(kernels, size, input.shape);
    return {
      output,
      parameters: bias ? [W, b] : [W],
      forward(x) {
        const y = outputs(x.shape[0]);
        convolution.forward(y, x, W.value, b.value);
        return [
          y,
          (dy, needed) => {
            convolution.gradient(W.gradient, b.gradient, dy, x);
            if (!needed) return undefined;
            const dx = gradients(x.shape[0]);
            convolution.inputGradient(dx, dy, W.value);
            return dx;
          },
        ];
      },
    };
  },
});
