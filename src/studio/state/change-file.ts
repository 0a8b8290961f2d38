/** Changes to the text of the open file, one after another. */
import type { Remote } from 'comlink';
import { firstValueFrom } from 'rxjs';
import type { StudioWorker } from '../worker/main.js';
import type { Change } from '../worker/protocol.js';
import type { Store } from './store.js';

/** Has the worker make the change; what was typed meanwhile is kept, and changed instead. */
export async function changeFile(
  { state$, dispatch }: Store,
  worker: Remote<StudioWorker>,
  change: Change,
): Promise<void> {
  const text = async (): Promise<string> => (await firstValueFrom(state$)).file.text;
  for (;;) {
    const before = await text();
    const edited = await worker.edit(before, change);
    if (before !== (await text())) continue;
    if ('refused' in edited) {
      dispatch({ act: 'refused', reason: edited.refused });
      return;
    }
    if (edited.text === before) return;
    dispatch({ act: 'edited', text: edited.text });
    const place = placeAfter(change);
    if (place !== undefined) dispatch({ act: 'stageChosen', place });
    return;
  }
}

/** Which stage is looked at after a change that moves it, or puts it there. */
function placeAfter(change: Change): string | undefined {
  if (change.change !== 'insert' && change.change !== 'move') return undefined;
  const parts = change.place.split('.');
  const by = change.change === 'insert' ? 1 : change.by;
  return [...parts.slice(0, -1), Number(parts[parts.length - 1]) + by].join('.');
}
