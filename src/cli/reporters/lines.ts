import type { Split } from '../../core/kinds.js';
import { printable, shortened } from '../../core/printable.js';
import type { DataReport, EndEvent, EpochEvent, Metrics, PipelineEvent, StartEvent } from '../../core/run/events.js';
import { targetNames } from '../../core/table.js';
import { warnOfFallback } from '../fallback-warning.js';
import { formatCount, plural } from '../format-count.js';
import { formatMetric } from '../format-metric.js';
import { profileText } from '../profile-text.js';
import { columnsOf, paddingOf, proseColumnsOf, together, widthOf } from '../text/layout.js';
import { remark, say, warn } from '../text/say.js';
import { styled } from '../text/style.js';
import type { Reporter } from './reporter.js';

/** A line an epoch, and at the end what was reached. Results go to standard output, remarks to standard error. */
export function lineReporter(): Reporter {
  let downloading: string | undefined;
  return {
    event(event: PipelineEvent) {
      switch (event.event) {
        case 'start':
          warnOfFallback(event.data);
          remarkWarnings(event);
          for (const text of [event.data.remark, event.fallback]) if (text !== undefined) remark(text);
          remark(
            `${printable(shortened(event.name))}: ${formatCount(event.parameters)} parameters, ${describeData(event.data)}, ` +
              `seed ${event.seed}, ${event.dtype}`,
          );
          if (event.resumedFrom !== undefined) remark(resumedText(event, event.resumedFrom));
          break;
        case 'epoch':
          say(epochLine(event));
          break;
        case 'profile':
          say(`\n${profileText(event)}\n`);
          break;
        case 'end':
          sayEnd(event);
          break;
      }
    },
    download({ file, mirror }) {
      if (file === downloading) return;
      downloading = file;
      remark(`downloading ${file} from ${mirror}`);
    },
    stopped: remarkInterruption,
  };
}

/** One line, the result. Where other data stood in for those that were asked for, standard error says so. */
export const quietReporter = (): Reporter => ({
  event(event) {
    if (event.event !== 'end') return;
    sayResult(event);
    warnOfFallback(event.data);
  },
  download: () => {},
  stopped: remarkInterruption,
});

/** One line on standard error, the result, behind what the run is called. */
export const briefReporter = (label: string): Reporter => ({
  event(event) {
    if (event.event !== 'end') return;
    remark(`${printable(label)}: ${resultText(event)}`);
    warnOfFallback(event.data);
  },
  download: () => {},
  stopped: remarkInterruption,
});

/** Nothing but that other data stood in for those that were asked for. */
export const silentReporter = (): Reporter => ({
  event(event) {
    if (event.event === 'end') warnOfFallback(event.data);
  },
  download: () => {},
  stopped: remarkInterruption,
});

function resumedText(
  { epochs, data }: StartEvent,
  { epoch, step, isOver }: NonNullable<StartEvent['resumedFrom']>,
): string {
  if (!isOver) return `goes on in epoch ${epoch} of ${epochs}, after step ${formatCount(step)}`;
  const left = data.validation !== undefined && data.test !== undefined ? '; only the test is left' : '';
  return `goes on after epoch ${epoch - 1}, the last, and step ${formatCount(step)}${left}`;
}

/** A failure is reported by the error that ends the command. */
function remarkInterruption(status: 'interrupted' | 'failed'): void {
  if (status === 'interrupted') remark('interrupted');
}

function epochLine({ epoch, train, validation, test, seconds, samplesPerSecond }: EpochEvent): string {
  const reached = reachedText({ train, validation, test });
  const pace = `${seconds.toFixed(seconds < 0.1 ? 3 : 1)} s ${formatCount(samplesPerSecond)}/s`;
  return [`epoch ${String(epoch).padStart(3)}`, ...reached, pace].join('  ');
}

function sayEnd(event: EndEvent): void {
  const { accuracyByClass, confusionMatrix, data, weights } = event;
  const shown = (names: readonly string[]) => names.map((name) => printable(shortened(name)));
  const classNames = shown(data.classNames ?? []);
  const targets = shown(targetNames(data.columns)); // each is a question of yes or no, where there is an accuracy
  const [of, names] = targets.length > 0 ? (['target', targets] as const) : (['class', classNames] as const);
  if (accuracyByClass) say(accuracyText(accuracyByClass, of, names, proseColumnsOf(process.stdout)));
  if (confusionMatrix) say(matrixText(confusionMatrix, classNames, columnsOf(process.stdout)));
  say(`${'data'.padEnd(LABEL)}${describeData(data)}`);
  say(weightsText(weights, columnsOf(process.stdout)));
  sayBest(event);
  sayResult(event);
  remarkWarnings(event);
  warnOfFallback(data);
}

function remarkWarnings({ warnings = [] }: Pick<EndEvent, 'warnings'>): void {
  warnings.forEach(warn);
}

/** A hash is one long word, which a narrow terminal breaks where it likes. */
function weightsText(weights: string, columns: number): string {
  const label = 'weights';
  if (LABEL + weights.length <= columns) return label.padEnd(LABEL) + weights;
  const pieces = weights.match(new RegExp(`.{1,${Math.max(1, columns - 2)}}`, 'g')) ?? [];
  return [label, ...pieces.map((piece) => `  ${piece}`)].join('\n');
}

/** How wide the names of the last lines are. */
const LABEL = 18;

/** Which epoch the figures and the weights are of, where one was chosen. */
function sayBest({ best, stoppedEarly, epochs }: EndEvent): void {
  if (best === undefined) return;
  const { epoch, monitor, value } = best;
  const early = stoppedEarly ? `; stopped early, after epoch ${epochs}` : '';
  say(`${'model'.padEnd(LABEL)}of epoch ${epoch}, the best: ${printable(monitor)} ${formatMetric(value)}${early}`);
}

const sayResult = (event: EndEvent): void => say(styled('bold', resultText(event)));

/** What was reached, by which effort. */
export function resultText({ epochs, steps, train, validation, test, seconds }: EndEvent): string {
  const reached = reachedText(validation || test ? { validation, test } : { train }).join('  ');
  const effort = [plural(epochs, 'epoch'), plural(steps, 'step'), `${seconds.toFixed(1)} s`].map(together).join(', ');
  return reached === '' ? `trained for ${effort}` : `${reached} after ${effort}`;
}

/** As many classes a line as fit: ten take two lines of 80 columns. */
function accuracyText(
  accuracyByClass: readonly number[],
  of: 'class' | 'target',
  names: readonly string[],
  columns: number,
): string {
  const shown = shownClasses(accuracyByClass);
  const shares = shown.map(([share, label]) => `${names[label] ?? label}: ${percent(share).padStart(6)}`);
  const widest = Math.max(...shares.map(widthOf));
  const indent = LABEL + widest > columns ? 2 : LABEL;
  const perLine = Math.max(1, Math.floor((columns - indent + 2) / (widest + 2)));
  const lines = Array.from({ length: Math.ceil(shares.length / perLine) }, (_, i) => {
    const cells = shares.slice(i * perLine, (i + 1) * perLine);
    return `${' '.repeat(indent)}${cells.map((cell) => cell + paddingOf(cell, widest)).join('  ')}`.trimEnd();
  });
  if (shares.length < accuracyByClass.length) {
    const all = formatCount(accuracyByClass.length);
    lines.push(`${' '.repeat(indent)}(the lowest of ${all} ${of === 'class' ? 'classes' : 'targets'}; --json has all)`);
  }
  const title = `accuracy a ${of}`;
  const text = lines.join('\n');
  return indent === LABEL ? title + text.slice(title.length) : `${title}\n${text}`;
}

/** `train loss 0.1000`, `validation loss 0.1234 accuracy 0.9650`: of the splits that have metrics. */
const reachedText = (bySplit: Readonly<Partial<Record<Split, Metrics | undefined>>>): string[] =>
  Object.entries(bySplit).flatMap(([split, metrics = {}]) => {
    const values = Object.entries(metrics).map(([name, value]) =>
      together(`${printable(name)} ${formatMetric(value)}`),
    );
    return values.length === 0 ? [] : [`${split} ${values.join(' ')}`];
  });

function describeData({ source, from, path, fallbackFor, train, validation, test }: DataReport): string {
  const sizes = [train, validation, test]
    .flatMap((size) => (size === undefined ? [] : [formatCount(size)]))
    .join(' + ');
  const where = from === undefined ? path : `${from} ${path}`;
  const instead = fallbackFor === undefined ? '' : ` INSTEAD OF ${fallbackFor}`;
  return printable(`${source}${instead} (${where ? `${where}, ` : ''}${sizes} examples)`);
}

/** All classes in their order; of many, those with the lowest accuracy first. */
function shownClasses(accuracyByClass: readonly number[]): (readonly [share: number, label: number])[] {
  const all = accuracyByClass.map((share, label) => [share, label] as const);
  if (all.length <= MANY) return all;
  const occurred = all.filter(([share]) => !Number.isNaN(share));
  return occurred.sort(([a], [b]) => a - b).slice(0, FEW);
}

/** What takes more rows than a terminal is shown by its worst cases. */
const MANY = 30;
const FEW = 20;

/** The largest numbers off the diagonal: `label 4 taken for 9: 17 times`. */
function confusionsText(matrix: readonly (readonly number[])[], classNames: readonly string[]): string {
  const confusions = matrix.flatMap((row, label) =>
    row.flatMap((count, predicted) => (count > 0 && predicted !== label ? [{ label, predicted, count }] : [])),
  );
  confusions.sort((a, b) => b.count - a.count);
  const nameOf = (label: number) => classNames[label] ?? label;
  const lines = confusions
    .slice(0, FEW)
    .map(({ label, predicted, count }) => `  ${nameOf(label)} taken for ${nameOf(predicted)}: ${formatCount(count)}`);
  const heading = `confusions: the most frequent of ${formatCount(confusions.length)} pairs of ${matrix.length} classes`;
  return [heading, ...lines].join('\n');
}

/** Rows are true classes, columns what was predicted: as many side by side as fit, and the others below. */
function matrixText(matrix: readonly (readonly number[])[], classNames: readonly string[], columns: number): string {
  if (matrix.length > MANY) return confusionsText(matrix, classNames);
  const names = Array.from(matrix.keys(), (label) => classNames[label] ?? String(label));
  const cells: readonly (string | number)[] = [...names, ...matrix.flat()];
  const width = cells.reduce((widest: number, cell) => Math.max(widest, widthOf(String(cell))), 0) + 2;
  const sideBySide = Math.floor(columns / width) - 1;
  if (sideBySide < 2) return confusionsText(matrix, classNames);
  const row = (cells: readonly (string | number)[]) =>
    cells.map((cell) => paddingOf(String(cell), width) + cell).join('');
  const lines = ['confusion matrix: true class down, predicted class across'];
  for (let from = 0; from < names.length; from += sideBySide) {
    const to = from + sideBySide;
    lines.push(row(['', ...names.slice(from, to)]));
    lines.push(...matrix.map((cells, label) => row([names[label], ...cells.slice(from, to)])));
  }
  return lines.join('\n');
}

/** A class that did not occur has no accuracy. */
const percent = (share: number): string => (Number.isNaN(share) ? '-' : `${(100 * share).toFixed(1)}%`);
