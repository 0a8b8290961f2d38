/** `--swap relu=sigmoid` and `--set network.0.dense.units=800`: changes to a pipeline file, made before it is checked. */
import { type Document, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type Scalar } from 'yaml';
import { didYouMean, PipelineError } from './errors.js';
import { sections } from './pipeline.js';

/** The changed node, and the words that changed it. */
type Change = [node: Node, words: string];

/**
 * Puts one stage in the place of another wherever it stands; its options stay.
 *
 * @throws PipelineError when the words are not `from=to`, or when no list item is called that.
 */
export function applySwap(document: Document, words: string): Change {
  const place = `--swap ${words}`;
  const [from, to] = splitAtEquals(words, place, 'relu=sigmoid');
  const names = stageNames(document);
  const matching = names.filter(({ value }) => value === from);
  for (const name of matching) name.value = to;
  const [first] = matching;
  if (first === undefined) {
    const known = [...new Set(names.map(({ value }) => String(value)))];
    throw new PipelineError(
      `${place}: the pipeline has no stage "${from}"${didYouMean(from, known)} (it has ${known.join(', ')})`,
    );
  }
  return [first, place];
}

/**
 * Writes a value, itself YAML, at a path of names and positions joined by dots.
 *
 * @throws PipelineError when the words are not `path=value`, or when the path does not lead anywhere.
 */
export function applySet(document: Document, words: string): Change {
  const place = `--set ${words}`;
  const [pathText, valueText] = splitAtEquals(words, place, 'network.0.dense.units=800');
  const value = parseDocument(valueText);
  if (value.errors.length > 0 || value.contents === null) {
    throw new PipelineError(`${place}: "${valueText}" is not a YAML value; put text with special signs in quotes`);
  }
  const path = pathText.split('.');
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((node, segment, i) => step(document, node, segment, path.slice(0, i), place), document.contents);
  setChild(parent, path[path.length - 1], value.contents, path.slice(0, -1), place);
  return [value.contents, place];
}

function splitAtEquals(words: string, place: string, example: string): [string, string] {
  const equals = words.indexOf('=');
  if (equals < 1 || equals === words.length - 1) {
    throw new PipelineError(`${place}: expected two words joined by "=", as in ${example}`);
  }
  return [words.slice(0, equals), words.slice(equals + 1)];
}

/** The scalar that holds the name of each list item: the item itself, or the key of its only pair. */
function stageNames(document: Document): Scalar[] {
  return sections.flatMap((section) => {
    const list = document.get(section);
    if (!isSeq(list)) return [];
    return list.items.flatMap((item) => {
      const name = isMap(item) ? item.items[0]?.key : item;
      return isScalar(name) ? [name] : [];
    });
  });
}

/** One segment down. A stage that stands there by its name alone grows a place for options. */
function step(document: Document, node: unknown, segment: string, above: readonly string[], place: string): unknown {
  if (isSeq(node)) {
    const position = positionIn(node.items.length, segment, above, place);
    const item = node.items[position];
    if (isScalar(item)) {
      const grown = document.createNode({ [String(item.value)]: {} });
      grown.range = item.range ?? null;
      node.items[position] = grown;
      return grown;
    }
    return item;
  }
  if (!isMap(node)) throw new PipelineError(`${place}: ${above.join('.')} has nothing inside it`);
  const keys = node.items.map(({ key }) => String(isScalar(key) ? key.value : key));
  const pair: Pair | undefined = node.items[keys.indexOf(segment)];
  if (pair === undefined) {
    const where = above.length === 0 ? 'the pipeline' : above.join('.');
    throw new PipelineError(
      `${place}: ${where} has no "${segment}"${didYouMean(segment, keys)} (it has ${keys.join(', ')})`,
    );
  }
  if (pair.value === null || (isScalar(pair.value) && pair.value.value === null)) pair.value = document.createNode({});
  return pair.value;
}

function setChild(parent: unknown, segment: string, value: Node, above: readonly string[], place: string): void {
  if (isSeq(parent)) parent.items[positionIn(parent.items.length, segment, above, place)] = value;
  else if (isMap(parent)) parent.set(segment, value);
  else throw new PipelineError(`${place}: ${above.join('.')} has nothing inside it`);
}

function positionIn(length: number, segment: string, above: readonly string[], place: string): number {
  const position = Number(segment);
  if (!Number.isInteger(position) || position < 0 || position >= length) {
    throw new PipelineError(
      `${place}: ${above.join('.')} is a list of ${length}; expected a position from 0 to ${length - 1}, found "${segment}"`,
    );
  }
  return position;
}
