import { pipelineJsonSchema } from '../../core/pipeline-file/json-schema.js';
import { command } from '../command.js';
import { withPlugins } from '../pipeline-options.js';
import { catalogueOf } from '../plugins.js';

export const schema = command({
  command: 'schema',
  describe: 'JSON Schema of pipeline files, for editors',
  builder: withPlugins,
  async handler({ plugin }) {
    const { registry } = await catalogueOf(plugin);
    process.stdout.write(`${JSON.stringify(pipelineJsonSchema(registry), null, 2)}\n`);
  },
});
