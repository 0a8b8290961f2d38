import { from, lastValueFrom, toArray } from 'rxjs';
import { MarblenetError } from '../../core/errors.js';
import { exampleCount } from '../../core/examples.js';
import type { PlacedStage } from '../../core/pipeline/assembly.js';
import { splitsOf } from '../../core/pipeline/pipeline.js';
import { printable } from '../../core/printable.js';
import { outlineLoaded, outlineOpened } from '../../node/environment.js';
import { type LoadedPipeline, loadPipeline } from '../../node/load-pipeline.js';
import { command } from '../command.js';
import { dataOptions } from '../data-options.js';
import { Exit } from '../exit.js';
import { formatCount } from '../format-count.js';
import { originText } from '../origin-text.js';
import { withChanges, withDataFolder } from '../pipeline-options.js';

export const lint = command({
  command: 'lint <files..>',
  describe:
    'Check pipeline files: names, options, kinds and shapes, and with --data the data, too. Plug-ins that a file names are run',
  builder: (yargs) =>
    withDataFolder(
      withChanges(
        yargs.positional('files', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Pipeline files (YAML)',
        }),
      ),
      'Read the data, too: MNIST from this folder, other files from where the pipeline says',
    ),
  async handler({ files, set, swap, plugins, data }) {
    const problems: MarblenetError[] = [];
    for (const file of files) {
      try {
        const loaded = await loadPipeline(file, { set, swap, plugins });
        for (const note of loaded.notes) process.stdout.write(`${printable(note)}\n`);
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
  const { unknown, rows } = outlineLoaded(loaded);
  const placed = ({ section, position, name }: PlacedStage) => `${loaded.locate(section, position)}: ${name}`;
  const missing = rows.flatMap((row) =>
    'output' in row && row.unchecked !== undefined ? [`${row.unchecked} is not known (${placed(row)})`] : [],
  );
  if (unknown !== undefined) {
    missing.push(`${unknown.what} is not known (${placed(unknown)}), and no shape is checked from there on`);
  }
  if (missing.length === 0) return '';
  return `, as far as can be seen without data: ${missing.join('; ')}; lint --data DIR opens the files`;
}

/** Reads all examples, as a run would before its first epoch, and tells how many there are. */
async function withData(loaded: LoadedPipeline, folder: string): Promise<string> {
  const pipeline = await outlineOpened(loaded, dataOptions(folder, true));
  const read = await lastValueFrom(from(splitsOf(pipeline)).pipe(pipeline.data, toArray()));
  const counts = read.map((examples) => `${formatCount(exampleCount(examples))} ${examples.split}`);
  return `, with ${new Intl.ListFormat('en').format(counts)} examples of ${originText(read[0].origin)}`;
}
