import type { Family } from '../../core/contract.js';
import { command } from '../command.js';
import { withPlugins } from '../pipeline-options.js';
import { catalogueOf } from '../plugins.js';
import { formatTable } from '../table.js';

/** The families, in the order in which data meets them. */
const headings: readonly (readonly [Family, string])[] = [
  ['sources', 'Sources'],
  ['data', 'Data'],
  ['batches', 'Batches'],
  ['layers', 'Layers'],
  ['activations', 'Activations'],
  ['forward', 'Forward'],
  ['losses', 'Losses'],
  ['gradients', 'Gradients'],
  ['optimizers', 'Optimizers'],
  ['metrics', 'Metrics'],
];

export const list = command({
  command: 'list',
  describe: 'All stages, by family',
  builder: withPlugins,
  async handler({ plugin }) {
    const { registry } = await catalogueOf(plugin);
    const definitions = [...registry.values()].map(({ definition }) => definition);
    const rows = headings.flatMap(([family, heading]) => [
      [heading],
      ...definitions
        .filter((definition) => definition.family === family)
        .map(({ name, from, to, summary }) => [`  ${name}`, `${from} -> ${to}`, summary]),
    ]);
    process.stdout.write(formatTable(rows));
  },
});
