import { writeReport } from '../../node/report/write-report.js';
import { shownPath } from '../../node/shown-path.js';
import { command } from '../command.js';
import { whileWaiting } from '../data-options.js';
import { withData, withPluginFiles } from '../pipeline-options.js';
import { say, warn } from '../text/say.js';

export const report = command({
  command: 'report <run>',
  describe: 'Write a page about a run: its curves, its mistakes, its weights',
  builder: (yargs) =>
    withPluginFiles(withData(yargs))
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'Folder of a run (runs/relu/3, or runs/relu for the newest)',
      })
      .option('pipeline', {
        type: 'string',
        requiresArg: true,
        describe: 'Pipeline file with its data, in the place of its own, which have moved',
      })
      .option('to', { type: 'string', requiresArg: true, describe: 'File to write. Default: report.html of the run' }),
  async handler({ run, to, pipeline, plugins, data, offline }) {
    const path = await whileWaiting('looking into the model', ({ download }) =>
      writeReport(run, {
        plugins,
        onDownload: download,
        onWarning: warn,
        ...(pipeline !== undefined && { pipeline }),
        ...(offline !== undefined && { offline }),
        ...(data !== undefined && { dataFolder: data }),
        ...(to !== undefined && { to }),
      }),
    );
    say(shownPath(path));
  },
});
