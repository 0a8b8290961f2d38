import { sections } from '../core/pipeline/sections.js';
import { parsePipeline } from '../node/load-pipeline.js';
import { builtIn } from '../node/plugins.js';

/** A stage by the name that a file gives it, whether or not there is such a stage. */
export interface NamedStage {
  readonly section: string;
  readonly position: number;
  readonly name: string;
}

/** The stages that a pipeline file names, and those that it extends; none where they cannot be read. Runs no plug-in. */
export async function namedStages(file: string): Promise<NamedStage[]> {
  const content = await parsePipeline(file).then(
    ({ changed }) => changed(builtIn.registry).content,
    () => undefined,
  );
  return sections.flatMap((section) =>
    (content?.[section] ?? []).map((item, position) => {
      const [name] = typeof item === 'string' ? [item] : Object.keys(item ?? {});
      return { section, position, name: name ?? '' };
    }),
  );
}
