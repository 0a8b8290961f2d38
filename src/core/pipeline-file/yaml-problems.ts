/** Where a problem stands in YAML, and what is wrong there, in plain words. */
import { type Document, isMap, isScalar, isSeq, type Node, type Pair, visit, type YAMLError } from 'yaml';
import type { Path } from './file-schema.js';

/** The nodes on the way to a path, as far as the document goes, and the pair that holds the last of them. */
export function nearestNode(document: Document, path: Path): { nodes: readonly Node[]; pair: Pair | undefined } {
  const nodes: Node[] = [];
  let pair: Pair | undefined;
  let current: unknown = document.contents;
  for (const segment of [undefined, ...path]) {
    if (segment !== undefined) {
      if (isMap(current)) {
        pair = current.items.find((candidate) => keyOf(candidate) === String(segment));
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

/** A key as text, whatever it is. */
export const keyOf = ({ key }: Pair): string => String((isScalar(key) ? key.value : key) ?? '');

/** The first key that stands twice in one map; in time that grows with the document, not with its square. */
export function repeatedKey(document: Document): Node | undefined {
  let repeated: Node | undefined;
  visit(document, {
    Map(_, map) {
      const known = new Set<string>();
      for (const pair of map.items) {
        const key = keyOf(pair);
        if (known.has(key)) {
          repeated = pair.key as Node;
          return visit.BREAK;
        }
        known.add(key);
      }
      return undefined;
    },
  });
  return repeated;
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
export function yamlProblem({ code, message }: YAMLError): string {
  switch (code) {
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
      if (message.startsWith('Maximum call stack')) return 'too many lists and maps stand inside one another here';
      return `not YAML: ${message}`;
  }
}
