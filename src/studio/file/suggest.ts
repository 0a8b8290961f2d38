/** What may be written at a place of a pipeline file, and what a word that stands there means. */
import type { en } from '../texts/en.js';
import type { StageInfo } from '../worker/protocol.js';
import { type Cursor, cursorAt } from './cursor.js';
import { rangeOf, type Schema, schemasAt } from './schema.js';

/** A word that fits. */
export interface Suggestion {
  readonly label: string;
  /** What is written, where that is more than the word. */
  readonly apply: string;
  readonly kind: 'stage' | 'key' | 'value';
  /** A word beside it: the family of a stage, what values an option takes. */
  readonly detail: string;
  readonly info: string;
}

/** What editors of pipeline files know of the language. */
export interface Language {
  readonly schema: Schema;
  readonly stages: readonly StageInfo[];
  readonly words: Words;
}

/** What stands beside the words of a file, in the language of the page. */
interface Words extends Pick<typeof en, 'families' | 'ranges'> {
  /** What the library says, by its English. */
  readonly said: (english: string) => string;
}

export interface Suggestions {
  readonly from: number;
  readonly options: readonly Suggestion[];
}

/** @returns undefined where nothing fits. */
export function suggest(text: string, offset: number, language: Language): Suggestions | undefined {
  const cursor = cursorAt(text, offset);
  if (cursor === undefined) return undefined;
  const { schema, words } = language;
  const schemas = schemasAt(schema, cursor.path);
  const stages = stagesAt(cursor, language);
  const options = [
    ...stages.map((stage) => suggestionOf(stage, words)),
    ...(cursor.is === 'value' || stages.length > 0 ? [] : schemas.flatMap((schema) => keysOf(schema, words))),
    ...(cursor.is === 'key' || stages.length > 0 ? [] : schemas.flatMap((schema) => valuesOf(schema, words))),
  ];
  const unique = [...new Map(options.map((option) => [option.label, option])).values()];
  return unique.length === 0 ? undefined : { from: cursor.from, options: unique };
}

/** The stages that may stand at a place: it is an item of a list of them. */
function stagesAt({ path }: Pick<Cursor, 'path'>, { schema, stages }: Language): readonly StageInfo[] {
  if (path.at(-1) !== '*') return [];
  const names = new Set(schemasAt(schema, path).flatMap(({ properties = {} }) => Object.keys(properties)));
  const fitting = stages.filter(({ name }) => names.has(name));
  return fitting.length === names.size || fitting.length > 3 ? fitting : [];
}

const suggestionOf = ({ name, minimal, family, summary }: StageInfo, { families, said }: Words): Suggestion => ({
  label: name,
  apply: minimal,
  kind: 'stage',
  detail: families[family],
  info: said(summary),
});

const keysOf = ({ properties = {} }: Schema, words: Words): Suggestion[] =>
  Object.entries(properties)
    .filter(([, { deprecated }]) => deprecated !== true)
    .map(([label, schema]) => ({
      label,
      apply: `${label}: `,
      kind: 'key',
      detail: detailOf(schema, words),
      info: words.said(schema.description ?? ''),
    }));

const valuesOf = ({ type, const: only, enum: choices, description = '' }: Schema, { said }: Words): Suggestion[] => {
  const values = choices ?? (only === undefined ? (type === 'boolean' ? [true, false] : []) : [only]);
  return values.map((value) => ({
    label: String(value),
    apply: String(value),
    kind: 'value',
    detail: '',
    info: said(description),
  }));
};

function detailOf(schema: Schema, { ranges }: Words): string {
  const range = schema.anyOf === undefined ? rangeOf(schema, ranges) : '';
  const given = schema.default === undefined ? '' : ranges.default(plain(schema.default));
  return [range, given].filter((part) => part !== '').join(ranges.semicolon);
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** What a word of a file means. */
export interface Meaning {
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly text: string;
}

/** @returns undefined where there is no word, or nothing is known of it. */
export function meaningAt(text: string, offset: number, language: Language): Meaning | undefined {
  const from = offset - (/[\w$-]*$/.exec(text.slice(0, offset))?.[0].length ?? 0);
  const to = offset + (/^[\w$-]*/.exec(text.slice(offset))?.[0].length ?? 0);
  const word = text.slice(from, to);
  const cursor = word === '' ? undefined : cursorAt(text, to);
  if (cursor === undefined || cursor.word !== word) return undefined;
  const stage = stagesAt(cursor, language).find(({ name, formerly }) => name === word || formerly === word);
  const { words } = language;
  if (stage !== undefined) {
    const { name, family, summary } = stage;
    return { from, to, title: `${name} · ${words.families[family]}`, text: words.said(summary) };
  }
  const path = /^\s*:/.test(text.slice(to)) ? [...cursor.path, word] : cursor.path;
  const name = path.at(-1);
  const [schema] = schemasAt(language.schema, path).filter(({ description }) => description !== undefined);
  if (schema?.description === undefined || name === '*') return undefined;
  return {
    from,
    to,
    title: [name, detailOf(schema, words)].filter(Boolean).join(' · '),
    text: words.said(schema.description),
  };
}
