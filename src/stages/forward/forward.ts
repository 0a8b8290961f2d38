import { PipelineError } from '../../core/errors.js';
import { noOptions } from '../../core/stage.js';
import { formatShape, sameShape } from '../../core/tensor.js';
import { trustedStage } from '../../core/trusted-stage.js';

/**
 * Forward pass: sends the batch through the `network:` section. The notebook's `predict`.
 *
 *     x:  --[B, 28, 28]--[B, 28, 28]--|
 *         forward()
 *     x:  --[B, 10]------[B, 10]------|      and on the tape, one way back a layer
 *
 * Train and test each have a `forward`, and both mean the same network: what training learns, testing uses.
 *
 * Only in a pipeline: in a plain `pipe(...)`, write the layers themselves.
 */
export const forward = trustedStage({
  name: 'forward',
  summary: 'Sends the batch through the network',
  family: 'forward',
  from: 'batch',
  to: 'batch',
  options: noOptions,
  example: 'forward',
  build(_, input, { network }) {
    if (network === undefined) {
      throw new PipelineError('forward stands for the network: section; in a plain pipe, write the layers themselves');
    }
    if (!sameShape(input.shape, network.input.shape)) {
      throw new PipelineError(
        `forward was given rows of ${formatShape(input.shape)}, but the network takes ${formatShape(network.input.shape)}`,
      );
    }
    return { output: { ...input, shape: network.output.shape }, operator: network.operator };
  },
});
