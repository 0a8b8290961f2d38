import { PipelineError } from '../../core/errors.js';
import { remarksOn } from '../../core/examples.js';
import { describeData } from '../../core/inspect/data/description.js';
import type { Examples } from '../../core/kinds.js';
import type { Outline } from '../../core/pipeline/pipeline.js';
import { printable } from '../../core/printable.js';
import { type DataOptions, openDataOf, outlineOpened } from '../../node/environment.js';
import type { LoadedPipeline } from '../../node/load-pipeline.js';
import { readExamples } from '../../node/read-examples.js';
import { command } from '../command.js';
import { dataOptions, PREPARING, remarkUnread, whileWaiting } from '../data-options.js';
import { dataText } from '../data-text.js';
import { warnOfFallback } from '../fallback-warning.js';
import { loadGiven } from '../given-file.js';
import { jsonPieces } from '../json-pieces.js';
import { withData, withPipelineFile } from '../pipeline-options.js';
import { columnsOf } from '../text/layout.js';
import { remark, warn } from '../text/say.js';

export const data = command({
  command: 'data <file>',
  describe: 'What the data of a pipeline are: rows, columns, classes, pictures, and what is doubtful about them',
  builder: (yargs) =>
    withData(withPipelineFile(yargs)).option('json', { type: 'boolean', describe: 'One JSON object' }),
  async handler({ file, set, swap, plugins, data: folder, offline, json }) {
    const loaded = await loadGiven(file, { set, swap, plugins });
    remarkUnread(loaded, folder);
    const { name, read, misfit } = await whileWaiting(PREPARING, ({ download }) =>
      readData(loaded, dataOptions(folder, offline, download)),
    );
    const description = describeData(read);
    if (json) {
      for (const piece of jsonPieces({ name, ...description })) process.stdout.write(piece);
      process.stdout.write('\n');
    } else {
      const [train] = read;
      process.stdout.write(dataText(name, description, train, columnsOf(process.stdout)));
      warnOfFallback(train.origin);
      const remarks = remarksOn(read);
      if (remarks !== undefined) remark(printable(remarks));
      for (const { message } of description.warnings) warn(message);
    }
    if (misfit !== undefined) remark(`the data are read, but the pipeline does not run: ${misfit.message}`);
  },
});

interface ReadData {
  readonly name: string;
  readonly read: readonly Examples[];
  /** Why the pipeline does not run, where that is not for want of data. */
  readonly misfit?: PipelineError;
}

/** Data are shown where the network does not fit them, too: they say what would. */
async function readData(loaded: LoadedPipeline, options: DataOptions): Promise<ReadData> {
  let outline: Outline;
  try {
    outline = await outlineOpened(loaded, options);
  } catch (misfit) {
    if (!(misfit instanceof PipelineError)) throw misfit;
    const data = await openDataOf(loaded, options).catch(() => {
      throw misfit; // it is data: itself that is wrong
    });
    return { name: data.name, read: await readExamples(data), misfit };
  }
  return { name: outline.name, read: await readExamples(outline) };
}
