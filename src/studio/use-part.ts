import { type ReadonlySignal, useComputed } from '@preact/signals';
import type { State } from './state/state.js';
import { useStudio } from './use-studio.js';

/** A part of the state: the component is drawn anew when that part changes, and only then. */
export function usePart<Part>(select: (state: State) => Part): Part {
  const { state } = useStudio();
  const part: ReadonlySignal<Part> = useComputed(() => select(state.value));
  return part.value;
}
