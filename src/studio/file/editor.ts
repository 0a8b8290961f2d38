/** The editor of pipeline files: CodeMirror, which knows the stages and their options. It is loaded when the panel is opened. */
import {
  autocompletion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Annotation, Compartment, EditorState } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import type { Problem } from '../worker/protocol.js';
import { highlightStyle, look } from './editor-look.js';
import { type Language, meaningAt, type Suggestion, suggest } from './suggest.js';

interface EditorOptions {
  /** CodeMirror's styles become sheets of it: the page allows no style element. */
  readonly root: ShadowRoot;
  readonly text: string;
  /** What a screen reader calls it. */
  readonly label: string;
  readonly isDark: boolean;
  /** By which it completes words, and says what they mean. */
  readonly language: Language;
  /** The text, whenever it is typed. */
  readonly typed: (text: string) => void;
  /** The history is that of the page, of which the text is one part. */
  readonly undo: () => void;
  readonly redo: () => void;
}

/** An editor on the page. */
export interface Editor {
  /** Shows the text, if it shows another: the cursor stays where it can. */
  show(text: string): void;
  tell(problems: readonly Problem[]): void;
  /** Takes the cursor to a line and a column, counted from 1. */
  goTo(place: { readonly line: number; readonly column: number }): void;
  darken(isDark: boolean): void;
  close(): void;
}

/** A change that came from outside. */
const isShown = Annotation.define<boolean>();

export function openEditor({ root, text, label, isDark, language, typed, undo, redo }: EditorOptions): Editor {
  const theme = new Compartment();
  // CodeMirror knows lines alone
  let lineBreak = lineBreakOf(text);
  const run = (act: () => void) => () => {
    act();
    return true;
  };
  const extensions = [
    lineNumbers(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    drawSelection(),
    EditorView.lineWrapping,
    indentOnInput(),
    indentUnit.of('  '),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    lintGutter(),
    yaml(),
    syntaxHighlighting(highlightStyle),
    theme.of(look(isDark)),
    knowing(language),
    // it takes the focus anyway; said in so many words, tools see it, too
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    keymap.of([
      { key: 'Mod-z', run: run(undo), preventDefault: true },
      { key: 'Mod-Shift-z', run: run(redo), preventDefault: true },
      { key: 'Mod-y', run: run(redo), preventDefault: true },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
    EditorView.updateListener.of(({ docChanged, transactions, state }) => {
      const byHand = transactions.some((transaction) => transaction.docChanged && !transaction.annotation(isShown));
      if (docChanged && byHand) typed(state.doc.toString().replaceAll('\n', lineBreak));
    }),
  ];
  const state = EditorState.create({ doc: text, extensions });
  const view = new EditorView({ state, root, parent: root });
  return {
    show(next) {
      lineBreak = lineBreakOf(next);
      const changes = difference(view.state.doc.toString(), next.replaceAll('\r\n', '\n'));
      if (changes !== undefined) view.dispatch({ changes, annotations: isShown.of(true) });
    },
    tell: (problems) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map((problem) => diagnosticOf(view.state, problem)),
        ),
      ),
    goTo({ line, column }) {
      const { doc } = view.state;
      const { from, to } = doc.line(Math.min(line, doc.lines));
      const anchor = Math.min(from + column - 1, to);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
    darken: (dark) => view.dispatch({ effects: theme.reconfigure(look(dark)) }),
    close: () => view.destroy(),
  };
}

const lineBreakOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** The part that differs, so that the cursor stays where it is beside it; undefined where there is none. */
function difference(before: string, after: string) {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let same = 0;
  while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return { from, to: before.length - same, insert: after.slice(from, after.length - same) };
}

/** At its line, the word or number where it is. */
function diagnosticOf({ doc }: EditorState, { severity, message, line = 1, column = 1 }: Problem): Diagnostic {
  const { from, to, text } = doc.line(Math.min(line, doc.lines));
  const begin = Math.min(from + column - 1, to);
  const word = /^[^\s,:{}[\]]+/.exec(text.slice(begin - from))?.[0] ?? text.slice(begin - from);
  return { from: begin, to: begin + word.length, severity, message };
}

const knowing = (language: Language) => [
  autocompletion({ override: [(context) => completions(context, language)], icons: false }),
  hoverTooltip((view, at) => {
    const meaning = meaningAt(view.state.doc.toString(), at, language);
    if (meaning === undefined) return null;
    const { from, to, title, text } = meaning;
    return { pos: from, end: to, above: true, create: () => ({ dom: note(title, text) }) };
  }),
];

function completions({ state, pos, explicit }: CompletionContext, language: Language) {
  const found = suggest(state.doc.toString(), pos, language);
  if (found === undefined || (!explicit && found.from === pos)) return null;
  return { from: found.from, options: found.options.map(completionOf), validFor: /^[\w$-]*$/ };
}

const completionOf = ({ label, apply, kind, detail, info }: Suggestion) => ({
  label,
  apply,
  type: kind,
  detail,
  ...(info !== '' && { info: () => note('', info) }),
});

function note(title: string, text: string): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'note';
  if (title !== '') dom.append(Object.assign(document.createElement('strong'), { textContent: title }));
  dom.append(Object.assign(document.createElement('div'), { textContent: text }));
  return dom;
}
