/** A batch on its way: what is known at the stop where it is. */
import type { Stop, TensorView } from 'marblenet/page';
import type { Trip } from '../state/state.js';

/** What a stage gave on this trip; undefined where the batch has not come there yet. */
export function viewAt(
  { step, at }: Trip,
  place: string,
  way: Stop['way'],
): Readonly<Record<string, TensorView>> | undefined {
  const index = step.stops.findIndex((stop) => stop.place === place && stop.way === way);
  return index === -1 || index > at ? undefined : step.stops[index].tensors;
}
