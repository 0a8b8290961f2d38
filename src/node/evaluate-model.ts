/** How good a model is on a split of a pipeline's data: the run's own examples, loss and kernels. */
import {
  connect,
  defer,
  endWith,
  forkJoin,
  from,
  ignoreElements,
  lastValueFrom,
  map,
  type Observable,
  of,
  tap,
  toArray,
} from 'rxjs';
import type { AnyStage } from '../core/contract.js';
import { DataError, messageOf, PipelineError } from '../core/errors.js';
import { exampleCount } from '../core/examples.js';
import { countAnswers, sumOf } from '../core/families/predictions.js';
import type { Examples, Metric, SourceSplit, Split, Step } from '../core/kinds.js';
import type { LearnedFrom, ModelDescription } from '../core/model/description.js';
import { type ClassScore, type Evaluation, evaluate } from '../core/model/evaluation.js';
import { modelContents, stagesOf } from '../core/model/load-model.js';
import { probabilitiesBy } from '../core/model/probabilities.js';
import { openPipeline, type Pipeline, type PipelineDefinition, splitsOf } from '../core/pipeline/pipeline.js';
import { joinRegistries, type Registry } from '../core/pipeline/registry.js';
import { restoreWhole } from '../core/state.js';
import { targetNames } from '../core/table.js';
import { largestColumn, type Tensor, widthOf, zeros } from '../core/tensor.js';
import { accuracy, batch, f1, forward, mean, precision, r2, recall, rootMeanSquaredError } from '../stages/index.js';
import { type DataOptions, environmentOf } from './environment.js';
import type { LoadedPipeline } from './load-pipeline.js';
import { modelBytes } from './model-file.js';

/** How good a model is on the examples of one split. */
export interface SplitEvaluation {
  readonly split: Split;
  readonly examples: Examples;
  /** The source of the data that the network learned from, where its model says it. */
  readonly learnedFrom: LearnedFrom | undefined;
  /** The pipeline's own. */
  readonly loss: number;
  /** Undefined where the network learned from real-valued targets. */
  readonly classNames: readonly string[] | undefined;
  /** Undefined where the network learned from real-valued targets. */
  readonly judged: Evaluation | undefined;
  /** How far off real numbers are, in the target's own units; undefined where the network says something else. */
  readonly errors: TargetErrors | undefined;
  /** Of targets that are yes or no, how each is answered; undefined where the network says something else. */
  readonly answers: AnswerScores | undefined;
  /** Whether the network says how probable each class is; where it does not, `judged` takes each prediction for certain. */
  readonly hasProbabilities: boolean;
}

/** How far real numbers are from the targets; of several targets, the mean of theirs. */
export interface TargetErrors {
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
  /** The share of the targets' variance that is explained. */
  readonly r2: number;
}

/** How questions of yes or no are answered: a logit above 0 says yes. */
export interface AnswerScores {
  /** The share of all answers that are right. */
  readonly accuracy: number;
  /** Each target, and how well its yes is told from its no. */
  readonly questions: readonly QuestionScore[];
}

/** One target of yes or no. `support` is how many samples are a yes; a number is NaN where no yes is said or there. */
export interface QuestionScore extends ClassScore {
  /** What the target is called; its number where it has no name. */
  readonly question: string;
  readonly accuracy: number;
}

/**
 * Sends the examples of a split through the network of a model, and judges what it says. Nothing is learned, and what acts
 * in training alone, such as dropout, does not act.
 *
 * @param path of the model's file
 * @param loaded the pipeline that says what the data are, and the loss
 * @param more stages that the model may be made of, beside those of the pipeline
 * @throws DataError when there is no model, or it is damaged; PipelineError when the pipeline has no such examples, or is
 * not one that the model fits; what opening a pipeline throws.
 */
export async function evaluateModel(
  path: string,
  loaded: LoadedPipeline,
  split: Split,
  more: Registry,
  options: DataOptions,
): Promise<SplitEvaluation> {
  const { description, state } = await modelContents(await modelBytes(path), path);
  const registry = joinRegistries(loaded.catalogue.registry, newIn(more, loaded.catalogue.registry));
  const { definition } = loaded;
  const section = judgingSection(definition, split);
  const pipeline = await openPipeline(
    {
      ...definition,
      dtype: description.dtype,
      initialWeights: undefined, // the run began with them
      best: undefined, // and has chosen, by metrics that are not computed here
      earlyStopping: undefined,
      network: stagesOf(description, registry, path),
      [section]: judging(definition, split),
    },
    environmentOf(loaded, options),
  );
  try {
    restoreWhole(pipeline.learned, state);
  } catch (error) {
    throw new DataError(path, `it does not fit ${loaded.path}: ${messageOf(error)}`, { cause: error });
  }
  const { stop } = pipeline.kernels.startThreads();
  try {
    const splits = split === 'test' ? splitsOf({ ...definition, test: definition.train }) : splitsOf(definition);
    const examples = await examplesOf(pipeline, splits, split, loaded.path);
    const { scaling, targetScaling } = description;
    const reading = examples.labels === undefined ? description.outputs : undefined;
    const { loss, outputs, errors, answers } = await said(
      pipeline,
      section,
      { ...examples, scaling, targetScaling },
      {
        errors: reading === 'numbers' ? targetErrors : ignoreSteps,
        answers: reading === 'binaryLogits' ? answerScores(description) : ignoreSteps,
      },
    );
    const learnedFrom = description.reached?.data;
    return { split, examples, learnedFrom, loss, errors, answers, ...judge(outputs, examples, description) };
  } finally {
    stop();
  }
}

/** What the other registry does not have: a plug-in may be named by the pipeline, and by an option. */
const newIn = (registry: Registry, known: Registry): Registry =>
  new Map([...registry].filter(([name]) => !known.has(name)));

/** The section whose place the judging takes: asking for no split of the data that the run did not ask for. */
function judgingSection({ test, validation }: PipelineDefinition, split: Split): Split {
  if (split === 'test' || test !== undefined) return 'test';
  return validation === undefined ? 'train' : 'validation';
}

/** Each example once, in order, as far as the loss; in batches as those of the section, so that sums round as they did. */
function judging(definition: PipelineDefinition, split: Split): readonly AnyStage[] {
  const own = definition[split] ?? [];
  const isLoss = ({ definition: { family } }: AnyStage): boolean => family === 'losses';
  const loss = own.find(isLoss) ?? definition.train.find(isLoss);
  if (loss === undefined) throw new PipelineError('train: has no loss, so there is nothing to evaluate by');
  const [first] = own;
  return [first?.definition === batch.definition ? first : batch({ size: ROWS }), forward(), loss];
}

/** How many examples go through the network at a time. */
const ROWS = 500;

/** Read in the order in which the run read them: what is drawn comes from the same streams. */
async function examplesOf(
  pipeline: Pipeline,
  splits: readonly SourceSplit[],
  split: Split,
  path: string,
): Promise<Examples> {
  const all = await lastValueFrom(from(splits).pipe(pipeline.data, toArray()));
  const found = all.find((one) => one.split === split);
  if (found !== undefined) return found;
  const others = all.map((one) => one.split).join(' or ');
  throw new PipelineError(`${path}: its data: gives no ${split} examples; give --split ${others}`);
}

async function said(
  pipeline: Pipeline,
  section: Split,
  examples: Examples,
  scores: {
    readonly errors: (steps: Observable<Step>) => Observable<TargetErrors | undefined>;
    readonly answers: (steps: Observable<Step>) => Observable<AnswerScores | undefined>;
  },
): Promise<Pick<SplitEvaluation, 'loss' | 'errors' | 'answers'> & { readonly outputs: Tensor }> {
  const { [section]: pass, network } = pipeline;
  const outputs = zeros([exampleCount(examples), ...network.output.shape], pipeline.dtype);
  let rows = 0;
  let sum = 0;
  let counted = 0; // as the metric mean counts: by weights where samples have them
  const gather = tap(({ x, loss, weights }: Step) => {
    outputs.data.set(x.data, rows * widthOf(x)); // copied: the next batch takes the same buffer
    rows += x.shape[0];
    const count = weights === undefined ? x.shape[0] : sumOf(weights);
    sum += loss * count;
    counted += count;
  });
  // as test examples, whatever they are: nothing that acts in training acts on them
  const whole = of({ ...examples, split: 'test' as const, epoch: 1 });
  const scored = connect((steps: Observable<Step>) =>
    forkJoin({ errors: steps.pipe(scores.errors), answers: steps.pipe(scores.answers) }),
  );
  const found = pass && (await lastValueFrom(whole.pipe(pass.steps, gather, scored)));
  const read = { shape: [rows, ...network.output.shape], data: outputs.data.subarray(0, rows * widthOf(outputs)) };
  return { loss: sum / counted, outputs: read, errors: found?.errors, answers: found?.answers };
}

const ignoreSteps = (steps: Observable<Step>) => steps.pipe(ignoreElements(), endWith(undefined));

/** By the metrics of a pipeline file, so that the figures are the same. */
const targetErrors = (steps: Observable<Step>): Observable<TargetErrors> =>
  forkJoin({
    meanAbsoluteError: steps.pipe(mean({ of: 'absoluteError' }), value),
    rootMeanSquaredError: steps.pipe(rootMeanSquaredError(), value),
    r2: steps.pipe(r2(), value),
  });

const value = map(({ value }: Metric) => value);

/** By the metrics of a pipeline file, too; a number a target. */
const answerScores =
  ({ columns, input }: ModelDescription) =>
  (steps: Observable<Step>): Observable<AnswerScores> =>
    forkJoin({
      accuracy: steps.pipe(accuracy()),
      precision: steps.pipe(precision(), byClass),
      recall: steps.pipe(recall(), byClass),
      f1: steps.pipe(f1(), byClass),
      support: steps.pipe(yesCounts(input.targets ?? 1)),
    }).pipe(
      map(({ accuracy, support, ...scores }) => {
        const names = targetNames(columns);
        const questions = Array.from(support, (count, i) => ({
          question: names[i] ?? String(i),
          accuracy: accuracy.byClass?.[i] ?? Number.NaN,
          precision: scores.precision[i],
          recall: scores.recall[i],
          f1: scores.f1[i],
          support: count,
        }));
        return { accuracy: accuracy.value, questions };
      }),
    );

const byClass = map(({ byClass = [] }: Metric) => byClass);

/** [m] How many samples are a yes. */
const yesCounts =
  (targets: number) =>
  (steps: Observable<Step>): Observable<Float64Array> =>
    defer(() => {
      const counts = new Float64Array(targets);
      return steps.pipe(
        tap((step) => countAnswers(step, (target, _, isThere) => (counts[target] += Number(isThere)))),
        ignoreElements(),
        endWith(counts),
      );
    });

function judge(
  outputs: Tensor,
  { labels, classNames }: Examples,
  { outputs: reading, classNames: known = classNames }: ModelDescription,
): Pick<SplitEvaluation, 'classNames' | 'judged' | 'hasProbabilities'> {
  if (labels === undefined) return { classNames: undefined, judged: undefined, hasProbabilities: false };
  const probabilities = probabilitiesBy[reading](outputs) ?? certain(outputs);
  return {
    classNames: Array.from({ length: widthOf(outputs) }, (_, label) => known?.[label] ?? String(label)),
    judged: evaluate(probabilities, labels.subarray(0, outputs.shape[0])),
    hasProbabilities: reading !== 'numbers',
  };
}

/** 1 for the largest number of each row, 0 for the others. */
function certain(x: Tensor): Tensor {
  const y = zeros(x.shape, 'float64');
  const columns = widthOf(x);
  for (let start = 0; start < x.data.length; start += columns) {
    y.data[start + largestColumn(x.data, start, columns)] = 1;
  }
  return y;
}
