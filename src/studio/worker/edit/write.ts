/** Values and stages as one line of YAML: in flow form, which may stand anywhere. */
import { isAlias, isMap, isScalar, isSeq, parse, parseDocument } from 'yaml';
import { Refusal } from './refusal.js';

/**
 * A value as it was typed, in one line, its numbers as they were written.
 *
 * @throws Refusal when it is no value
 */
export function oneLine(text: string): string {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (text.trim() === '' || document.errors.length > 0) throw new Refusal(`"${text}" is not a YAML value`);
  return flowText(document.contents);
}

/**
 * A stage with what it must be told, and no more.
 *
 * @param example the stage with its options, as a list item of a file
 */
export function minimalForm(example: string, required: readonly string[]): string {
  const item: unknown = parseDocument(example, { prettyErrors: false }).contents;
  if (!isMap(item)) return flowText(item);
  const [{ key, value }] = item.items;
  if (isMap(value)) value.items = value.items.filter((pair) => required.includes(String(pair.key)));
  const isEmpty = isMap(value) && value.items.length === 0;
  return isEmpty ? flowText(key) : `${flowText(key)}: ${flowText(value)}`;
}

/** A node in flow form; comments are left out. */
export function flowText(node: unknown): string {
  if (isMap(node)) return `{ ${node.items.map(({ key, value }) => pairText(key, value)).join(', ')} }`;
  if (isSeq(node)) return `[${node.items.map(itemText).join(', ')}]`;
  if (isScalar(node)) return typeof node.value === 'string' ? stringText(node.value) : (node.source ?? 'null');
  if (isAlias(node)) throw new Refusal(`*${node.source} cannot be used here; write out what it stands for`);
  return 'null';
}

const pairText = (key: unknown, value: unknown): string => `${flowText(key)}: ${flowText(value)}`;

/** A map of one pair needs no braces in a list: `[dense: { units: 50 }, relu]`. */
const itemText = (node: unknown): string =>
  isMap(node) && node.items.length === 1 ? pairText(node.items[0].key, node.items[0].value) : flowText(node);

/** Words without signs of YAML's need no quotes, unless they would be a number, `true` or nothing. */
const stringText = (text: string): string =>
  /^[\p{L}_./][\p{L}\d_./-]*( [\p{L}\d_./-]+)*$/u.test(text) && parse(text) === text ? text : JSON.stringify(text);
