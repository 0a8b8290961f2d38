/** How training goes, layer by layer: the sizes of weights, gradients and updates, some two hundred times a run. */
import type { Step } from '../kinds.js';
import { placeOf, type StageRow } from '../pipeline/assembly.js';
import type { Pipeline } from '../pipeline/pipeline.js';
import type { Floats } from '../tensor.js';
import type { LayerScalars, ScalarsEvent } from './events.js';

/** About how many steps of a run are measured: as many as a chart has room for. */
const TIMES = 200;

/**
 * Whether a step is measured. That depends on where it stands alone, so that a run that goes on measures the same ones: evenly
 * spread over each epoch, its last step among them; where there are more epochs than measurements, the last steps of some.
 */
export function isMeasured({ epoch, step, steps }: Pick<Step, 'epoch' | 'step' | 'steps'>, epochs: number): boolean {
  const inEpoch = ((step - 1) % steps) + 1;
  if (epochs > TIMES) return inEpoch === steps && isOneOf(TIMES, epoch, epochs);
  return isOneOf(Math.min(steps, Math.round(TIMES / epochs)), inEpoch, steps);
}

/** Whether i, from 1 to n, is one of so many that are spread evenly, the last being n. */
const isOneOf = (count: number, i: number, n: number): boolean =>
  Math.floor((i * count) / n) > Math.floor(((i - 1) * count) / n);

/**
 * Looks at a run's parameters between its steps, and changes none. A gradient is read when the step is over: an optimizer
 * that needs none of its numbers would otherwise go another way, to other bits.
 */
export class Scalars {
  readonly #rows: readonly StageRow[];
  readonly #hasGradients: boolean;
  readonly #learningRate: (() => number | undefined) | undefined;
  /** The weights before the step under way, where that is measured; in memory that is kept. */
  readonly #before = new Map<StageRow['parameters'][number], Floats>();
  #isBefore = false;
  /** How many steps an epoch has; undefined until the first one is over. */
  #steps: number | undefined;

  constructor(private readonly pipeline: Pick<Pipeline, 'rows' | 'epochs' | 'kernels'>) {
    const { rows } = pipeline;
    this.#rows = rows.filter(({ parameters }) => parameters.length > 0);
    this.#hasGradients = rows.some(({ output }) => output.kind === 'step' && output.gradients);
    this.#learningRate = rows.find(({ learningRate }) => learningRate !== undefined)?.learningRate;
  }

  /** Before a step: keeps the weights, where they are to be compared with those behind it. */
  before(epoch: number, step: number): void {
    const steps = this.#steps;
    // the first step of a process says how many there are, and so whether it is to be measured
    if (steps !== undefined && !isMeasured({ epoch, step, steps }, this.pipeline.epochs)) return;
    for (const { parameters } of this.#rows) {
      for (const parameter of parameters) {
        const { data } = parameter.value;
        const kept = this.#before.get(parameter);
        if (kept === undefined) this.#before.set(parameter, data.slice());
        else kept.set(data);
      }
    }
    this.#isBefore = true;
  }

  /** What is to be said of a step, when its update is done; undefined for most steps. */
  after({ epoch, step, steps, loss }: Step, runId: string): ScalarsEvent | undefined {
    this.#steps = steps;
    const hasBefore = this.#isBefore;
    this.#isBefore = false;
    if (!hasBefore || !isMeasured({ epoch, step, steps }, this.pipeline.epochs)) return undefined;
    const learningRate = this.#learningRate?.();
    const layers = this.#rows.map((row) => this.#layer(row));
    return { event: 'scalars', runId, epoch, step, loss, ...(learningRate !== undefined && { learningRate }), layers };
  }

  #layer(row: StageRow): LayerScalars {
    const { sumOfSquares } = this.pipeline.kernels;
    let [weights, gradients, updates] = [0, 0, 0];
    for (const parameter of row.parameters) {
      weights += sumOfSquares(parameter.value);
      if (this.#hasGradients) gradients += sumOfSquares(parameter.gradient);
      updates += squaredDistance(parameter.value.data, this.#before.get(parameter) ?? []);
    }
    return {
      at: placeOf(row),
      name: row.name,
      weights: lengthOf(weights),
      ...(this.#hasGradients && { gradient: lengthOf(gradients) }),
      update: lengthOf(updates),
    };
  }
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < b.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum;
}

/** With as many digits as a chart can use. */
const lengthOf = (squares: number): number => Number(Math.sqrt(squares).toPrecision(6));
