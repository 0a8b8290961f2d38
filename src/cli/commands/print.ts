import { outlineLoaded } from '../../node/environment.js';
import { loadPipeline } from '../../node/load-pipeline.js';
import { command } from '../command.js';
import { withPipelineFile } from '../pipeline-options.js';

export const print = command({
  command: 'print <file>',
  describe: 'The file as it will run: changes applied, every default written out',
  builder: withPipelineFile,
  async handler({ file, set, swap, plugins }) {
    const loaded = await loadPipeline(file, { set, swap, plugins });
    outlineLoaded(loaded); // what is printed also runs
    process.stdout.write(loaded.resolved);
  },
});
