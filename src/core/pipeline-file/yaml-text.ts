/** The text of a pipeline file as YAML, with a place for whatever is wrong with it. */
import { type Document, isMap, LineCounter } from 'yaml';
import { PipelineError } from '../errors.js';
import { shortened } from '../printable.js';
import { describeValue } from '../wrong-value.js';
import { expandAliases } from './expand-aliases.js';
import { parseYaml } from './variables.js';
import { offsetOf, repeatedKey, yamlProblem } from './yaml-problems.js';

/** A text that is a map, each of its keys there once, without aliases. */
export interface YamlText {
  readonly path: string;
  readonly document: Document;
  /** `FILE:LINE:COLUMN` of the sign at an offset of the text. */
  readonly at: (offset: number) => string;
}

/** @throws PipelineError that begins `FILE:LINE:COLUMN:`. */
export function readYaml(text: string, path: string): YamlText {
  const lines = new LineCounter();
  // Repeated keys are looked for below: the reader compares each with each.
  const document = parseYaml(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error', uniqueKeys: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  };
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    throw new PipelineError(`${at(offsetOf(problem, document))}: ${yamlProblem(problem)}`);
  }
  const twice = repeatedKey(document);
  if (twice !== undefined) {
    const key = shortened(text.slice(twice.range?.[0], twice.range?.[1]));
    throw new PipelineError(
      `${at(twice.range?.[0] ?? 0)}: the key "${key}" is already there; each may stand once, and a list item begins with "- "`,
    );
  }
  expandAliases(document, (node) => at(node.range?.[0] ?? 0));
  if (!isMap(document.contents)) {
    const found = document.contents === null ? 'an empty file' : describeValue(document.contents.toJSON());
    throw new PipelineError(
      `${path}:1:1: expected a pipeline, with data:, network: and train:, found ${found}; ` +
        '"pipeline new NAME" writes one to begin with',
    );
  }
  return { path, document, at };
}
