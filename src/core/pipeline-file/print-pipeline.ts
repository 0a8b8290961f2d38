import { Document, isMap, isSeq, visit } from 'yaml';
import type { AnyStage } from '../contract.js';
import { type Rebase, rebased } from '../file-path.js';
import type { PipelineDefinition } from '../pipeline/pipeline.js';
import { type Section, sections } from '../pipeline/sections.js';
import { listsIn, mapStages, optionsAsList } from '../stage-list.js';
import type { FileContent } from './file-schema.js';
import { withoutVariables } from './variables.js';

/** A file's content with every default written out, one stage a line, and its paths as they are read from any folder. */
export function printPipeline(content: FileContent, definition: PipelineDefinition, rebase: Rebase): string {
  const itemOf = ({ definition, options }: AnyStage): unknown => {
    const { name, options: declared } = definition;
    if (Object.keys(options).length === 0) return name;
    const printed = mapStages(definition, rebased(declared, options, rebase), (stage) => itemOf(stage as AnyStage));
    return { [name]: optionsAsList(definition, printed) };
  };
  const items = (section: Section) => definition[section]?.map(itemOf);
  const document = new Document({
    ...content,
    ...(content.initialWeights && { initialWeights: weightsFrom(content.initialWeights, rebase) }),
    ...Object.fromEntries(sections.map((section) => [section, items(section)])),
  });
  for (const section of sections) inLines(document.get(section), definition[section] ?? []);
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string') node.value = withoutVariables(node.value);
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** One stage a line, with its options on it, wherever the list of stages stands; a block's lists have lines of their own. */
function inLines(list: unknown, stages: readonly AnyStage[]): void {
  if (!isSeq(list)) return;
  for (const [i, item] of list.items.entries()) {
    const options = isMap(item) ? item.items[0]?.value : undefined;
    const held = listsIn(stages[i]);
    if (isSeq(options)) inLines(options, held[0][1]);
    else if (isMap(options)) {
      options.flow = held.length === 0;
      for (const [name, inside] of held) inLines(options.get(name), inside);
    }
  }
}

/** `initialWeights:` with its path as it is read from elsewhere. */
export const weightsFrom = (
  given: NonNullable<FileContent['initialWeights']>,
  rebase: Rebase,
): FileContent['initialWeights'] =>
  typeof given === 'string' ? rebase(given, []) : { ...given, file: rebase(given.file, ['file']) };
