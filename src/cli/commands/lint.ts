import { PipelineError } from '../../core/errors.js';
import { buildLoaded } from '../../node/environment.js';
import { loadPipeline } from '../../node/load-pipeline.js';
import { command } from '../command.js';
import { Exit } from '../exit.js';

export const lint = command({
  command: 'lint <files..>',
  describe: 'Check pipeline files: names, options, kinds and shapes, without reading data',
  builder: (yargs) =>
    yargs.positional('files', { type: 'string', array: true, demandOption: true, describe: 'Pipeline files (YAML)' }),
  async handler({ files }) {
    let broken = 0;
    for (const file of files) {
      try {
        const loaded = await loadPipeline(file);
        for (const note of loaded.notes) process.stdout.write(`${note}\n`);
        buildLoaded(loaded);
        process.stdout.write(`${file}: ok\n`);
      } catch (error) {
        if (!(error instanceof PipelineError)) throw error;
        broken++;
        process.stdout.write(`${error.message}\n`);
      }
    }
    if (broken > 0) throw new Exit(2);
  },
});
