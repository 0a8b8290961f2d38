/** Leads to the panel that is chosen, wherever on the page it is chosen. */
import { distinctUntilChanged, filter, map, merge, skip } from 'rxjs';
import type { Store } from '../state/store.js';

export function leadToPanel({ actions$, state$ }: Store): void {
  const chosen$ = actions$.pipe(filter(({ act }) => act === 'panelChosen' || act === 'stageChosen'));
  const changed$ = state$.pipe(
    map(({ panel }) => panel),
    distinctUntilChanged(),
    skip(1),
  );
  // when it has been drawn
  merge(chosen$, changed$).subscribe(() => requestAnimationFrame(lead));
}

/** Where it begins out of sight, or so low that little of it is seen, it comes to the top. */
function lead(): void {
  const panels = document.querySelector('.panels');
  const top = panels?.getBoundingClientRect().top ?? 0;
  if (top < 0 || top > innerHeight / 3) panels?.scrollIntoView({ block: 'start' });
}
