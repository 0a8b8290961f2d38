/** Which epoch of a run was the best, and when it is time to stop looking for a better one. */
import { didYouMean, RunError } from '../errors.js';
import type { Metric } from '../kinds.js';
import type { Choice, Monitored } from '../pipeline/choice.js';
import { requireFiniteState, requireSameKind, type StateDict, type Stateful } from '../state.js';

/** The best epoch so far, and the network as it was then. */
export interface BestEpoch {
  readonly epoch: number;
  readonly step: number;
  readonly value: number;
  readonly metrics: readonly Metric[];
  /** What the network had learned. */
  readonly learned: StateDict;
}

/** What a monitor has seen: copied into checkpoints. */
export interface Seen {
  readonly best: BestEpoch | undefined;
  /** Since how many epochs early stopping has waited for a better value than `leader`. */
  readonly waited: number;
  readonly leader: number | undefined;
}

export class Monitor {
  #seen: Seen = { best: undefined, waited: 0, leader: undefined };

  /**
   * @param learned what the network learns: copied at the best epoch
   */
  constructor(
    private readonly choice: Choice,
    private readonly learned: Stateful,
  ) {}

  get seen(): Seen {
    return this.#seen;
  }

  /**
   * Goes on with what another monitor of the same run has seen.
   *
   * @throws PipelineError when its best network is another one, or its numbers are not finite.
   */
  resume(seen: Seen): void {
    if (seen.best !== undefined) {
      requireFiniteState(seen.best.learned);
      requireSameKind(this.learned.state(), seen.best.learned);
    }
    this.#seen = seen;
  }

  /**
   * After an epoch, with its metrics.
   *
   * @throws RunError when the metric that decides has not come yet.
   */
  see(epoch: number, step: number, metrics: readonly Metric[]): void {
    const { best, stopping } = this.choice;
    const { best: before, waited, leader } = this.#seen;
    const value = valueIn(metrics, best);
    if (value === undefined && before === undefined) throw missing(best, epoch, metrics);
    const isBest =
      value !== undefined && (before === undefined || isBetter(value, before.value, best.higherIsBetter, 0));
    const now = isBest ? { epoch, step, value, metrics, learned: this.learned.state() } : before;
    if (stopping === undefined) {
      this.#seen = { best: now, waited, leader };
      return;
    }
    const { higherIsBetter, minDelta } = stopping;
    const watched = valueIn(metrics, stopping);
    if (watched === undefined && leader === undefined) throw missing(stopping, epoch, metrics);
    const leads =
      watched !== undefined && (leader === undefined || isBetter(watched, leader, higherIsBetter, minDelta));
    this.#seen = leads ? { best: now, waited: 0, leader: watched } : { best: now, waited: waited + 1, leader };
  }

  /** Whether early stopping has waited long enough. */
  get isExhausted(): boolean {
    const { stopping } = this.choice;
    return stopping !== undefined && this.#seen.waited >= stopping.patience;
  }

  /** Puts the network back to the best epoch, which is returned; undefined where there was none. */
  choose(): BestEpoch | undefined {
    const { best } = this.#seen;
    if (best !== undefined) this.learned.restore(best.learned);
    return best;
  }
}

const valueIn = (metrics: readonly Metric[], { split, name }: Monitored): number | undefined =>
  metrics.find((metric) => metric.split === split && metric.name === name)?.value;

/** A stage may declare a metric, and never give it. */
function missing({ split, name, at }: Monitored, epoch: number, metrics: readonly Metric[]): RunError {
  const monitor = `${split}.${name}`;
  const came = metrics.map((metric) => `${metric.split}.${metric.name}`);
  const problem = `monitor: no ${monitor} came in epoch ${epoch}${didYouMean(monitor, came)}`;
  return new RunError(`${at}: ${problem} (there was ${came.join(', ') || 'no metric at all'})`, { placed: true });
}

const isBetter = (value: number, than: number, higherIsBetter: boolean, by: number): boolean =>
  higherIsBetter ? value > than + by : value < than - by;
