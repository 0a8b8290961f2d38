/**
 * What runs in Node and in a page alike: every stage, under its own name, to be used as a list item of a pipeline or as
 * an RxJS operator in `source.pipe(...)`; what a stage of your own needs; pipeline files, from their text on; building,
 * running and looking into a pipeline.
 */
export { builtInStages } from './built-in-stages.js';
export { type Advice, adviceOn, adviceRules } from './core/advice/advice.js';
export type * from './core/contract.js';
export * from './core/create-kernels.js';
export * from './core/digits/handwriting.js';
export * from './core/errors.js';
export * from './core/families/batcher.js';
export * from './core/families/loss.js';
export * from './core/families/metric.js';
export {
  /** @deprecated It is called `MetricDefinition` now. */
  type MetricDefinition as ReducerDefinition,
  /** @deprecated It is called `metric` now, as its family is. */
  metric as reducer,
} from './core/families/metric.js';
export { findMnist, type MnistFiles } from './core/families/mnist-files.js';
export * from './core/families/network.js';
export * from './core/families/optimizer.js';
export { formerly } from './core/former-names.js';
export type * from './core/host.js';
export { type Emission, emissionsOf } from './core/inspect/emissions.js';
export * from './core/inspect/gradient-check.js';
export { numericalGradient } from './core/inspect/numerical-gradient.js';
export type { Snapshot, TensorSnapshot, ValueCount } from './core/inspect/snapshot.js';
export * from './core/inspect/trace.js';
export type * from './core/kernels/kernels.js';
export { rowBuffer } from './core/kernels/row-buffer.js';
export type * from './core/kinds.js';
export type { Instrument, StageOperator, StageRow } from './core/pipeline/assembly.js';
export * from './core/pipeline/pipeline.js';
export { joinRegistries, type Registry, registryOf } from './core/pipeline/registry.js';
export { familiesOf, type Locate, type Section, sections } from './core/pipeline/sections.js';
export { type JsonSchema, pipelineJsonSchema } from './core/pipeline-file/json-schema.js';
export { type OptionRow, optionRows } from './core/pipeline-file/option-rows.js';
export * from './core/pipeline-file/pipeline-file.js';
export { numpyRandom } from './core/random/numpy-random.js';
export { type Random, type RandomKind, type RandomSource, seededRandom } from './core/random/random.js';
export type { Checkpoint, RunningRun } from './core/run/checkpoint.js';
export type * from './core/run/events.js';
export { type RunOptions, run } from './core/run/run.js';
export { type RunResult, type TrainOptions, train } from './core/run/train.js';
export { type Prediction, type TrainedNetwork, trainedNetwork } from './core/run/trained-network.js';
export * from './core/stage.js';
export { OptionsError } from './core/stage-options.js';
export { type Json, type StateDict, type Stateful, type StateValue, stateOf } from './core/state.js';
export * from './core/tensor.js';
export { wasmFlavour } from './core/wasm/wasm-module.js';
export {
  /** @deprecated It is called `takeExamples` now, since `take` is an operator of RxJS. */
  takeExamples as take,
} from './stages/data/take-examples.js';
export * from './stages/index.js';
