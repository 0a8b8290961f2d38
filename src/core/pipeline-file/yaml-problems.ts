/** Where a problem stands in YAML, and what is wrong there, in plain words. */
import { type Document, isMap, isPair, isScalar, isSeq, type Node, type Pair, visit, type YAMLError } from 'yaml';
import { PipelineError } from '../errors.js';
import type { Path } from './file-schema.js';

/** The nodes on the way to a path, as far as the document goes, and the pair that holds the last of them. */
export function nearestNode(document: Document, path: Path): { nodes: readonly Node[]; pair: Pair | undefined } {
  const nodes: Node[] = [];
  let pair: Pair | undefined;
  let current: unknown = document.contents;
  for (const segment of [undefined, ...path]) {
    if (segment !== undefined) {
      if (isMap(current)) {
        pair = current.items.find(({ key }) => String((isScalar(key) ? key.value : key) ?? '') === String(segment));
        current = pair?.value ?? pair?.key;
      } else {
        pair = undefined;
        current = isSeq(current) ? current.items[Number(segment)] : undefined;
      }
    }
    if (typeof current !== 'object' || current === null) break;
    nodes.push(current as Node);
  }
  return { nodes, pair };
}

/** @throws PipelineError for what is right YAML and wrong to read: an alias without an anchor, a bomb of aliases. */
export function toPlain(document: Document, placeOf: (nodes: readonly Node[]) => string): unknown {
  let firstAlias: string | undefined;
  visit(document, {
    Alias(_, alias, ancestors) {
      const around = ancestors.filter((ancestor) => !isPair(ancestor)) as Node[];
      const place = placeOf([...around, alias]);
      const meant = alias.resolve(document);
      if (meant === undefined) {
        throw new PipelineError(`${place}: there is no "&${alias.source}" before this "*${alias.source}"`);
      }
      if (around.includes(meant)) {
        throw new PipelineError(`${place}: "*${alias.source}" stands inside what it repeats`);
      }
      firstAlias ??= place;
    },
  });
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (firstAlias === undefined) throw error;
    throw new PipelineError(`${firstAlias}: aliases (*) repeat more than 100 values; write them out`, {
      cause: error,
    });
  }
}

/** Where a problem stands; of a quote that nothing ends, where it begins. */
export function offsetOf({ message, pos }: YAMLError, document: Document): number {
  let offset = pos[0];
  if (!/^Missing closing .quote$/.test(message)) return offset;
  visit(document, {
    Scalar(_, { range }) {
      if (range && range[0] < pos[0] && range[1] >= pos[0]) offset = range[0];
    },
  });
  return offset;
}

/** The YAML reader's words, but plain ones for what beginners meet. */
export function yamlProblem({ code, message, pos }: YAMLError, text: string): string {
  switch (code) {
    case 'DUPLICATE_KEY': {
      const key = /^[^\s:,{}]*/.exec(text.slice(pos[0]))?.[0];
      return `the key "${key}" is already there; each may stand once, and a list item begins with "- "`;
    }
    case 'TAB_AS_INDENT':
      return 'found a tab in the indentation, expected spaces';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here, expected one pipeline a file';
    case 'MISSING_CHAR': {
      const quote = /^Missing closing (["'])quote$/.exec(message)?.[1];
      return quote === undefined ? `not YAML: ${message}` : `a quote begins here, and no ${quote} ends it`;
    }
    case 'BAD_INDENT':
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      if (message.startsWith('Flow')) return `expected ${message.slice(-1)} before here, to close what was opened`;
      if (message.startsWith('Nested')) return 'found two ": " in one line; put text that holds one in quotes';
      return `this line does not fit those around it; check its indentation, and the space after "-" and ":" (${message})`;
    default:
      return `not YAML: ${message}`;
  }
}
