/** More epochs for a run that has ended. */
import type { Remote } from 'comlink';
import { firstValueFrom, lastValueFrom, takeWhile } from 'rxjs';
import type { StudioWorker } from '../worker/main.js';
import type { GoingOn } from './state.js';
import type { Store } from './store.js';

/** Has the file say more epochs, and the run go on from where it ended: as far as it came before, or into one epoch more. */
export async function goOn({ state$, dispatch }: Store, worker: Remote<StudioWorker>, act: GoingOn): Promise<void> {
  const { file, description } = await firstValueFrom(state$);
  const epochs = description.epochs + (act === 'played' ? description.epochs : 1);
  const edited = await worker.edit(file.text, { change: 'setting', key: 'epochs', value: String(epochs) });
  const isWanted = async () => (await firstValueFrom(state$)).file === file;
  if (!(await isWanted())) return;
  const answer = 'refused' in edited ? edited : await worker.extend({ ...file, text: edited.text });
  if (!(await isWanted())) return;
  if ('refused' in answer) {
    dispatch({ act: 'refused', reason: answer.refused });
    return;
  }
  dispatch({ act: 'extended', text: answer.file.text, description: answer.description });
  const opened = await lastValueFrom(state$.pipe(takeWhile(({ status }) => status === 'opening', true)));
  if (opened.status === 'waiting' && opened.goingOn === act) dispatch({ act });
}
