/**
 * YAML's ways to say something once: `&name` and `*name`, and `<<: *name` for the pairs of another map. They are written
 * out before anything else looks at a file, so that everything stands where it counts, and can be changed there alone.
 */
import { type Document, isAlias, isCollection, isMap, isPair, isScalar, type Node, Pair, type YAMLMap } from 'yaml';
import { PipelineError } from '../errors.js';
import { keyOf } from './yaml-problems.js';

/** More repeated values than any pipeline has, and few enough to be made in a blink: a bomb of aliases stops here. */
const MOST_REPEATED = 10_000;

/**
 * Writes all aliases and merge keys of a document out, in place. It takes time in proportion to the document.
 *
 * @throws PipelineError, with its place, for an alias without an anchor or inside what it repeats, and for too many.
 */
export function expandAliases(document: Document, placeOf: (node: Node) => string): void {
  const anchors = new Map<string, Node>();
  const open = new Set<Node>();
  let repeated = 0;

  const meantBy = (alias: Node & { readonly source: string }): Node => {
    const meant = anchors.get(alias.source);
    const place = placeOf(alias);
    if (meant === undefined) {
      throw new PipelineError(`${place}: there is no "&${alias.source}" before this "*${alias.source}"`);
    }
    if (open.has(meant)) throw new PipelineError(`${place}: "*${alias.source}" stands inside what it repeats`);
    repeated += sizeOf(meant);
    if (repeated > MOST_REPEATED) {
      throw new PipelineError(`${place}: aliases (*) repeat more than ${MOST_REPEATED} values; write them out`);
    }
    return meant.clone() as Node;
  };

  const expanded = (node: unknown): unknown => {
    if (isAlias(node)) return meantBy(node);
    if (!isScalar(node) && !isCollection(node)) return node;
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isScalar(node)) return node;
    open.add(node);
    for (const [i, item] of node.items.entries()) {
      if (isPair(item)) {
        item.key = expanded(item.key);
        item.value = expanded(item.value);
      } else {
        node.items[i] = expanded(item);
      }
    }
    if (isMap(node)) mergeInto(node, placeOf);
    open.delete(node);
    return node;
  };
  document.contents = expanded(document.contents) as Node | null;
}

const isMerge = ({ key }: Pair): boolean => isScalar(key) && key.value === '<<' && key.type === 'PLAIN';

/** Puts the pairs of merged maps in the place of `<<`. A map's own pairs count, and of several maps the first. */
function mergeInto(map: YAMLMap, placeOf: (node: Node) => string): void {
  if (!map.items.some(isMerge)) return;
  const known = new Set(map.items.filter((pair) => !isMerge(pair)).map(keyOf));
  map.items = map.items.flatMap((pair) => {
    if (!isMerge(pair)) return [pair];
    const merged = isCollection(pair.value) && !isMap(pair.value) ? pair.value.items : [pair.value];
    return merged.flatMap((source) => {
      if (!isMap(source)) {
        throw new PipelineError(`${placeOf(pair.key as Node)}: "<<" takes the pairs of a map, as "<<: *name"`);
      }
      const added = source.items.filter((one) => !known.has(keyOf(one)));
      for (const one of added) known.add(keyOf(one));
      return added.map(({ key, value }) => new Pair(key, value));
    });
  });
}

function sizeOf(node: unknown): number {
  if (isPair(node)) return sizeOf(node.key) + sizeOf(node.value);
  return isCollection(node) ? node.items.reduce<number>((sum, item) => sum + sizeOf(item), 1) : 1;
}
