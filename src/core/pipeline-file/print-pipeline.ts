import { Document, isMap, isSeq, visit } from 'yaml';
import { type Rebase, rebased } from '../file-path.js';
import type { PipelineDefinition } from '../pipeline/pipeline.js';
import { type Section, sections } from '../pipeline/sections.js';
import type { FileContent } from './file-schema.js';
import { withoutVariables } from './variables.js';

/** A file's content with every default written out, one stage a line, and its paths as they are read from any folder. */
export function printPipeline(content: FileContent, definition: PipelineDefinition, rebase: Rebase): string {
  const items = (section: Section) =>
    definition[section]?.map(({ definition: { name, options: declared }, options }) =>
      Object.keys(options).length === 0 ? name : { [name]: rebased(declared, options, rebase) },
    );
  const document = new Document({
    ...content,
    ...(content.initialWeights && { initialWeights: weightsFrom(content.initialWeights, rebase) }),
    ...Object.fromEntries(sections.map((section) => [section, items(section)])),
  });
  for (const section of sections) {
    const list = document.get(section);
    if (!isSeq(list)) continue;
    for (const item of list.items) {
      if (isMap(item) && isMap(item.items[0]?.value)) item.items[0].value.flow = true;
    }
  }
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string') node.value = withoutVariables(node.value);
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** `initialWeights:` with its path as it is read from elsewhere. */
export const weightsFrom = (
  given: NonNullable<FileContent['initialWeights']>,
  rebase: Rebase,
): FileContent['initialWeights'] =>
  typeof given === 'string' ? rebase(given, []) : { ...given, file: rebase(given.file, ['file']) };
