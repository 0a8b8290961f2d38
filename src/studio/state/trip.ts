/** A batch on its way through the flow: where it is, and what is known there. */
import type { Stop, TensorView } from 'marblenet/page';
import type { State, Trip } from './state.js';

/** Whether batches go from stage to stage by themselves. */
export const isSlow = ({ status, speed }: Pick<State, 'status' | 'speed'>): boolean =>
  status === 'playing' && speed === 'slow';

/** Whether batches are seen at each stage; otherwise, at the end of their way. */
export const isSeenByStage = (state: State): boolean => state.isByStage || isSlow(state);

/** Whether a batch has not come to the end of its way. */
export const isUnderWay = ({ trip }: Pick<State, 'trip'>): boolean => trip !== undefined && trip.at < lastStop(trip);

export const lastStop = ({ step }: Pick<Trip, 'step'>): number => step.stops.length - 1;

/** What a stage gave on this trip; undefined where the batch has not come there yet. */
export function viewAt(
  { step, at }: Trip,
  place: string,
  way: Stop['way'],
): Readonly<Record<string, TensorView>> | undefined {
  const index = step.stops.findIndex((stop) => stop.place === place && stop.way === way);
  return index === -1 || index > at ? undefined : step.stops[index].tensors;
}

/** The loss of the batch, from where it is known on: the gradients of its stages follow from it. */
export const lossOf = ({ step, at }: Trip): number | undefined =>
  step.stops.slice(0, at + 1).some(({ way }) => way === 'backward') ? step.loss : undefined;

/** The loss of the batch on its way, once it is known; else that of the last step. */
export function lossNow({ run, runs, trip, step }: Pick<State, 'run' | 'runs' | 'trip' | 'step'>): number | undefined {
  const last = runs.find(({ number }) => number === run)?.loss;
  const isNew = trip !== undefined && trip.step.step >= step;
  return (isNew ? lossOf(trip) : undefined) ?? last?.rest.at(-1) ?? last?.values.at(-1);
}
