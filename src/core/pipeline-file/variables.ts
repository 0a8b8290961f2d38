/**
 * `${NAME}` and `${NAME:default}` in the values of a pipeline file: what the environment says, or what stands after the colon.
 * Only the text of one value changes: it becomes another text or number, never a list, a map, a key or a command.
 */
import {
  type Document,
  type DocumentOptions,
  isNode,
  isPair,
  isScalar,
  type Node,
  type ParseOptions,
  parseDocument,
  type Scalar,
  type SchemaOptions,
  visit,
} from 'yaml';
import { PipelineError } from '../errors.js';
import { shortened } from '../printable.js';

/** What `${NAME}` stands for, by name. An empty text is as good as none. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** `$${`, or what begins a variable, up to its end if it has one. */
const WRITTEN = /\$\$\{|\$\{([^}]*)(\}?)/g;
const VARIABLE = /^\s*([A-Za-z_]\w*)\s*(?::(.*))?$/s;

/**
 * Reads YAML whose variables need no quotes, in `{ }` either: the signs of a variable are hidden from the reader, each behind
 * one sign of Unicode's private use, so that all places stay.
 */
export function parseYaml(text: string, options: ParseOptions & DocumentOptions & SchemaOptions): Document {
  if (!text.includes('${')) return parseDocument(text, options);
  const document = parseDocument(text.replace(/\$\{[^{}\r\n]*\}/g, hidden), options);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string') node.value = node.value.replace(HIDDEN, shown);
    },
  });
  return document;
}

const PRIVATE_USE = 0xe000;
const HIDDEN = /\$\ue07b[^\ue07d]*\ue07d/g;

const hidden = (variable: string): string =>
  variable.replace(/[!-#%-~ ]/g, (sign) => String.fromCharCode(PRIVATE_USE + sign.charCodeAt(0)));

const shown = (variable: string): string =>
  variable.replace(/[\ue020-\ue07e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - PRIVATE_USE));

/** Values whose variable is not set and has no default, and what is to be said of each where it is still there at the end. */
export type MissingVariables = Map<Node, string>;

/**
 * Puts variables into all values at and below a node, in place.
 *
 * @returns the values that were left as they are, since a variable is missing: a change may yet take their place.
 * @throws PipelineError, with its place, for a variable in a name, or one that is not written as it should be.
 */
export function substituteVariables(
  root: Node | Document,
  variables: Variables,
  placeOf: (node: Node) => string,
): MissingVariables {
  const missing: MissingVariables = new Map();
  visit(root, {
    Scalar(key, node, above) {
      if (typeof node.value !== 'string' || !node.value.includes('${')) return;
      if (key === 'key' && isPair(above.at(-1))) {
        const name = shortened(node.value);
        throw new PipelineError(`${placeOf(node)}: "${name}" is a name, and variables stand for values alone`);
      }
      const { text, absent } = substituted(node.value, variables, () => placeOf(node));
      if (absent === undefined) write(node, text);
      else missing.set(node, absent);
    },
  });
  return missing;
}

/** @throws PipelineError for the first value, at or below a node, that waits for a variable. */
export function requireVariables(
  root: Node | Document,
  missing: MissingVariables,
  placeOf: (nodes: readonly Node[]) => string,
): void {
  if (missing.size === 0) return;
  visit(root, {
    Scalar(_, node, above) {
      const name = missing.get(node);
      if (name === undefined) return;
      throw new PipelineError(
        `${placeOf([...above.filter(isNode), node])}: the variable ${name} is not set; set it in the environment, or give it a default: \${${name}:...}`,
      );
    },
  });
}

/** Text with its variables replaced, and the first of them that has neither a value nor a default. */
function substituted(
  text: string,
  variables: Variables,
  place: () => string,
): { readonly text: string; readonly absent: string | undefined } {
  let absent: string | undefined;
  const result = text.replace(WRITTEN, (written, inside: string | undefined, end: string | undefined) => {
    if (inside === undefined) return '${';
    const [, name, otherwise] = VARIABLE.exec(inside) ?? [];
    if (name === undefined || end === '' || inside.includes('${')) {
      throw new PipelineError(
        `${place()}: expected a variable as \${NAME} or \${NAME:default}, found "${shortened(written)}"; $\${ stands for the signs themselves`,
      );
    }
    if (otherwise !== undefined && /^[-+=?]/.test(otherwise)) {
      throw new PipelineError(
        `${place()}: in "${shortened(written)}", the default begins right after the colon: \${${name}:${shortened(otherwise.slice(1))}}; ` +
          `where it is to begin with "${otherwise[0]}", put a space before it`,
      );
    }
    const value = variables[name];
    if (typeof value === 'string' && value !== '') return value;
    if (otherwise === undefined) absent ??= name;
    return otherwise ?? written;
  });
  return { text: result, absent };
}

/** Text in quotes stays text; plain text becomes what YAML reads there: a number, true, nothing. */
function write(node: Scalar, text: string): void {
  node.value = node.type === 'PLAIN' && node.tag === undefined ? plainValue(text.trim()) : text;
  delete node.source;
}

/** What a plain scalar of this text is. Signs that begin anything else than a plain scalar are text. */
function plainValue(text: string): unknown {
  const { contents, errors } = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const isPlain = errors.length === 0 && isScalar(contents) && contents.type === 'PLAIN' && contents.source === text;
  if (isPlain) return contents.value;
  return text === '' ? null : text;
}

/** Text as it is written in a pipeline file, so that no variable is seen in it. */
export const withoutVariables = (text: string): string => text.replaceAll('${', '$$${');
