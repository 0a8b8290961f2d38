/** Finds a stage of a pipeline file by its place: `network.0`, and `network.1.0` inside another one. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { StageInfo } from '../protocol.js';
import { Refusal } from './refusal.js';

/** The stages by their names, former ones too. */
export type Catalogue = ReadonlyMap<string, StageInfo>;

export const byName = (stages: readonly StageInfo[]): Catalogue =>
  new Map(stages.flatMap((stage) => [stage.name, stage.formerly ?? stage.name].map((name) => [name, stage] as const)));

/** A stage in the text, and the list it stands in. */
export interface Found {
  readonly list: YAMLSeq;
  readonly index: number;
  readonly item: Node;
}

/** @throws Refusal when it is not YAML. */
export function parsed(text: string): Document {
  const document = parseDocument(text, { keepSourceTokens: true, prettyErrors: false, logLevel: 'silent' });
  const [problem] = document.errors;
  if (problem !== undefined) throw new Refusal('the file is not YAML; correct its text first');
  return document;
}

/**
 * @param isToBeRead whether aliases are followed: what stands behind one can be read there, but not changed
 * @throws Refusal when there is no such stage, or it is written at another place
 */
export function findStage(document: Document, place: string, catalogue: Catalogue, isToBeRead = false): Found {
  const [section, ...positions] = place.split('.');
  const meant = (node: unknown, what: string): unknown => {
    if (!isAlias(node)) return node;
    if (!isToBeRead) throw new Refusal(`${what} is *${node.source}: it is written at &${node.source}, change it there`);
    return node.resolve(document);
  };
  let lists: readonly unknown[] = [meant(isMap(document.contents) && document.get(section, true), `${section}:`)];
  let found: Found | undefined;
  for (const [i, position] of positions.entries()) {
    const above = [section, ...positions.slice(0, i)].join('.');
    if (found !== undefined) lists = heldBy(meant(found.item, above), catalogue).map((list) => meant(list, above));
    found = itemIn(lists, Number(position));
    if (found === undefined) throw new Refusal(`there is no stage at ${above}.${position}`);
  }
  if (found === undefined) throw new Refusal(`${place} is no stage`);
  return found;
}

/** Places count on from list to list. */
function itemIn(lists: readonly unknown[], position: number): Found | undefined {
  let before = 0;
  for (const list of lists) {
    if (!isSeq<Node>(list)) continue;
    const index = position - before;
    const item = list.items[index];
    if (item !== undefined) return { list, index, item };
    before += list.items.length;
  }
  return undefined;
}

/** The lists of stages in a stage. */
function heldBy(item: unknown, catalogue: Catalogue): readonly unknown[] {
  const { name, pair } = namedPair(item) ?? {};
  const stage = name && catalogue.get(String(name.value));
  if (!stage || stage.lists.length === 0) return [];
  const value = pair?.value;
  return isMap(value) ? stage.lists.flatMap((list) => value.get(list, true) ?? []) : [value];
}

/** The name of a list item, and the pair that holds its options where there is one. */
export function namedPair(item: unknown): { readonly name: Scalar<unknown>; readonly pair?: Pair } | undefined {
  if (isScalar(item)) return { name: item };
  if (!isMap(item) || item.items.length !== 1) return undefined;
  const [pair] = item.items;
  return isScalar(pair.key) ? { name: pair.key, pair } : undefined;
}

export const keyOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);

export const pairAt = (map: YAMLMap, key: string): Pair | undefined => map.items.find((pair) => keyOf(pair) === key);

export const hasMerge = (map: YAMLMap): boolean => map.items.some((pair) => keyOf(pair) === '<<');

/** @throws Refusal when something is defined in a part of the text that is used outside of it. */
export function requireUnused(document: Document, from: number, to: number): void {
  const isInside = ({ range }: Node): boolean =>
    range !== null && range !== undefined && range[0] >= from && range[0] < to;
  const defined = new Set<string>();
  const used = new Set<string>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        if (!isInside(node)) used.add(node.source);
      } else if ((isScalar(node) || isCollection(node)) && node.anchor !== undefined && isInside(node)) {
        defined.add(node.anchor);
      }
    },
  });
  const [needed] = [...defined].filter((anchor) => used.has(anchor));
  if (needed !== undefined) throw new Refusal(`&${needed} is written here, and *${needed} needs it at another place`);
}
