/**
 * What runs in Node and in a page alike. Which names are public is chosen here, and listed in test/public-names.test.ts:
 * what documentation, examples and stages of your own need. All else is imported from its file, within this package alone.
 */

// every stage, under its own name: a list item of a pipeline, or an operator in `source.pipe(...)`
export { builtInStages } from './built-in-stages.js';
// looking into one
export { type Advice, adviceOn } from './core/advice/advice.js';
// stages of your own
export type * from './core/contract.js';
// the numbers they work on
export { createKernels, wasmInWords } from './core/create-kernels.js';
// data
export { drawDigit } from './core/digits/handwriting.js';
export type { DownloadProgress } from './core/downloads/download.js';
// what goes wrong
export {
  DataError,
  type ExitCode,
  MarblenetError,
  MissingDataError,
  NotKnownError,
  PipelineError,
  type PlacedOptions,
  RunError,
} from './core/errors.js';
export { type Augmentation, type AugmentationDefinition, augmentation } from './core/families/augmentation.js';
export { type BatcherDefinition, batcher, type Plan, wholeBatches } from './core/families/batcher.js';
export type { LabelledFiles } from './core/families/labelled-images.js';
export { type LossDefinition, loss } from './core/families/loss.js';
export type { MemoryFeatures, MemoryLabels, MemorySample } from './core/families/memory-samples.js';
export {
  type MetricDefinition,
  /** @deprecated It is called `MetricDefinition` now. */
  type MetricDefinition as ReducerDefinition,
  metric,
  /** @deprecated It is called `metric` now, as its family is. */
  metric as reducer,
  type Reduction,
} from './core/families/metric.js';
export { findMnist, type MnistFiles } from './core/families/mnist-files.js';
export {
  type ActivationDefinition,
  activation,
  type Layer,
  type NetworkStageDefinition,
  networkStage,
} from './core/families/network.js';
export {
  learningRate,
  type OptimizerDefinition,
  type OptimizerOptions,
  type OwnOptimizerOptions,
  optimizer,
} from './core/families/optimizer.js';
export {
  type LabelledPictures,
  type ListedPictures,
  type ListedSplit,
  listPictures,
} from './core/families/picture-list.js';
export type { LossFunction } from './core/families/weighted-loss.js';
export { filePath } from './core/file-path.js';
export { encodeIdx } from './core/files/encode-idx.js';
// what was learned, elsewhere
export {
  type ExportedFile,
  type ExportFormat,
  type ExportOptions,
  exportModel,
} from './core/formats/export-model.js';
export type { GraphOptions } from './core/formats/graph.js';
export type { Naming } from './core/formats/named-tensors.js';
export { encodeZip } from './core/formats/zip.js';
export { formerly } from './core/former-names.js';
export type * from './core/host.js';
export {
  type Comparison,
  checkGradients,
  type GradientCheckOptions,
  type GradientReport,
  type GradientRow,
} from './core/inspect/gradient-check.js';
export type { Histogram } from './core/inspect/histogram.js';
export { numericalGradient } from './core/inspect/numerical-gradient.js';
export type { Snapshot, TensorSnapshot, ValueCount } from './core/inspect/snapshot.js';
export { type RecordedStep, type RecordOptions, StepRecorder, type Stop } from './core/inspect/step-recorder.js';
export { type TensorView, viewOf } from './core/inspect/tensor-view.js';
export {
  type BackwardEvent,
  type ForwardEvent,
  type SampleEvent,
  type TraceEvent,
  type TraceOptions,
  traceSample,
  type UpdateEvent,
} from './core/inspect/trace.js';
export type { BatchNorm, ColumnStatistics } from './core/kernels/batch-norm.js';
export type { Convolution, ConvolutionShape } from './core/kernels/convolution.js';
export type { Distortion, DistortionKind, ElasticField, Fill, ImageShape } from './core/kernels/distortion.js';
export type * from './core/kernels/kernels.js';
export type { LayerNorm } from './core/kernels/layer-norm.js';
export type { Pooling } from './core/kernels/pooling.js';
export { rowBuffer } from './core/kernels/row-buffer.js';
export type { Pair, WindowShape } from './core/kernels/windows.js';
export type * from './core/kinds.js';
// what was learned
export { type Committee, committeeOf, isCommittee } from './core/model/committee.js';
export type { LearnedFrom, ModelDescription, Reached, Training } from './core/model/description.js';
export {
  type CalibrationBin,
  type ClassScore,
  type Evaluation,
  evaluate,
  type Mistake,
} from './core/model/evaluation.js';
export type { ExplainOptions, Explanation, StageOutput } from './core/model/explanation.js';
export {
  type Model,
  /** @deprecated It is called `Model` now. */
  type Model as TrainedNetwork,
  type ModelStage,
  modelOf,
  trainedNetwork,
} from './core/model/model.js';
export type { Prediction, Predictor, SampleDescription } from './core/model/predictor.js';
export type { NumberSamples, Samples, TableRow } from './core/model/samples.js';
export type { UnseenValue } from './core/model/table-rows.js';
export type { OnnxAttribute, OnnxGraph, OnnxStage } from './core/onnx-rule.js';
export type { PictureFit, PictureForm } from './core/picture-form.js';
export type { Channels, Picture } from './core/pictures/picture.js';
export { type PictureOptions, type PicturesFor, pictureSample } from './core/pictures/sample.js';
// from a pipeline file, or a list of stages, to a trained network
export type { Instrument, NotKnown, PlacedStage, StageOperator, StageRow } from './core/pipeline/assembly.js';
export type { Choice, Monitored } from './core/pipeline/choice.js';
export type { BegunWith, DecodeWeights, SavedWeights } from './core/pipeline/initial-weights.js';
export {
  buildPipeline,
  countOf,
  type Environment,
  type Outline,
  openPipeline,
  outlinePipeline,
  type Pass,
  type Pipeline,
  type PipelineDefinition,
  type ThreadPool,
} from './core/pipeline/pipeline.js';
export type { StageProfile } from './core/pipeline/profile.js';
export { joinRegistries, type Registry, registryOf } from './core/pipeline/registry.js';
export type { Locate, Section, Setting } from './core/pipeline/sections.js';
export type { BaseFiles } from './core/pipeline-file/bases.js';
export { type JsonSchema, pipelineJsonSchema } from './core/pipeline-file/json-schema.js';
export {
  type IdxFiles,
  type NewPictures,
  type NewPipeline,
  type NewTable,
  newFile as newPipelineFile,
} from './core/pipeline-file/new-file.js';
export {
  type Overrides,
  type ParsedPipelineFile,
  type PipelineFile,
  parsePipelineFile,
  type ResolveOptions,
  readPipelineFile,
  resolvePipelineFile,
  type SweepOverrides,
  type SweepSection,
  type Trial,
  type VarySection,
} from './core/pipeline-file/pipeline-file.js';
export type { Variables } from './core/pipeline-file/variables.js';
export type { PytorchRule, PytorchTensor } from './core/pytorch-rule.js';
export type { CounterRandom } from './core/random/counter-random.js';
export { numpyRandom } from './core/random/numpy-random.js';
export { type Random, type RandomKind, type RandomSource, seededRandom } from './core/random/random.js';
export type { RowFile, RowStream } from './core/row-stream.js';
export type { Checkpoint, RunningRun, StageRecord } from './core/run/checkpoint.js';
export { decodeCheckpoint, encodeCheckpoint } from './core/run/checkpoint-file.js';
export type * from './core/run/events.js';
export type { BestEpoch, Seen } from './core/run/monitor.js';
export { type RunOptions, run } from './core/run/run.js';
export { RunControl } from './core/run/run-control.js';
export { type RunResult, type TrainOptions, train } from './core/run/train.js';
export { noOptions, stage } from './core/stage.js';
export type { PlainStage } from './core/stage-list.js';
export { OptionsError } from './core/stage-options.js';
export { type Json, type StateDict, type Stateful, type StateValue, stateOf } from './core/state.js';
export type * from './core/table.js';
export type { Missing } from './core/tables/column-fit.js';
export { type ColumnChoice, type FittedColumns, fitColumns, isOfClasses } from './core/tables/columns.js';
export {
  copyOf,
  type DType,
  type Floats,
  type NestedRows,
  type Shape,
  sameShape,
  sizeOf,
  type Tensor,
  tensor,
  zeros,
} from './core/tensor.js';
export { wasmFlavour } from './core/wasm/wasm-module.js';
export type { WeightAverage } from './core/weight-average.js';
export {
  /** @deprecated It is called `takeExamples` now, since `take` is an operator of RxJS. */
  takeExamples as take,
} from './stages/data/take-examples.js';
export * from './stages/index.js';
