import { DataError } from '../../core/errors.js';
import { isCommittee } from '../../core/model/committee.js';
import { originText } from '../../core/model/origin-text.js';
import type { Prediction, Predictor } from '../../core/model/predictor.js';
import { greyOf } from '../../core/pictures/picture.js';
import { printable, shortened } from '../../core/printable.js';
import { type Shape, sizeOf } from '../../core/tensor.js';
import { loadPredictor } from '../../node/load-predictor.js';
import { readSamples } from '../../node/samples/read-samples.js';
import { command } from '../command.js';
import { Exit } from '../exit.js';
import { STDIN } from '../given-file.js';
import { halfBlocks } from '../half-blocks.js';
import { inOrder, modelRun } from '../model-run.js';
import { withPlugins } from '../pipeline-options.js';
import { catalogueOf } from '../plugins.js';
import { scaledAlready } from '../scaled-already.js';
import { numberText } from '../snapshot-text.js';
import { remark, remarkError } from '../text/say.js';
import { formatTable } from '../text/table.js';

export const predict = command({
  command: 'predict <run> <files..>',
  describe: 'What a trained network says of pictures, arrays and tables',
  builder: (yargs) =>
    withPlugins(yargs)
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe:
          'Folder of a run (runs/relu/3, or runs/relu for the newest that is complete) or of a committee, or the file of a model',
      })
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'PNG, JPEG, IDX or .npy files, tables for a network that learned from one; - for standard input',
      })
      .option('as-is', {
        type: 'boolean',
        describe: 'Take pictures as they are: nothing is cut, inverted or resized',
      })
      .option('show', { type: 'boolean', describe: 'Draw what the network saw' })
      .option('json', { type: 'boolean', describe: 'One JSON object a sample, a line each' }),
  async handler({ run, files, plugin, asIs = false, show, json }) {
    const { registry } = await catalogueOf(plugin);
    const load = async () => loadPredictor(await modelRun(run), { registry });
    const model = await load().catch(async (error) => {
      throw await inOrder(error, run, files);
    });
    const [{ description }] = isCommittee(model) ? model.members : [model];
    const learnedFrom = description.reached?.data;
    if (learnedFrom?.fallbackFor !== undefined)
      remark(printable(`the network learned from ${originText(learnedFrom)}, which could not be had`));
    const rows: Row[] = [];
    let exitCode = 0;
    for (const file of files) {
      try {
        const named = file === STDIN ? '-' : file;
        const samples = await readSamples(named, model, { asIs });
        const unlike = scaledAlready(named, samples.data, description.scaling);
        if (unlike !== undefined) remark(unlike);
        if (samples.remark !== undefined) remark(`${named}: ${samples.remark}`);
        const found = rowsOf(named, model, samples.shape[0], await model.predict(samples));
        if (json) for (const row of found) process.stdout.write(`${JSON.stringify(row)}\n`);
        else if (show)
          for (const [i, row] of found.entries()) process.stdout.write(drawn(row, samples, i, model.shape));
        else rows.push(...found);
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        remarkError(error.message); // the other files are predicted all the same
        exitCode = error.exitCode;
      }
    }
    if (rows.length > 0) {
      const alignRight = rows[0].targets === undefined ? [2] : model.targetNames.map((_, i) => i + 1);
      process.stdout.write(formatTable(rows.map(cellsOf), { heading: headingOf(rows[0]), alignRight }));
    }
    if (exitCode !== 0) throw new Exit(exitCode);
  },
});

/** What is said of one sample, as `--json` prints it. */
interface Row {
  readonly file: string;
  /** Which sample of the file, from 0 on, where there are several. */
  readonly sample?: number;
  /** Its name; absent where the network says real numbers. */
  readonly class?: string;
  readonly probability?: number;
  /** What the classes are called, in the order of their probabilities. */
  readonly classNames?: readonly string[];
  /** Of each class, in the order of `classNames`; of each question, that it is a yes. */
  readonly probabilities?: readonly number[];
  /** What the network says, where that is not how probable each class is. */
  readonly outputs?: readonly number[];
  /** The same numbers by the names of the targets, where they have names. */
  readonly targets?: Readonly<Record<string, number>>;
}

function rowsOf(
  file: string,
  { classNames, targetNames }: Pick<Predictor, 'classNames' | 'targetNames'>,
  count: number,
  { classes, names, probabilities, outputs }: Prediction,
): Row[] {
  const numbers = (probabilities ?? outputs).data;
  const width = numbers.length / count;
  return Array.from({ length: count }, (_, i) => {
    const row = Array.from(numbers.subarray(i * width, (i + 1) * width));
    return {
      file,
      ...(count > 1 && { sample: i }),
      ...(names.length > 0 && { class: names[i] }),
      ...(probabilities && names.length > 0 && { probability: row[classes[i]] }),
      ...(classNames && { classNames }),
      ...(probabilities ? { probabilities: row } : { outputs: row }),
      ...(targetNames.length > 0 && { targets: Object.fromEntries(targetNames.map((name, k) => [name, row[k]])) }),
    };
  });
}

/** `0.9312 0.0410` */
const fixed = (probabilities: readonly number[]): string => probabilities.map((p) => p.toFixed(4)).join(' ');

const headingOf = (row: Row): string[] => ['file', ...wordsOf(row).map(([name]) => name)];

const cellsOf = (row: Row): string[] => [nameOf(row), ...wordsOf(row).map(([, word]) => word)];

/** `digits.npy[3]` */
const nameOf = ({ file, sample }: Row): string => printable(sample === undefined ? file : `${file}[${sample}]`);

function wordsOf({ class: name, probability, probabilities, outputs, targets }: Row): [string, string][] {
  if (targets !== undefined) {
    return Object.entries(targets).map(([target, number]) => [
      printable(shortened(target)),
      probabilities ? number.toFixed(4) : numberText(number),
    ]);
  }
  return [
    ...(name === undefined ? [] : [['class', printable(shortened(name))] as [string, string]]),
    ...(probability === undefined ? [] : [['probability', probability.toFixed(4)] as [string, string]]),
    ...(name === undefined && probabilities ? [['probabilities', fixed(probabilities)] as [string, string]] : []),
    ...(outputs === undefined ? [] : [['outputs', outputs.map(numberText).join(' ')] as [string, string]]),
  ];
}

/** What the network saw of a sample, above what it says of it. */
function drawn(row: Row, { data }: { readonly data: ArrayLike<number> }, i: number, shape: Shape): string {
  const said = `${nameOf(row)}: ${wordsOf(row)
    .map(([name, word]) => `${name} ${word}`)
    .join(', ')}\n`;
  const sample = Float64Array.from({ length: sizeOf(shape) }, (_, k) => data[i * sizeOf(shape) + k]);
  const [height, width, channels = 1] = shape.length === 1 && shape[0] === 784 ? [28, 28] : shape;
  if (width === undefined || width > WIDEST || shape.length > 3) return said;
  const grey = channels === 3 ? greyOf({ width, height, channels, data: Uint8ClampedArray.from(sample) }).data : sample;
  return `${halfBlocks(Array.from(grey), width)}${said}\n`;
}

/** As many columns as any terminal has. */
const WIDEST = 76;
