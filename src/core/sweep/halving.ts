/**
 * Asynchronous successive halving: every trial is trained for a few epochs, and at each rung one in `eta` goes on.
 *
 *     rungs at epochs:  1     3     9     27       (minEpochs 1, eta 3, 27 epochs)
 *     of 27 trials:     27 -> 9 --> 3 --> 1
 *
 * A trial goes on as soon as it is among the best of its rung so far: no other one is waited for. Those that wait at a rung may
 * go on later, when more of the others have come there and were worse.
 *
 * Source: Li et al., "A system for massively parallel hyperparameter tuning" (2020), algorithm 2.
 */
import { compareValues, type Goal, type TrialState } from './history.js';

export interface Halving extends Goal {
  /** After how many epochs trials are stopped; the last one is that of the whole training. */
  readonly rungs: readonly number[];
  readonly eta: number;
}

/** The rungs of trainings with so many epochs. */
export function rungsOf(
  epochs: number,
  { eta, minEpochs }: { readonly eta: number; readonly minEpochs: number },
): number[] {
  const rungs: number[] = [];
  for (let rung = minEpochs; rung < epochs; rung *= eta) rungs.push(rung);
  return [...rungs, epochs];
}

/** A trial that goes on from where it was stopped. */
export interface Promotion {
  /** Which of the trials. */
  readonly trial: number;
  /** Up to which epoch. */
  readonly until: number;
}

/** The trial that is to go on, from the highest rung on which there is one; undefined where there is none yet. */
export function promotion(trials: readonly TrialState[], halving: Halving): Promotion | undefined {
  const { rungs, eta } = halving;
  for (let rung = rungs.length - 2; rung >= 0; rung--) {
    const there = atRung(trials, rungs[rung], halving);
    const found = promotable(there.slice(0, Math.floor(there.length / eta)), trials, rungs, rung);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Where no trial is left that could change what is known: the best one goes on, up to the end, if none has come there. So a
 * sweep of few trials ends with a model, too.
 */
export function lastPromotion(trials: readonly TrialState[], halving: Halving): Promotion | undefined {
  if (trials.some(({ status }) => status === 'completed')) return undefined;
  const { rungs } = halving;
  for (let rung = rungs.length - 2; rung >= 0; rung--) {
    const found = promotable(atRung(trials, rungs[rung], halving), trials, rungs, rung);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Which trials have a value at a rung, the best first; one that ended before it, by itself, counts with what it ended with. */
const atRung = (trials: readonly TrialState[], epochs: number, goal: Goal): readonly number[] =>
  [...trials.keys()]
    .filter((i) => valueAt(trials[i], epochs) !== undefined)
    .sort((a, b) => compareValues(goal, valueAt(trials[a], epochs), valueAt(trials[b], epochs)) || a - b);

const valueAt = ({ rungs, status, value }: TrialState, epochs: number): number | undefined =>
  rungs[epochs] ?? (status === 'completed' ? value : undefined);

/** The first of these that still waits at the rung. */
function promotable(
  candidates: readonly number[],
  trials: readonly TrialState[],
  rungs: readonly number[],
  rung: number,
): Promotion | undefined {
  const trial = candidates.find((i) => trials[i].status === 'stopped' && trials[i].epochs === rungs[rung]);
  return trial === undefined ? undefined : { trial, until: rungs[rung + 1] };
}
