import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { type Studio, useStudio } from '../use-studio.js';

/** Undo and redo of what was changed in the file. Where there is nothing left, the keyboard can stay all the same. */
export function History() {
  const { act } = useStudio();
  const words = text.value.file;
  const canUndo = usePart(({ past }) => past.length > 0);
  const canRedo = usePart(({ future }) => future.length > 0);
  return (
    <>
      <button
        type="button"
        id="undo"
        aria-disabled={!canUndo}
        aria-label={words.undo}
        title={words.undo}
        onClick={() => canUndo && act({ act: 'undone' })}
      >
        <span aria-hidden="true">↶</span>
      </button>
      <button
        type="button"
        id="redo"
        aria-disabled={!canRedo}
        aria-label={words.redo}
        title={words.redo}
        onClick={() => canRedo && act({ act: 'redone' })}
      >
        <span aria-hidden="true">↷</span>
      </button>
    </>
  );
}

/** Ctrl+Z and Ctrl+Shift+Z wherever nothing is typed; a field for text undoes what is typed in it. */
export function listenToHistoryKeys(act: Studio['act']): void {
  window.addEventListener('keydown', (event) => {
    const { key, ctrlKey, metaKey, shiftKey, defaultPrevented } = event;
    const [target] = event.composedPath();
    const isTyping = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    if (!(ctrlKey || metaKey) || defaultPrevented || isTyping) return;
    if (key.toLowerCase() !== 'z' && key !== 'y') return;
    event.preventDefault();
    act({ act: key !== 'y' && !shiftKey ? 'undone' : 'redone' });
  });
}
