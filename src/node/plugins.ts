/** Plug-ins: TypeScript or JavaScript files whose exported stages join the built-in ones. */
import { dirname, resolve } from 'node:path';
import { builtInStages } from '../built-in-stages.js';
import { messageOf, PipelineError } from '../core/errors.js';
import { joinRegistries, type Registry, registryOf } from '../core/pipeline/registry.js';
import type { ParsedPipelineFile } from '../core/pipeline-file/pipeline-file.js';
import { faultPlace } from '../core/stage-fault.js';
import { NotAFileError, requireRegularFile } from './regular-file.js';
import { codeOf, reasonOf } from './system-error.js';

/** The stages that a pipeline file may name, and the files that those of plug-ins come from. */
export interface Catalogue {
  readonly registry: Registry;
  /** By stage name; a built-in stage is not in it. */
  readonly pluginFiles: ReadonlyMap<string, string>;
}

export const builtIn: Catalogue = { registry: builtInStages, pluginFiles: new Map() };

/** A plug-in as a file or an option names it: the file, and the words that begin an error about it. */
export interface PluginReference {
  readonly file: string;
  readonly place: string;
}

/** The plug-ins that a pipeline file names, each seen from the folder of the file that does so, and each once. */
export function pluginsOf({ plugins = [], locate, fileOf }: ParsedPipelineFile): PluginReference[] {
  const references = plugins.map((plugin, position) => ({
    file: resolve(dirname(fileOf(['plugins', position])), plugin),
    place: `${locate(['plugins', position])}: ${plugin}`,
  }));
  return references.filter(({ file }, i) => references.findIndex((other) => other.file === file) === i);
}

/**
 * The built-in stages and those of the plug-ins.
 *
 * @throws PipelineError when a plug-in is missing, does not load, exports no stage, or takes a name that is taken.
 */
export async function catalogueWith(plugins: readonly PluginReference[]): Promise<Catalogue> {
  let catalogue = builtIn;
  for (const { file, place } of plugins) {
    try {
      catalogue = await addPlugin(catalogue, file);
    } catch (error) {
      throw new PipelineError(`${place}: ${messageOf(error)}`, { cause: error });
    }
  }
  return catalogue;
}

/** Adds the stages of one file. */
export async function addPlugin({ registry, pluginFiles }: Catalogue, file: string): Promise<Catalogue> {
  try {
    await requireRegularFile(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new PipelineError(`there is no file ${file}`, { cause: error });
    const problem = error instanceof NotAFileError ? `this is ${error.found}` : `cannot be read: ${reasonOf(error)}`;
    throw new PipelineError(`${problem}, expected a TypeScript or JavaScript file`, { cause: error });
  }
  const added = registryOf(await importTypeScript(file));
  if (added.size === 0) throw new PipelineError('it exports no stage, such as activation({ ... }) makes');
  return {
    registry: joinRegistries(registry, added),
    pluginFiles: new Map([...pluginFiles, ...[...added.keys()].map((name): [string, string] => [name, file])]),
  };
}

/**
 * Packages by names that the bundler does not see: it would put all of them, zod in 64 languages, where every command
 * loads it.
 */
const whole: Readonly<Record<'rxjs' | 'zod', string>> = { rxjs: 'rxjs', zod: 'zod' };

/**
 * Imports a TypeScript file as it is. What it imports from 'marblenet' is this very program's portable part, which has all
 * that a stage needs, and 'rxjs' and 'zod' are the packages that this program depends on, so that a plug-in needs nothing
 * installed beside it.
 */
async function importTypeScript(file: string): Promise<Record<string, unknown>> {
  const { createJiti } = await import('jiti'); // only where there is a plug-in: it takes a while to load
  const [marblenet, rxjs, zod] = await Promise.all([import('../portable.js'), import(whole.rxjs), import(whole.zod)]);
  const jiti = createJiti(import.meta.url, { fsCache: false, virtualModules: { marblenet, rxjs, zod } });
  try {
    return await jiti.import(file);
  } catch (error) {
    const [reason] = messageOf(error).split('\nRequire stack:');
    throw new PipelineError(`${reason}${faultPlace(error)}`, { cause: error });
  }
}
