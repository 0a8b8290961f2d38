/** What is measured of the examples of a split, once they went through a network. */
import { connect, defer, endWith, forkJoin, ignoreElements, lastValueFrom, map, type Observable, of, tap } from 'rxjs';
import { exampleCount } from '../core/examples.js';
import { countAnswers, sumOf } from '../core/families/predictions.js';
import type { Examples, Metric, Split, Step } from '../core/kinds.js';
import type { LearnedFrom, ModelDescription } from '../core/model/description.js';
import { type ClassScore, type Evaluation, evaluate } from '../core/model/evaluation.js';
import { probabilitiesBy } from '../core/model/probabilities.js';
import type { Pipeline } from '../core/pipeline/pipeline.js';
import { targetNames } from '../core/table.js';
import { largestColumn, type Tensor, widthOf, zeros } from '../core/tensor.js';
import { accuracy, f1, mean, precision, r2, recall, rootMeanSquaredError } from '../stages/index.js';

/** How good a model, or a committee, is on the examples of one split. */
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
  /** How good each member is alone, where a committee is judged. */
  readonly members?: readonly MemberEvaluation[];
}

/** What is measured, whatever the network says. */
export type Figures = Pick<SplitEvaluation, 'loss' | 'judged' | 'errors' | 'answers'>;

/** How good one member of a committee is, on the same examples. */
export interface MemberEvaluation extends Figures {
  /** The folder of its run. */
  readonly run: string;
  readonly seed: number;
  /** What it has drawn from `vary:`, by short names: `{ units: '50' }`; undefined where members differ in their seeds alone. */
  readonly labels?: Readonly<Record<string, string>>;
  /** SHA-256 of its parameters, as its run said it at the end. */
  readonly weights: string;
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

/** What a network said of each example, [n, ...], and what is measured of it on the way. */
export type Said = Pick<SplitEvaluation, 'loss' | 'errors' | 'answers'> & { readonly outputs: Tensor };

/**
 * Sends examples through the network of a pipeline, as far as the loss.
 *
 * @param section the one whose stages judge
 * @param description of the model that its network is
 */
export async function said(
  pipeline: Pipeline,
  section: Split,
  examples: Examples,
  description: ModelDescription,
): Promise<Said> {
  const { [section]: pass, network } = pipeline;
  const { scaling, targetScaling } = description;
  const reading = examples.labels === undefined ? description.outputs : undefined;
  const scores = {
    errors: reading === 'numbers' ? targetErrors : ignoreSteps,
    answers: reading === 'binaryLogits' ? answerScores(description) : ignoreSteps,
  };
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
  const whole = of({ ...examples, scaling, targetScaling, split: 'test' as const, epoch: 1 });
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

/** How the classes that a network said fit the labels, where there are any. */
export function judge(
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
