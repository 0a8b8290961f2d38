/** The gradients of a pipeline beside the slopes of its loss, for a page to show. */
import {
  batch,
  builtInStages,
  checkGradients,
  decodeWeights,
  type GradientRow,
  type Host,
  type PipelineDefinition,
  type PipelineFile,
} from 'marblenet/page';
import { loadKernels } from './kernel-files.js';

/** How many examples make the loss, and how many numbers of each tensor are nudged. */
const EXAMPLES = 5;
const NUDGED = 20;

/** What the check found of a pipeline. */
export interface GradientCheck {
  readonly loss: number;
  readonly rows: readonly GradientRow[];
  readonly passed: boolean;
}

/** @throws PipelineError where the pipeline has no `backward`, and what opening it throws. */
export async function check({ definition, locate }: PipelineFile, host: Host): Promise<GradientCheck> {
  await loadKernels('float64'); // differences of a loss want sixteen digits
  const environment = { host, registry: builtInStages, decodeWeights, locate };
  const { loss, rows, passed } = await checkGradients(ofFewExamples(definition), environment, { parameters: NUDGED });
  return { loss, rows, passed };
}

/** The same pipeline, which reads its examples in their order, a few at a time. */
const ofFewExamples = (definition: PipelineDefinition): PipelineDefinition => ({
  ...definition,
  train: definition.train.map((stage) => (isBatcher(stage.definition) ? batch({ size: EXAMPLES }) : stage)),
});

const isBatcher = ({ from, to }: PipelineDefinition['train'][number]['definition']): boolean =>
  from === 'examples' && to === 'batch';
