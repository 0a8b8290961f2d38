import { resolve } from 'node:path';
import { type Catalogue, catalogueWith } from '../node/plugins.js';

/** The built-in stages and those of the files after `--plugin`. */
export const catalogueOf = (plugins: readonly string[]): Promise<Catalogue> =>
  catalogueWith(plugins.map((plugin) => ({ file: resolve(plugin), place: `--plugin ${plugin}` })));
