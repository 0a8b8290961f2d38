/**
 * What a teacher would say of a pipeline that runs, and yet will hardly learn what its author hopes for. Each rule is a
 * function of the stages and of what they declare (`gives`, `expects`, `inOrder`, ...), never of their names: a plug-in
 * that declares the same is given the same advice.
 */
import { PipelineError } from '../errors.js';
import type { Spec } from '../kinds.js';
import { byFlow, comparesRows, type PlacedStage, type StageRow, placeOf as stageAt } from '../pipeline/assembly.js';
import type { Choice } from '../pipeline/choice.js';
import type { BegunWith } from '../pipeline/initial-weights.js';
import type { Outline, Pipeline } from '../pipeline/pipeline.js';
import type { Locate, Section, Setting } from '../pipeline/sections.js';
import { printable, shortened } from '../printable.js';
import { faultProblem } from '../stage-fault.js';
import { listsIn } from '../stage-list.js';

/** What `lint` warns of: a pipeline that will run, but hardly learn. */
export interface Advice {
  readonly rule: string;
  /** `relu.yaml:14:5` */
  readonly place: string;
  /** What is doubtful, why, and what to do. */
  readonly message: string;
}

type Row = StageRow | PlacedStage;

/** The stages of each section, in the order in which data meet them. */
type Stages = Readonly<Record<Section, readonly Row[]>>;

interface Finding {
  readonly at: Row | Section | Setting;
  readonly message: string;
}

type Rule = (stages: Stages, choice: Choice | undefined, begunWith: BegunWith | undefined) => Finding | undefined;

/**
 * What is doubtful about a pipeline, as `lint` says it.
 *
 * @param pipeline one that is built, or an outline: what is not known of it is not judged
 */
export function adviceOn({
  rows,
  locate,
  choice,
  begunWith,
}: Pick<Outline | Pipeline, 'rows' | 'locate' | 'choice'> & Pick<Pipeline, 'begunWith'>): readonly Advice[] {
  const of = (section: Section) => rows.filter((row) => row.section === section).toSorted(byFlow);
  const stages: Stages = {
    data: of('data'),
    network: of('network'),
    train: of('train'),
    validation: of('validation'),
    test: of('test'),
  };
  return Object.entries(rules).flatMap(([rule, find]) => {
    const found = find(stages, choice, begunWith);
    return found === undefined ? [] : [{ rule, place: placeOf(found.at, locate), message: found.message }];
  });
}

const placeOf = (at: Row | Section | Setting, locate: Locate): string =>
  typeof at === 'string' ? locate(at) : locate(at.section, at.position, at.inside);

/** A loss that has a softmax or a sigmoid of its own must not be given the probabilities of another one. */
const logitsExpected: Rule = ({ network, train }) => {
  const last = network.at(-1);
  const loss = train.find(({ definition: { expects } }) => expects === 'logits' || expects === 'binaryLogits');
  if (last === undefined || loss === undefined || givesProbabilities(last) !== true) return undefined;
  return {
    at: last,
    message:
      `${last.name} gives numbers from 0 to 1, and ${loss.name} expects logits, since it has a ` +
      `${loss.definition.expects === 'logits' ? 'softmax' : 'sigmoid'} of its own: ` +
      `the network cannot say that it is sure, and learns slowly; leave ${last.name} out`,
  };
};

/** A logarithm of a logit is no number where the logit is negative. */
const probabilitiesExpected: Rule = ({ network, train }) => {
  const [last, loss] = [network.at(-1), train.find(({ definition }) => definition.expects === 'probabilities')];
  if (last === undefined || loss === undefined || givesProbabilities(last) !== false) return undefined;
  return {
    at: loss,
    message:
      `${loss.name} expects probabilities, but ${last.name} gives any real numbers, and a negative one has no ` +
      'logarithm; end network: with softmax, or take softmaxCrossEntropy',
  };
};

/** Inputs of up to 255 make sums that the first weights were not drawn for. */
const bytesUnscaled: Rule = ({ data, network }) => {
  const examples = specOf(data);
  const layer = network.find((row) => 'output' in row && row.parameters.length > 0);
  if (examples?.features !== 'bytes' || examples.scaling !== undefined || layer === undefined) return undefined;
  return {
    at: layer,
    message:
      `${layer.name} gets bytes from 0 to 255 as they are, and its first weights expect numbers around 0 to 1; ` +
      'put normalize: { divisor: 255 } in data:',
  };
};

const floatsDividedAsBytes: Rule = ({ data }) => {
  const examples = specOf(data);
  const normalizing = data.find((row) => specOf([row])?.scaling !== undefined);
  if (examples?.features !== 'floats' || examples.scaling?.std !== BYTES || normalizing === undefined) return undefined;
  return {
    at: normalizing,
    message:
      `${normalizing.name} divides by ${BYTES}, as is done with bytes, but these features are floats; where they are ` +
      'around 0 to 1 already, leave it out',
  };
};

const BYTES = 255;

/** Whether a block's second list of stages begins with it, which do not get what those of the first list give. */
function beginsShortcut({ section, position, inside }: Row, network: readonly Row[]): boolean {
  const above = stageAt({ section, position, inside: inside.slice(0, -1) });
  const block = network.find((row) => stageAt(row) === above);
  const [first = [], ...others] = block === undefined ? [] : listsIn(block).map(([, stages]) => stages);
  return others.length > 0 && inside.at(-1) === first.length;
}

/** Two functions of each number alone are one such function: there is nothing learned between them. */
const activationsInARow: Rule = ({ network }) => {
  const isActivation = (row: Row | undefined) => row?.definition.family === 'activations' && !leavesNumbersAlone(row);
  const second = network.find(
    (row, i) => isActivation(row) && isActivation(network[i - 1]) && !beginsShortcut(row, network),
  );
  if (second === undefined) return undefined;
  const first = network[network.indexOf(second) - 1];
  return {
    at: second,
    message:
      `${second.name} follows ${first.name} with nothing learned between them; put a layer between, as ` +
      `dense: { units: 50 }, or leave one out`,
  };
};

/** What suits sgd, and stays when `--swap` puts another optimizer in its place. */
const learningRateTooLarge: Rule = ({ train }) => {
  const optimizer = train.find(
    ({ definition, options }) => definition.movesByLearningRate && Number(options.learningRate) >= TOO_LARGE,
  );
  if (optimizer === undefined) return undefined;
  return {
    at: optimizer,
    message:
      `${optimizer.name} moves every weight by about learningRate at each step, however small its gradient is, and ` +
      `${optimizer.options.learningRate} suits sgd; begin with learningRate: 0.001`,
  };
};

const TOO_LARGE = 0.05;

/** What is added to a number and is smaller than its last digit is lost. */
const learningRateTooSmall: Rule = ({ train }) => {
  const optimizer = train.find(
    ({ definition, options }) => definition.family === 'optimizers' && Number(options.learningRate) <= TOO_SMALL,
  );
  if (optimizer === undefined) return learningRateOfAdam(train);
  return {
    at: optimizer,
    message:
      `${optimizer.name} is to go ${optimizer.options.learningRate} of a gradient at each step, and float32 has seven ` +
      'digits, so that hardly any weight will move; begin with learningRate: 0.01',
  };
};

const TOO_SMALL = 1e-10;

/** What suits adam, and stays when `--swap` puts sgd in its place. */
function learningRateOfAdam(train: readonly Row[]): Finding | undefined {
  const optimizer = train.find(
    ({ definition, options }) => definition.movesByGradient && Number(options.learningRate) <= SMALL,
  );
  if (optimizer === undefined) return undefined;
  return {
    at: optimizer,
    message:
      `${optimizer.name} moves every weight by learningRate times its gradient, which is small itself, and ` +
      `${optimizer.options.learningRate} suits adam; begin with learningRate: 0.1`,
  };
}

const SMALL = 0.001;

/** Neighbours in a file are often alike, and so is every epoch. */
const unshuffled: Rule = ({ data, train }) => {
  const batcher = train.find(({ definition }) => definition.inOrder);
  const count = specOf(data)?.counts?.train ?? Number.POSITIVE_INFINITY;
  if (batcher === undefined || count <= Number(batcher.options.size)) return undefined;
  return {
    at: batcher,
    message:
      `${batcher.name} reads the examples in the order of the data, the same in every epoch, and where they are sorted ` +
      'each batch is of one class; take shuffleBatch for train:',
  };
};

/** Units that begin alike stay alike, or learn nothing at all behind relu, whose derivative at 0 is 0. */
const hiddenZeros: Rule = ({ network }) => {
  const learns = (row: Row) => 'output' in row && row.parameters.length > 0;
  const layer = network.find(
    (row, i) =>
      asked(row, 'beginsAtZero', ({ definition, options }) => definition.beginsAtZero?.(options)) &&
      network.slice(i + 1).some(learns),
  );
  if (layer === undefined) return undefined;
  return {
    at: layer,
    message:
      `${layer.name} is a hidden layer whose first weights are all 0, so its units begin alike; behind relu they never ` +
      'learn; let its weights be drawn: weights: heNormal',
  };
};

/** Of a number that is the only one, the mean leaves nothing; the pixels of an image are many. */
const batchesOfOne: Rule = ({ network, train }) => {
  const batcher = train.find(({ definition }) => definition.to === 'batch' && definition.from === 'examples');
  const layer = network.find((row) => 'output' in row && comparesRows(row));
  if (layer === undefined || batcher === undefined || !('output' in batcher)) return undefined;
  if (batcher.output.kind !== 'batch' || batcher.output.size > 1) return undefined;
  return {
    at: batcher,
    message:
      `${layer.name} compares the samples of a batch, and here each is alone in its own, so nothing is left of it; make ` +
      'the batches larger: size: 32',
  };
};

const nothingLearned: Rule = ({ network, train }) => {
  const has = (family: string) => train.some(({ definition }) => definition.family === family);
  const learning = network.filter((row) => 'output' in row && row.parameters.length > 0);
  if (learning.length === 0) return undefined;
  if (learning.every((row) => 'output' in row && row.parameters.every(({ frozen }) => frozen))) {
    const message = 'every layer with parameters is frozen, so nothing is learned; leave freeze out of one';
    return { at: learning[0], message };
  }
  if (has('optimizers')) return undefined;
  const message = has('gradients')
    ? 'the gradients are computed and no optimizer uses them, so nothing is learned; add one behind, as ' +
      'sgd: { learningRate: 0.1 }'
    : 'there is neither backward nor an optimizer behind the loss, so nothing is learned; add backward and ' +
      'sgd: { learningRate: 0.1 }';
  return { at: 'train', message };
};

/** What an epoch is chosen by has been learned from, in a way. */
const choosingByTest: Rule = (_, choice) => {
  const watched = [choice?.best, choice?.stopping].find((one) => one?.split === 'test');
  if (choice === undefined || watched === undefined) return undefined;
  const at = choice.stopping?.split === 'test' ? 'earlyStopping' : 'best';
  return {
    at,
    message:
      `the epoch is chosen by test.${watched.name}, so the figures of the test will be too good; hold examples out for a ` +
      'validation, and choose by them',
  };
};

/** What a layer has learned, it has learned for the function behind it. */
const otherStages: Rule = ({ network }, _, begunWith) => {
  if (begunWith === undefined) return undefined;
  const { network: saved, except } = begunWith;
  const isExcepted = (place: string): boolean => except.some((one) => `${place}.`.startsWith(`${one}.`));
  const found = network.find((row) => {
    const place = stageAt(row);
    return row.name !== (saved.get(place) ?? row.name) && !isExcepted(place);
  });
  if (found === undefined) return undefined;
  const was = shortened(printable(saved.get(stageAt(found)) ?? ''));
  return {
    at: 'initialWeights',
    message:
      `${stageAt(found)} is ${found.name}, and ${was} in the model whose weights this one begins with, which were ` +
      `learned for that; take ${was}, or leave initialWeights out`,
  };
};

const rules: Readonly<Record<string, Rule>> = {
  logitsExpected,
  probabilitiesExpected,
  bytesUnscaled,
  floatsDividedAsBytes,
  activationsInARow,
  learningRateTooLarge,
  learningRateTooSmall,
  unshuffled,
  hiddenZeros,
  batchesOfOne,
  nothingLearned,
  choosingByTest,
  otherStages,
};

/** The names of all rules, as `docs/pipeline-files.md` lists them. */
export const adviceRules: readonly string[] = Object.keys(rules);

/** What the last of some data stages says of its examples; undefined where it is not known. */
function specOf(data: readonly Row[]): Spec<'examples'> | undefined {
  const last = data.at(-1);
  return last !== undefined && 'output' in last && last.output.kind === 'examples' ? last.output : undefined;
}

/** Whether a network stage gives numbers from 0 to 1 alone: as it declares, or by its formula; undefined if unknown. */
function givesProbabilities(row: Row): boolean | undefined {
  const { gives } = row.definition;
  if (gives !== undefined) return gives === 'probabilities';
  return valuesOf(row)?.every((y) => y >= 0 && y <= 1);
}

const leavesNumbersAlone = (row: Row): boolean => valuesOf(row)?.every((y, i) => y === SAMPLES[i]) ?? false;

/** What an activation makes of some numbers; undefined for what has no formula. */
const valuesOf = (row: Row): readonly number[] | undefined =>
  asked(row, 'formula', ({ definition, options }) => {
    const formula = definition.formula?.(options);
    return formula && SAMPLES.map((x) => formula.value(x));
  });

/** @throws PipelineError with the place of a stage whose own code fails. */
function asked<Answer>(row: Row, method: string, question: (row: Row) => Answer): Answer {
  try {
    return question(row);
  } catch (error) {
    throw new PipelineError(`${'at' in row ? row.at : row.name}: ${faultProblem(error, method)}`, { cause: error });
  }
}

/** Where a formula is tried. */
const SAMPLES: readonly number[] = [-100, -2, -0.5, 0, 0.5, 2, 100];
