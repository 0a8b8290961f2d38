import { checkGradients, type GradientReport, type GradientRow } from '../../core/inspect/gradient-check.js';
import { originText } from '../../core/model/origin-text.js';
import type { PipelineDefinition } from '../../core/pipeline/pipeline.js';
import type { Section } from '../../core/pipeline/sections.js';
import { printable, shortened } from '../../core/printable.js';
import { formatShape } from '../../core/tensor.js';
import { environmentOf } from '../../node/environment.js';
import type { LoadedPipeline } from '../../node/load-pipeline.js';
import { stageFile } from '../../node/stage-source.js';
import { mnist } from '../../stages/index.js';
import { command } from '../command.js';
import { dataOptions, remarkUnread, whileWaiting } from '../data-options.js';
import { Exit } from '../exit.js';
import { formatCount, plural } from '../format-count.js';
import { formatMetric } from '../format-metric.js';
import { loadGiven } from '../given-file.js';
import { wholeNumberOption, wholeNumberOrAll, withDataFolder, withPipelineFile } from '../pipeline-options.js';
import { columnsOf, proseColumnsOf, wrapped } from '../text/layout.js';
import { styled } from '../text/style.js';
import { formatTable } from '../text/table.js';
import { unshuffled } from '../unshuffled.js';

export const check = command({
  command: 'check <file>',
  describe: 'Hold every gradient of a pipeline against differences of its loss',
  builder: (yargs) =>
    withDataFolder(withPipelineFile(yargs))
      .option(
        'samples',
        wholeNumberOption('samples', { least: 1, default: '5', describe: 'How many examples make the loss' }),
      )
      .option('parameters', {
        type: 'string',
        requiresArg: true,
        default: '100',
        defaultDescription: '100',
        coerce: (given: string) => wholeNumberOrAll('parameters', given),
        describe: 'How many numbers of each tensor to check, or all',
      })
      .option('json', { type: 'boolean', describe: 'One JSON object a line' }),
  async handler({ file, set, swap, plugins, data, samples, parameters, json }) {
    const loaded = await loadGiven(file, { set, swap, plugins });
    remarkUnread(loaded, data);
    // The slopes of any digits will do: none is downloaded for this.
    const environment = environmentOf(loaded, dataOptions(data, true));
    const definition = unshuffled(withoutDownload(loaded.definition), samples);
    const report = await whileWaiting('checking gradients', () =>
      checkGradients(definition, environment, { parameters }),
    );
    process.stdout.write(json ? jsonOf(report) : wrapped(textOf(report, loaded), columnsOf(process.stdout)));
    if (!report.passed) throw new Exit(1);
  },
});

/** Drawn digits stand in for MNIST where it is not at hand. */
const withoutDownload = ({ data: [source, ...rest], ...definition }: PipelineDefinition): PipelineDefinition => ({
  ...definition,
  data: [source.definition === mnist.definition ? mnist({ fallback: 'digits' }) : source, ...rest],
});

function jsonOf({ rows, ...end }: GradientReport): string {
  const events = [...rows.map((row) => ({ event: 'gradient', ...row })), { event: 'end', ...end }];
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

const HEADING = ['gradient of', 'compared', 'skipped', 'absolute', 'relative', ''];

function textOf(report: GradientReport, loaded: LoadedPipeline): string {
  const { origin, backend, samples, loss, rows, differentiated, remarks } = report;
  const table = rows.map(
    ({ stage, name, list, tensor, size, checked, skipped, absoluteError, relativeError, verdict }) => [
      printable(`${stage} ${list === undefined ? '' : `${list}: `}${name} ${tensor}`),
      checked === size ? `all ${formatCount(size)}` : `${formatCount(checked)} of ${formatCount(size)}`,
      formatCount(skipped),
      error(absoluteError),
      error(relativeError),
      verdict === 'wrong' ? styled('red', verdict) : verdict,
    ],
  );
  return [
    `${printable(shortened(loaded.definition.name ?? ''))}: ${plural(samples, 'example')} of ${originText(origin)}, ` +
      `loss ${formatMetric(loss)}, float64, backend ${backend}\n\n`,
    formatTable(table, { heading: HEADING, alignRight: [1, 2, 3, 4] }),
    ...differentiated.map(({ name, options }) => `\n${name}, as it is differentiated: ${JSON.stringify(options)}\n`),
    backend === (loaded.definition.backend ?? 'wasm')
      ? ''
      : `\n${wrapped(WITHOUT_WASM, proseColumnsOf(process.stdout), 0)}\n`,
    `\n${conclusion(report, loaded)}\n`,
    ...remarks.map((remark) => `\n${remark}\n`),
  ].join('');
}

/** What is checked where the file asks for WebAssembly, and the machine has none that runs the kernels. */
const WITHOUT_WASM =
  "This Node cannot run the WebAssembly kernels: a run here takes the textbook's loops in TypeScript, and so did this check.";

function conclusion({ rows, passed }: GradientReport, { locate, catalogue }: LoadedPipeline): string {
  const placed = ({ stage, name }: GradientRow): string => {
    const [section, ...positions] = stage.split('.');
    const [position, ...inside] = positions.map(Number);
    return `${locate(section as Section, position, inside)}: ${name}`;
  };
  const saidOf = (verdict: GradientRow['verdict'], problem: (row: GradientRow) => string): string[] =>
    rows.filter((row) => row.verdict === verdict).map((row) => `${placed(row)}: ${problem(row)}\n`);
  // A wrong gradient makes all those before it wrong: the last one is where it begins.
  const culprit = rows.findLast(({ verdict }) => verdict === 'wrong');
  if (culprit?.worst !== undefined) {
    const { tensor, name, worst } = culprit;
    const problem =
      culprit.problem ??
      `at ${formatShape(worst.index)} backward says ` +
        `${worst.backward.toPrecision(6)}, the loss has the slope ${worst.difference.toPrecision(6)}`;
    return (
      `${placed(culprit)}: the gradient of ${tensor} is wrong: ${problem} ` +
      `(${name} is defined in ${stageFile(name, catalogue)})`
    );
  }
  const unproved = saidOf('zero', ({ tensor, hasNoEffect }) =>
    hasNoEffect
      ? `the loss is the same whatever ${tensor} is${tensor === 'b' ? BIAS : ''}, so its gradient is 0, as backward says`
      : `every slope of ${tensor} that was compared is 0, which proves nothing of its gradient`,
  );
  if (!passed) {
    const unknown = saidOf(
      'unknown',
      ({ tensor }) =>
        `nothing is known of the gradient of ${tensor}: every difference lies across a corner, ` +
        'where the slope changes; other --samples or another seed may not',
    );
    return [...unproved, ...unknown].join('').trimEnd();
  }
  if (unproved.length === rows.length) return `${unproved.join('')}Nothing is proved.`;
  const every = unproved.length === 0 ? 'Every gradient' : 'Every other gradient';
  return unproved.join('') + styled('bold', `${every} is the slope of the loss, to 1e-6 of its tensor's largest.`);
}

/** Where a layer learns a bias for nothing. */
const BIAS = ' (a bias in front of batchNorm, say)';

const error = (found: number | undefined): string => (found === undefined ? '-' : found.toExponential(1));
