/**
 * Whether stages do with a second batch what they did with the first: a pullback may add to what it left in its buffers,
 * keep what it should compute anew, or take one number of rows for every batch's.
 */
import { PipelineError } from '../errors.js';
import { firstRows } from '../kernels/row-buffer.js';
import type { Batch, Parameter, Step } from '../kinds.js';
import { playTape } from '../play-tape.js';
import type { Replay } from '../random/replay.js';
import { copyOf, firstDifference, formatShape, indexIn, type Tensor, widthOf } from '../tensor.js';
import { through } from '../through.js';
import { type Comparison, LIMIT, SMALLEST_SCALE } from './gradient-comparison.js';
import { type Gradients, isLoss, keepGradient, keepOthers, type Link, type Recording } from './recorded-batch.js';
import { watchPullback } from './watch-pullback.js';

/** A gradient that came out otherwise when the same batch came again. */
export interface Change extends Pick<Comparison, 'index'> {
  readonly first: number;
  readonly again: number;
  /** |again - first|, and the same, divided by the largest number of the first. */
  readonly absoluteError: number;
  readonly relativeError: number;
  readonly problem: string;
}

/** What changed where the same batch came again; undefined where nothing did. */
export function changeOf(again: Tensor, first: Tensor): Change | undefined {
  const values = Array.from(first.data);
  const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), SMALLEST_SCALE);
  const i = firstDifference(again.data, first.data, LIMIT * scale);
  if (i === -1) return undefined;
  const [was, is] = [first.data[i], again.data[i]];
  const index = indexIn(first.shape, i);
  const twice = values.map((value) => 2 * value);
  const isAdded = firstDifference(again.data, twice, LIMIT * scale) === -1;
  const problem = isAdded
    ? "in the second batch it holds the first's too: set it, do not add to it"
    : `the same batch gives another one the second time: at ${formatShape(index)} ${is}, after ${was}`;
  const absoluteError = Math.abs(is - was);
  return { index, first: was, again: is, absoluteError, relativeError: absoluteError / scale, problem };
}

/** What is wrong with a gradient that is right in one batch, and is not in another that has fewer rows. */
export function rowsProblem({ index, backward, difference }: Comparison, rows: number, fewer: number): string {
  const wrong = `at ${formatShape(index)} backward says ${backward.toPrecision(6)}, the slope is ${difference.toPrecision(6)}`;
  const factor = backward / difference;
  const isByRows = [fewer / rows, rows / fewer].some((ratio) => Math.abs(factor - ratio) < 1e-4);
  return isByRows
    ? `it depends on the number of rows: right for ${rows}, for ${fewer} it is ${factor.toPrecision(3)} times the slope ` +
        `(${wrong}); each batch has its own, x.shape[0]`
    : `it is right in a first batch of ${rows} rows, but not in a second of ${fewer}: ${wrong}; ` +
        'it depends on the number of rows, or on the batch before';
}

/** What is wrong with a gradient that is right in one batch, and is not in another that has as many rows. */
export const otherRowsProblem = ({ index, backward, difference }: Comparison, rows: number): string =>
  `it is right in a first batch of ${rows} rows, but not in a second of ${rows} other ones: at ${formatShape(index)} ` +
  `backward says ${backward.toPrecision(6)}, the slope is ${difference.toPrecision(6)}; it keeps what is the batch's own`;

/** Makes stages begin with what they remembered before the recorded batch, and draw the same again. */
export function rewind(links: readonly Link[], replay: Replay): void {
  replay.rewind();
  for (const { row, before } of links) if (before !== undefined) row.state?.restore(before);
}

/**
 * The recorded batch once more, there and back. Whatever has changed is put right again, so that only the stages that have
 * changed it are named, and not those behind them.
 *
 * @returns what gradients have changed
 * @throws PipelineError for a stage that gives another output, or another loss.
 */
export function repeat({ links, gradients, loss }: Recording, replay: Replay): ReadonlyMap<Link | Parameter, Change> {
  const changes = new Map<Link | Parameter, Change>();
  const hold = (key: Link | Parameter, again: Tensor | undefined): void => {
    const first = gradients.get(key);
    if (first === undefined || again === undefined) return;
    const change = changeOf(again, first);
    if (change !== undefined) changes.set(key, change);
    again.data.set(first.data);
  };
  rewind(links, replay);
  const step = links.reduce<Batch | Step>((given, link, i) => {
    const out = through(link.operator, given) as Batch | Step;
    if (link.row.section !== 'network') return out;
    requireSame(out.x, links[i + 1].x, link);
    return watchPullback(out, (dx) => hold(link, dx));
  }, links[0].input) as Step;
  const judge = links[links.length - 1];
  if (Math.abs(step.loss - loss) > LIMIT * Math.max(1, Math.abs(loss))) {
    throw new PipelineError(
      `${judge.row.at}: the same batch gives the loss ${step.loss} the second time, after ${loss}`,
    );
  }
  for (const link of links) if (isLoss(link)) hold(link, step.dx);
  playTape(step);
  for (const { row } of links) for (const parameter of row.parameters) hold(parameter, parameter.gradient);
  return changes;
}

/** @throws PipelineError for an output that is another one the second time; one that is not is put back to the digit. */
function requireSame(again: Tensor, first: Tensor, { row }: Link): void {
  const change = changeOf(again, first);
  if (change !== undefined) throw new PipelineError(`${row.at}: ${changedOutput(change)}`);
  again.data.set(first.data);
}

/** What is wrong with a stage whose output is another one when the same batch comes again. */
export const changedOutput = ({ index, first, again }: Change): string =>
  `the same batch gives another output the second time: at ${formatShape(index)} ${again}, after ${first}; ` +
  'write each number anew, keep what is remembered in the state, and draw from context.random';

/** Makes batches of some rows of this one, in its own memory, where kernels read: the last one made is the one that counts. */
export function rowsOf(batch: Batch): (order: readonly number[]) => Batch {
  const { x, t, labels, weights } = batch;
  const [allX, allT] = [copyOf(x), t && copyOf(t)];
  return (order) => ({
    ...batch,
    x: withRows(x, allX, order),
    t: t && allT && withRows(t, allT, order),
    labels: labels && Int32Array.from(order, (row) => labels[row]),
    weights: weights && Float64Array.from(order, (row) => weights[row]),
    tape: [],
  });
}

/** Writes rows of a copy to the front of a tensor. */
function withRows(tensor: Tensor, { data }: Tensor, order: readonly number[]): Tensor {
  const width = widthOf(tensor);
  for (const [to, from] of order.entries()) {
    tensor.data.set(data.subarray(from * width, (from + 1) * width), to * width);
  }
  return firstRows(tensor, order.length);
}

/** As many rows, two or more, each another one than before; the first is gone, so that sums over them are others too. */
export const otherRows = (order: readonly number[]): readonly number[] => [...order.slice(1), order[1]];

/** The last ones of so many rows, two or more. */
export const lastRows = (order: readonly number[]): readonly number[] => order.slice(-fewerThan(order.length));

/** How many rows the second batch has, where the first has so many, two or more. */
const fewerThan = (rows: number): number => Math.ceil(rows / 2);

/** What `backward` says of another batch. */
export function thereAndBack(links: readonly Link[], batch: Batch, replay: Replay): Gradients {
  const gradients: Gradients = new Map();
  replay.forget();
  rewind(links, replay);
  const step = links.reduce<Batch | Step>((given, link) => {
    const out = through(link.operator, given) as Batch | Step;
    return link.row.section === 'network' ? keepGradient(out, link, gradients) : out;
  }, batch) as Step;
  playTape(step);
  keepOthers(step, links, gradients);
  return gradients;
}

/** What each stage makes of a batch, in copies: what is given to the next one, and at last the loss. */
export function outputsOf(links: readonly Link[], batch: Batch, replay: Replay): readonly Tensor[] {
  rewind(links, replay);
  let given: Batch | Step = batch;
  return links.map(({ operator, row }) => {
    given = through(operator, given) as Batch | Step;
    return row.section === 'network' ? copyOf(given.x) : lossOf(given as Step);
  });
}

const lossOf = ({ loss }: Step): Tensor => ({ shape: [1], data: Float64Array.of(loss) });

/**
 * @param fewer how many rows the batch had that came in between
 * @throws PipelineError that names the first stage that makes something else of a batch when another came in between.
 */
export function requireSameOutputs(
  links: readonly Link[],
  before: readonly Tensor[],
  after: readonly Tensor[],
  fewer: number,
): void {
  for (const [i, { row }] of links.entries()) {
    const change = changeOf(after[i], before[i]);
    if (change === undefined) continue;
    const where = row.section === 'network' ? `output: at ${formatShape(change.index)}` : 'loss:';
    throw new PipelineError(
      `${row.at}: behind a batch of ${fewer} rows, the same batch gives another ${where} ${change.again}, after ` +
        `${change.first}; compute anew what is the batch's own`,
    );
  }
}
