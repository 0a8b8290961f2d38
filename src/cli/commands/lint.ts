import { adviceOn } from '../../core/advice/advice.js';
import { MarblenetError, PipelineError } from '../../core/errors.js';
import { exampleCount, remarksOn } from '../../core/examples.js';
import { dataWarnings } from '../../core/inspect/data/warnings.js';
import type { Examples } from '../../core/kinds.js';
import { originText } from '../../core/model/origin-text.js';
import type { PlacedStage } from '../../core/pipeline/assembly.js';
import type { Outline } from '../../core/pipeline/pipeline.js';
import { printable } from '../../core/printable.js';
import { planMembers } from '../../node/committee/plan-committee.js';
import { outlineLoaded, outlineOpened, requireWeights } from '../../node/environment.js';
import type { LoadedPipeline } from '../../node/load-pipeline.js';
import { readExamples } from '../../node/read-examples.js';
import { planSweep } from '../../node/sweep/sweep-plan.js';
import { type OpenSource, openSource } from '../../node/sweep/sweep-source.js';
import { asCalled, calledAs } from '../called-as.js';
import { command } from '../command.js';
import { dataOptions, PREPARING, whileWaiting } from '../data-options.js';
import { Exit } from '../exit.js';
import { formatCount, plural } from '../format-count.js';
import { readGiven } from '../given-file.js';
import { withChanges, withDataFolder } from '../pipeline-options.js';
import { remark, say } from '../text/say.js';
import { styled } from '../text/style.js';

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
          describe: 'Pipeline files (YAML), or - for standard input',
        }),
      ),
      'Read the data, too: MNIST from this folder, other files from where the pipeline says',
    ).option('strict', { type: 'boolean', describe: 'Take warnings for errors' }),
  async handler({ files, set, swap, plugins, data, strict }) {
    const problems: MarblenetError[] = [];
    for (const file of files) {
      try {
        const given = { set, swap, plugins, ...(await readGiven(file)) };
        const source = await openSource(file, given);
        const loaded = source.resolver();
        for (const note of loaded.notes) say(printable(note));
        const outline =
          data === undefined ? outlineLoaded(loaded) : await outlineOpened(loaded, dataOptions(data, true));
        const begunWith = await requireWeights(loaded, outline);
        const read = data === undefined ? [] : await whileWaiting(PREPARING, () => readExamples(outline));
        const found = data === undefined ? leftOpen(outline) : countsText(file, read);
        const place = outline.locate('data', 0);
        const ofData = dataWarnings(read).map(({ message }) => ({ place, message: printable(message) }));
        const warnings = [...adviceOn({ ...outline, begunWith }), ...ofData];
        for (const { place, message } of warnings) {
          const problem = new PipelineError(`${place}: ${message}`);
          if (strict) problems.push(problem);
          say(strict ? placed(problem.message) : `${styled('yellow', 'warning:')} ${placed(problem.message)}`);
        }
        const tried = loaded.sweep?.over === undefined ? '' : await sweepText(source, data);
        const drawn = loaded.vary === undefined ? '' : membersText(source, loaded);
        const warned = warnings.length === 0 ? '' : `, with ${plural(warnings.length, 'warning')}`;
        if (!strict || warnings.length === 0) say(`${file}: ok${warned}${tried}${drawn}${found}`);
      } catch (error) {
        if (!(error instanceof MarblenetError)) throw error;
        problems.push(error);
        say(asCalled(placed(error.message)));
      }
    }
    if (problems.length > 0) throw new Exit(problems[0].exitCode);
  },
});

/** How many trials a sweep of the file has: all of them are checked, too. */
async function sweepText(source: OpenSource, data: string | undefined): Promise<string> {
  let title = 'checking trials';
  const options = {
    ...dataOptions(data, true),
    opens: data !== undefined,
    onChecked(checked: number, of: number) {
      title = `checking trials: ${formatCount(checked)} of ${formatCount(of)}`;
    },
  };
  const { known, trials } = await whileWaiting(
    () => title,
    () => planSweep(source, {}, options),
  );
  return `, with ${known === undefined ? 'up to ' : ''}${plural(trials, 'trial')} of a sweep`;
}

/** How many members a committee of the file has: all of them are checked, too. */
const membersText = ({ resolver }: OpenSource, loaded: LoadedPipeline): string =>
  `, with ${plural(planMembers(resolver, loaded).length, 'member')} of a committee`;

/** The place stands out less than what is said of it. */
const placed = (message: string): string => message.replace(/^\S+:\d+:\d+:/, (place) => styled('dim', place));

/** What could not be checked without data. */
function leftOpen({ unknown, rows, locate }: Outline): string {
  const at = ({ section, position, inside, name }: PlacedStage) => `${locate(section, position, inside)}: ${name}`;
  const missing = rows.flatMap((row) =>
    'output' in row && row.unchecked !== undefined ? [`${row.unchecked} is not known (${at(row)})`] : [],
  );
  if (unknown !== undefined) {
    missing.push(`${unknown.what} is not known (${at(unknown)}), and no shape is checked from there on`);
  }
  if (missing.length === 0) return '';
  return `, as far as can be seen without data: ${missing.join('; ')}; ${calledAs} lint --data DIR opens the files`;
}

/** How many examples there are, and of what. */
function countsText(file: string, read: readonly Examples[]): string {
  const remarks = remarksOn(read);
  if (remarks !== undefined) remark(printable(`${file}: ${remarks}`));
  const counts = read.map((examples) => `${formatCount(exampleCount(examples))} ${examples.split}`);
  return `, with ${new Intl.ListFormat('en').format(counts)} examples of ${originText(read[0].origin)}`;
}
