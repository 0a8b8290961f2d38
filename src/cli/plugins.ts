import { resolve } from 'node:path';
import { messageOf, PipelineError } from '../core/errors.js';
import { addPlugin, builtIn, type Catalogue } from '../node/plugins.js';

/** The built-in stages and those of the files after `--plugin`. */
export async function catalogueWith(plugins: readonly string[]): Promise<Catalogue> {
  let catalogue = builtIn;
  for (const plugin of plugins) {
    try {
      catalogue = await addPlugin(catalogue, resolve(plugin));
    } catch (error) {
      throw new PipelineError(`--plugin ${plugin}: ${messageOf(error)}`, { cause: error });
    }
  }
  return catalogue;
}
