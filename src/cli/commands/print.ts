import { outlineLoaded } from '../../node/environment.js';
import { command } from '../command.js';
import { loadGiven } from '../given-file.js';
import { withPipelineFile } from '../pipeline-options.js';

export const print = command({
  command: 'print <file>',
  describe: 'The file as it will run: changes applied, every default written out',
  builder: withPipelineFile,
  async handler({ file, set, swap, plugins }) {
    const loaded = await loadGiven(file, { set, swap, plugins });
    outlineLoaded(loaded); // what is printed also runs
    process.stdout.write(loaded.resolved);
  },
});
