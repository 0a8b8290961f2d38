/** How the editor looks: in the colours of the page, which go through the border of its shadow root. */
import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** A colour of the page, so dark that small letters can be read, on the line of the cursor too. */
const ink = (name: string): string => `color-mix(in srgb, var(${name}) 80%, var(--text))`;

export const highlightStyle = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: ink('--c0') },
  { tag: [tags.comment, tags.lineComment], color: ink('--faint'), fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string)], color: ink('--c2') },
  { tag: [tags.labelName, tags.typeName, tags.meta], color: ink('--c3') },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: ink('--faint') },
]);

const card = {
  background: 'var(--card)',
  color: 'var(--text)',
  border: '1px solid var(--line)',
  borderRadius: '0.4rem',
};

/** @param dark whether what is not said here is that of a dark page */
export const look = (dark: boolean) =>
  EditorView.theme(
    {
      '&': { ...card, fontSize: '0.85rem' },
      '&.cm-focused': { outline: '3px solid var(--accent)', outlineOffset: '2px' },
      '.cm-scroller': { fontFamily: 'ui-monospace, monospace', lineHeight: '1.5' },
      '.cm-content': { caretColor: 'var(--text)' },
      '.cm-cursor': { borderLeftColor: 'var(--text)' },
      '.cm-gutters': { background: 'var(--page)', color: 'var(--faint)', borderRight: '1px solid var(--line)' },
      '.cm-activeLine, .cm-activeLineGutter': { background: 'color-mix(in srgb, var(--accent) 8%, transparent)' },
      '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
        background: 'color-mix(in srgb, var(--accent) 30%, transparent)',
      },
      '.cm-tooltip, .cm-panels': card,
      '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
        background: 'var(--accent)',
        color: 'var(--on-accent)',
      },
      '.cm-completionDetail': { color: 'var(--faint)', fontStyle: 'normal' },
      'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
      '.note': { padding: '0.3rem 0.5rem', maxWidth: '22rem', font: '0.85rem/1.4 system-ui, sans-serif' },
      '.cm-diagnosticText': { font: '0.85rem/1.4 system-ui, sans-serif' },
    },
    { dark },
  );
