/** Files that are chosen, dropped on the page, or in its address. */
import type { Remote } from 'comlink';
import { firstValueFrom } from 'rxjs';
import { droppedFiles } from '../data/dropped-files.js';
import type { Store } from '../state/store.js';
import { asNamed } from '../take-away/named-files.js';
import { text } from '../texts/texts.js';
import type { Studio } from '../use-studio.js';
import type { StudioWorker } from '../worker/main.js';
import type { GivenFile } from '../worker/protocol.js';
import { fileOf, isLink, LinkError } from './share.js';

/** Bytes: more is no pipeline file. */
const MOST = 1024 * 1024;

const isPipeline = ({ name }: File): boolean => /\.ya?ml$/i.test(name);

/** Opens a file of the person's own. */
export async function openFile(file: File, act: Studio['act']): Promise<void> {
  if (file.size > MOST) {
    act({ act: 'refused', reason: text.value.file.tooLarge(file.name) });
    return;
  }
  act({ act: 'opened', file: { name: file.name, text: await file.text() } });
}

/**
 * Opens a pipeline file that is dropped anywhere on the page, and takes there the files that the open one waits for; what else is
 * dropped has a place of its own.
 */
export function openDropped({ state$, dispatch: act }: Store, worker: Remote<StudioWorker>): void {
  const take = async (dropped: DataTransfer): Promise<void> => {
    const files = await droppedFiles(dropped);
    const { status, description, file } = await firstValueFrom(state$);
    if (status !== 'failed' || description.missing.length === 0) {
      act({ act: 'refused', reason: text.value.file.onlyPipelines });
      return;
    }
    await worker.give(asNamed(files, file.text));
    act({ act: 'reset' });
  };
  window.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  window.addEventListener('drop', (event) => {
    const { dataTransfer } = event;
    const [file, ...others] = dataTransfer?.files ?? [];
    if (event.defaultPrevented || dataTransfer === null || file === undefined) return;
    event.preventDefault(); // the browser would leave the page for the file
    if (others.length === 0 && isPipeline(file)) void openFile(file, act);
    else void take(dataTransfer);
  });
}

/** Opens the file in the address of the page, now and when another one is put there; where there is none now, `first`. */
export async function openLinked(act: Studio['act'], first: GivenFile): Promise<void> {
  const open = async (otherwise?: GivenFile): Promise<void> => {
    try {
      act({ act: 'opened', file: await fileOf(location.hash) });
    } catch (error) {
      if (otherwise) act({ act: 'opened', file: otherwise });
      if (!(error instanceof LinkError)) throw error;
      act({ act: 'refused', reason: text.value.file.links[error.problem] });
    }
  };
  window.addEventListener('hashchange', () => {
    if (isLink(location.hash)) void open();
  });
  if (isLink(location.hash)) await open(first);
  else act({ act: 'opened', file: first });
}
