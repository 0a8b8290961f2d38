import { from, lastValueFrom, toArray } from 'rxjs';
import { MarblenetError } from '../../core/errors.js';
import { exampleCount } from '../../core/examples.js';
import { splitsOf } from '../../core/pipeline/pipeline.js';
import { openLoaded, outlineLoaded } from '../../node/environment.js';
import { type LoadedPipeline, loadPipeline } from '../../node/load-pipeline.js';
import { command } from '../command.js';
import { dataOptions } from '../data-options.js';
import { Exit } from '../exit.js';
import { formatCount } from '../format-count.js';
import { originText } from '../origin-text.js';
import { withDataFolder } from '../pipeline-options.js';

export const lint = command({
  command: 'lint <files..>',
  describe: 'Check pipeline files: names, options, kinds and shapes, and with --data the data, too',
  builder: (yargs) =>
    withDataFolder(
      yargs.positional('files', { type: 'string', array: true, demandOption: true, describe: 'Pipeline files (YAML)' }),
      'Read the data, too: MNIST from this folder, other files from where the pipeline says',
    ),
  async handler({ files, data }) {
    const problems: MarblenetError[] = [];
    for (const file of files) {
      try {
        const loaded = await loadPipeline(file);
        for (const note of loaded.notes) process.stdout.write(`${note}\n`);
        const found = data === undefined ? withoutData(loaded) : await withData(loaded, data);
        process.stdout.write(`${file}: ok${found}\n`);
      } catch (error) {
        if (!(error instanceof MarblenetError)) throw error;
        problems.push(error);
        process.stdout.write(`${error.message}\n`);
      }
    }
    if (problems.length > 0) throw new Exit(problems[0].exitCode);
  },
});

/** Checks what the file says, and tells what that leaves open. */
function withoutData(loaded: LoadedPipeline): string {
  const { unknown } = outlineLoaded(loaded);
  if (unknown === undefined) return '';
  const { what, section, position, name } = unknown;
  return (
    `, as far as can be seen without data: ${what} is not known (${loaded.locate(section, position)}: ${name}), ` +
    'and no shape is checked from there on; lint --data DIR opens the files'
  );
}

/** Reads all examples, as a run would before its first epoch, and tells how many there are. */
async function withData(loaded: LoadedPipeline, folder: string): Promise<string> {
  const pipeline = await openLoaded(loaded, dataOptions(folder, true));
  const read = await lastValueFrom(from(splitsOf(pipeline)).pipe(pipeline.data, toArray()));
  const counts = read.map((examples) => `${formatCount(exampleCount(examples))} ${examples.split}`);
  return `, with ${new Intl.ListFormat('en').format(counts)} examples of ${originText(read[0].origin)}`;
}
