import { remarksOn } from '../../core/examples.js';
import { describeData } from '../../core/inspect/data/description.js';
import { printable } from '../../core/printable.js';
import { outlineOpened } from '../../node/environment.js';
import { command } from '../command.js';
import { dataOptions, PREPARING, remarkUnread, whileWaiting } from '../data-options.js';
import { dataText } from '../data-text.js';
import { warnOfFallback } from '../fallback-warning.js';
import { loadGiven } from '../given-file.js';
import { jsonPieces } from '../json-pieces.js';
import { withData, withPipelineFile } from '../pipeline-options.js';
import { readExamples } from '../read-examples.js';
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
    const { name, read } = await whileWaiting(PREPARING, async ({ download }) => {
      const outline = await outlineOpened(loaded, dataOptions(folder, offline, download));
      return { name: outline.name, read: await readExamples(outline) };
    });
    const description = describeData(read);
    if (json) {
      for (const piece of jsonPieces({ name, ...description })) process.stdout.write(piece);
      process.stdout.write('\n');
      return;
    }
    const [train] = read;
    process.stdout.write(dataText(name, description, train, columnsOf(process.stdout)));
    warnOfFallback(train.origin);
    const remarks = remarksOn(read);
    if (remarks !== undefined) remark(printable(remarks));
    for (const { message } of description.warnings) warn(message);
  },
});
