/** Where in a pipeline file a place of its text is: the keys and list items that lead there, whether or not it is whole. */

/** A place in a text, as a schema knows it. */
export interface Cursor {
  /** Keys from the file inwards; `*` is an item of a list. */
  readonly path: readonly string[];
  /** The word that is being written there, and where it begins. */
  readonly word: string;
  readonly from: number;
  /** Whether a word that stands there is a key, a value, or may yet become either. */
  readonly is: 'key' | 'value' | 'either';
}

/** A `- ` or a `key:` of a line in block style. */
interface Mark {
  readonly column: number;
  /** Undefined for a list item. */
  readonly key: string | undefined;
}

interface Line {
  readonly marks: readonly Mark[];
  /** What follows the marks, and at which column. */
  readonly rest: string;
  readonly column: number;
}

const KEY = /^("[^"]*"|'[^']*'|[\w$-]+)[ ]*:(?=[ ]|$)[ ]*/;

/** @returns undefined inside a comment */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(start, offset);
  if (isInComment(before)) return undefined;
  const line = readLine(before);
  const lines = text.slice(0, start).split('\n').slice(0, -1);
  const flow = readFlow(line.rest);
  const from = offset - flow.word.length;
  const above = pathAbove(line.marks, line.column, lines);
  if (flow.path.length > 0) return { path: [...above, ...flow.path.slice(0, -1)], word: flow.word, from, is: flow.is };
  // behind a key, in its line, there is a value; on a line alone, a word may become a key
  const isBehindKey = line.marks.at(-1)?.key !== undefined;
  return { path: above, word: flow.word, from, is: isBehindKey ? 'value' : 'either' };
}

const isInComment = (before: string): boolean =>
  /(^|\s)#/.test(before.replace(/"[^"]*("|$)|'[^']*('|$)/g, (quoted) => quoted.replace(/./g, 'x')));

function readLine(text: string): Line {
  const marks: Mark[] = [];
  let column = text.length - text.trimStart().length;
  for (;;) {
    const rest = text.slice(column);
    const dash = /^-(?:[ ]+|$)/.exec(rest)?.[0];
    const [whole, key] = KEY.exec(rest) ?? [];
    if (dash !== undefined) marks.push({ column, key: undefined });
    else if (whole !== undefined) marks.push({ column, key: unquoted(key) });
    else return { marks, rest: withoutAnchor(rest), column };
    column += (dash ?? whole ?? '').length;
    // one key a line, in block style
    if (dash === undefined) return { marks, rest: withoutAnchor(text.slice(column)), column };
  }
}

const withoutAnchor = (rest: string): string => rest.replace(/^&\S+[ ]*/, '');
const unquoted = (key: string): string => key.replace(/^["']|["']$/g, '');

/** The keys of the lines above that a line stands in, and its own. */
function pathAbove(marks: readonly Mark[], column: number, lines: readonly string[]): string[] {
  const path: string[] = [];
  // of a line that holds no mark yet, its column says what it stands in
  let inner: Mark = marks[0] ?? { column, key: '' };
  for (let i = lines.length - 1; i >= 0 && inner.column >= 0; i--) {
    if (/^\s*(#|$)/.test(lines[i])) continue;
    for (const mark of [...readLine(lines[i].trimEnd()).marks].reverse()) {
      // a list may stand at the column of its key
      const isAround =
        mark.column < inner.column ||
        (mark.column === inner.column && inner.key === undefined && mark.key !== undefined);
      if (!isAround) continue;
      path.unshift(mark.key ?? '*');
      inner = mark;
    }
    if (inner.column === 0 && inner.key !== undefined) break;
  }
  return [...path, ...marks.map(({ key }) => key ?? '*')];
}

/** What is open in braces and brackets; its last part is the word itself. */
function readFlow(text: string): {
  readonly path: readonly string[];
  readonly word: string;
  readonly is: Cursor['is'];
} {
  const open: { readonly isMap: boolean; key: string | undefined }[] = [];
  let word = '';
  let quote = '';
  for (const sign of text) {
    const inside = open[open.length - 1];
    if (quote !== '') {
      if (sign === quote) quote = '';
      word += sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word += sign;
    } else if (sign === '{' || sign === '[') {
      open.push({ isMap: sign === '{', key: undefined });
      word = '';
    } else if (sign === '}' || sign === ']') {
      open.pop();
      word = '';
    } else if (sign === ',' && inside) {
      inside.key = undefined;
      word = '';
    } else if (sign === ':' && inside) {
      inside.key = unquoted(word.trim());
      word = '';
    } else {
      word += sign;
    }
  }
  const path = open.flatMap(({ isMap, key }) => [...(isMap ? [] : ['*']), ...(key === undefined ? [] : [key])]);
  const inside = open[open.length - 1];
  const is = inside === undefined ? 'either' : inside.key !== undefined ? 'value' : inside.isMap ? 'key' : 'either';
  return { path: inside === undefined ? [] : [...path, word.trimStart()], word: word.trimStart(), is };
}
