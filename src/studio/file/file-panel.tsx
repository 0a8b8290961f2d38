/** The file: its text, whatever else changes it; open, save, share. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { stagesOf } from '../use-stages.js';
import { useStudio } from '../use-studio.js';
import { isDark } from '../view/theme.js';
import type { Editor } from './editor.js';
import { FileBar } from './file-bar.js';
import type { Schema } from './schema.js';
import { Settings } from './settings.js';

export function FilePanel() {
  const words = text.value.file;
  return (
    <>
      <FileBar />
      <Settings />
      <TextEditor />
      <p class="faint">{words.keys}</p>
    </>
  );
}

function TextEditor() {
  const { act, worker, state } = useStudio();
  const words = text.value.file;
  const frame = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor>();
  const [isMissing, setMissing] = useState(false);
  const file = usePart((state) => state.file.text);
  const problems = usePart(({ description }) => description.problems);
  const line = usePart((state) => state.line);
  const dark = isDark();

  useEffect(() => {
    let opened: Editor | undefined;
    let isWanted = true;
    const open = async (): Promise<void> => {
      const [{ openEditor }, schema, stages] = await Promise.all([
        import('./editor.js'),
        worker.schema(),
        stagesOf(worker),
      ]);
      if (!isWanted || frame.current === null) return;
      opened = openEditor({
        root: frame.current.shadowRoot ?? frame.current.attachShadow({ mode: 'open' }),
        text: state.peek().file.text,
        label: words.label,
        isDark: isDark(),
        language: { schema: schema as Schema, stages },
        typed: (typed) => act({ act: 'edited', text: typed, isTyped: true }),
        undo: () => act({ act: 'undone' }),
        redo: () => act({ act: 'redone' }),
      });
      setEditor(opened);
    };
    open().catch(() => setMissing(true));
    return () => {
      isWanted = false;
      opened?.close();
    };
  }, [act, worker, state, words.label]);
  // not `file`: more may have been typed since this was drawn
  useEffect(() => editor?.show(state.peek().file.text), [editor, state, file]);
  useEffect(() => editor?.tell(problems), [editor, problems]);
  useEffect(() => editor?.darken(dark), [editor, dark]);
  useEffect(() => line && editor?.goTo(line), [editor, line]);

  return (
    <>
      {editor === undefined && <Loading isMissing={isMissing} />}
      <div class="editor" ref={frame} />
    </>
  );
}

function Loading({ isMissing }: { readonly isMissing: boolean }) {
  if (isMissing) return <p class="error">{text.value.notLoaded}</p>;
  return <p class="hint">{text.value.file.loading}</p>;
}
