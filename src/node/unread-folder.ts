import type { LoadedPipeline } from './load-pipeline.js';

/**
 * What is said of a data folder that is given to a pipeline whose source does not look into it; undefined where it does.
 * A source of a plug-in may ask for published files without having said so, so nothing is known of it.
 */
export function unreadFolder(
  { definition, catalogue, locate }: LoadedPipeline,
  dataFolder: string | undefined,
): string | undefined {
  const [{ definition: source }] = definition.data;
  if (dataFolder === undefined || source.readsDataFolder || catalogue.pluginFiles.has(source.name)) return undefined;
  return `${locate('data', 0)}: the data are of ${source.name}, which reads nothing from the data folder ${dataFolder} (--data)`;
}
