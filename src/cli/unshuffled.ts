import type { PipelineDefinition } from '../core/pipeline/pipeline.js';
import { batch } from '../stages/index.js';

/** The same pipeline, but training reads the examples in their order, `size` at a time: for a look at known ones. */
export const unshuffled = (definition: PipelineDefinition, size: number): PipelineDefinition => ({
  ...definition,
  train: definition.train.map((stage) =>
    stage.definition.to === 'batch' && stage.definition.from === 'examples' ? batch({ size }) : stage,
  ),
});
