/** The file: its text, whatever else changes it; open, save, share. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { said, text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { stagesOf } from '../use-stages.js';
import { useStudio } from '../use-studio.js';
import { useLoaded } from '../view/loaded.js';
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
  const { part, missing } = useLoaded(
    () => Promise.all([import('./editor.js'), worker.schema(), stagesOf(worker)]),
    [worker],
  );
  const file = usePart((state) => state.file.text);
  const problems = usePart(({ description }) => description.problems);
  const line = usePart((state) => state.line);
  const dark = isDark();

  useEffect(() => {
    if (part === undefined || frame.current === null) return;
    const [{ openEditor }, schema, stages] = part;
    const opened = openEditor({
      root: frame.current.shadowRoot ?? frame.current.attachShadow({ mode: 'open' }),
      text: state.peek().file.text,
      label: words.label,
      isDark: isDark(),
      language: { schema: schema as Schema, stages, words: { ...text.value, said } },
      typed: (typed) => act({ act: 'edited', text: typed, isTyped: true }),
      undo: () => act({ act: 'undone' }),
      redo: () => act({ act: 'redone' }),
    });
    setEditor(opened);
    return () => opened.close();
  }, [act, part, state, words.label]);
  // not `file`: more may have been typed since this was drawn
  useEffect(() => editor?.show(state.peek().file.text), [editor, state, file]);
  useEffect(() => editor?.tell(problems), [editor, problems]);
  useEffect(() => editor?.darken(dark), [editor, dark]);
  useEffect(() => line && editor?.goTo(line), [editor, line]);

  return (
    <>
      {missing ?? (editor === undefined && <p class="hint">{words.loading}</p>)}
      <div class="editor" ref={frame} />
    </>
  );
}
