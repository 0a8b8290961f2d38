/**
 * marblenet: a dataflow pipeline of streaming stages that trains small neural networks from first principles.
 *
 * Every stage of a pipeline file is exported under its own name, to be used as a list item of `runPipeline({ ... })`, or
 * as an RxJS operator in `source.pipe(...)`. The rest is what a stage of your own needs.
 *
 * @module marblenet
 */
import { nodeProblem } from './node/needed-node.js';

export { type EvaluateOptions, evaluateRun } from './node/evaluate-run.js';
export { createNodeHost, type NodeHostOptions } from './node/host.js';
export { loadPredictor } from './node/load-predictor.js';
export { type LoadModelOptions, loadModel, type SavableModel } from './node/model-file.js';
export { type ReportOptions, writeReport } from './node/report/write-report.js';
export type { FileRunOptions, SavableRunResult } from './node/run-file.js';
export { type ResumeOptions, type RunPipelineOptions, resumeRun, runPipeline } from './node/run-pipeline.js';
export { type FileSamples, readSamples, type SamplesOf } from './node/samples/read-samples.js';
export { allowFasterSimd } from './node/simd.js';
export type {
  AnswerScores,
  Figures,
  MemberEvaluation,
  QuestionScore,
  SplitEvaluation,
  TargetErrors,
} from './node/split-evaluation.js';
export type * from './node/sweep/sweep-events.js';
export { type SweepOptions, type SweepQueueOptions, sweepPipeline } from './node/sweep/sweep-pipeline.js';
export * from './portable.js';

const problem = nodeProblem(process.versions.node);
if (problem !== undefined) throw new Error(problem); // before anything fails that an older Node does not have
