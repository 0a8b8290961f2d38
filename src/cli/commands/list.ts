import { families } from '../../core/contract.js';
import { command } from '../command.js';
import { withPlugins } from '../pipeline-options.js';
import { catalogueOf } from '../plugins.js';
import { styled } from '../text/style.js';
import { formatTable } from '../text/table.js';

export const list = command({
  command: 'list',
  describe: 'All stages, by family',
  builder: withPlugins,
  async handler({ plugin }) {
    const { registry } = await catalogueOf(plugin);
    const definitions = [...registry.values()].map(({ definition }) => definition);
    const rows = families.flatMap((family) => [
      [styled('bold', family.charAt(0).toUpperCase() + family.slice(1))],
      ...definitions
        .filter((definition) => definition.family === family)
        .map(({ name, from, to, summary }) => [`  ${name}`, `${from} -> ${to}`, summary]),
    ]);
    process.stdout.write(formatTable(rows));
  },
});
