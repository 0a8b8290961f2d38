import { PipelineError } from '../../core/errors.js';
import { newRunId } from '../../core/run/run-id.js';
import { compareRuns } from '../../node/compare/compare-runs.js';
import { trainVariants, type VariantPlace } from '../../node/compare/train-variants.js';
import { givenVariants } from '../../node/compare/variants.js';
import { writeComparePage } from '../../node/compare/write-page.js';
import { shownPath } from '../../node/shown-path.js';
import { command } from '../command.js';
import { comparisonCsv, comparisonJson, comparisonText } from '../comparison-text.js';
import { Exit } from '../exit.js';
import { abortOnSignals } from '../interrupt.js';
import { typedChanges, wholeNumberBetween, withChanges, withData } from '../pipeline-options.js';
import { RUNS, runsFolder } from '../runs-folder.js';
import { remark } from '../text/say.js';
import { trainAndReport } from '../training.js';

/** A standard deviation of more is no better, and takes a day. */
const MOST_SEEDS = 100;

export const compare = command({
  command: 'compare <variants..>',
  describe: 'Put runs side by side, or files that are run first: what differs, and what came of it',
  builder: (yargs) =>
    withData(withChanges(yargs))
      .positional('variants', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Two or more: pipeline files, runs (runs/relu/1, or runs/relu for the newest), committees',
      })
      .option('seeds', {
        type: 'string',
        requiresArg: true,
        coerce: wholeNumberBetween('seeds', 1, MOST_SEEDS),
        defaultDescription: 'one, as each file says',
        describe: 'Run each file with so many seeds, the same for all, and test what differs',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        default: runsFolder(),
        defaultDescription: `MARBLENET_RUNS, or ${RUNS}`,
        describe: 'Folder to keep the runs of files in, and the page',
      })
      .option('html', {
        type: 'string',
        requiresArg: true,
        coerce(file: string | false | undefined) {
          if (file === '') throw new PipelineError('--html: expected a file, found nothing');
          return file;
        },
        defaultDescription: 'compare-1.html in the folder of runs; with --json or --csv none',
        describe: 'File for the page. --no-html writes none',
      })
      .option('json', { type: 'boolean', describe: 'Print one JSON object, and nothing else' })
      .option('csv', { type: 'boolean', describe: 'Print a row a run, with commas, and nothing else' })
      .check(({ json, csv }) => {
        if (json && csv) throw new PipelineError('--json and --csv: give one of them, not both');
        return true;
      }),
  async handler({ variants, seeds, set, swap, plugins, data, offline, out, html, json, csv }) {
    const isQuiet = json || csv;
    const keeps = typeof out === 'string' && out !== '';
    const given = await givenVariants(variants);
    const runsFiles = given.some((variant) => 'file' in variant);
    const [change] = typedChanges({ set, swap });
    const unused = change ?? (seeds === undefined ? undefined : `--seeds ${seeds}`);
    if (!runsFiles && unused !== undefined)
      throw new PipelineError(`${unused}: it is for files that are run, and these are runs`);
    if (!keeps && runsFiles)
      throw new PipelineError('a comparison is made of runs that are kept, and nothing is to be kept; give --out DIR');
    const signal = abortOnSignals(); // of all runs
    const train = async ({ label, file, seed, set: seeded, before }: VariantPlace): Promise<string> => {
      const runId = newRunId();
      const { folder } = await trainAndReport(
        file,
        runId,
        isQuiet ? { quiet: true, isMember: true } : { label: `${label}, seed ${seed}` },
        {
          set: [...set, ...seeded],
          swap,
          plugins,
          before,
          runId,
          signal,
          ...(keeps && { out }),
          ...(offline !== undefined && { offline }),
          ...(data !== undefined && { dataFolder: data }),
        },
      );
      return String(folder);
    };
    const trained = await trainVariants(given, { seeds, load: { set, swap, plugins }, train });
    const comparison = await compareRuns(trained);
    // what a program reads comes with a page where one is asked for
    const to = html === undefined && keeps && !isQuiet ? { folder: out } : html && { file: html };
    process.stdout.write(
      json ? comparisonJson(comparison) : csv ? comparisonCsv(comparison) : comparisonText(comparison),
    );
    const page = to ? await writeComparePage(comparison, to) : undefined;
    if (page !== undefined && !isQuiet) remark(`page: ${shownPath(page)}`);
    if (comparison.variants.some(({ runs }) => runs.length === 0)) throw new Exit(1);
  },
});
