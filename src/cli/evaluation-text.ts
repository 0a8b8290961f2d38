/** An evaluation as people read it. */

import { exampleCount } from '../core/examples.js';
import type { Mistake } from '../core/model/evaluation.js';
import { originText } from '../core/model/origin-text.js';
import { printable, shortened } from '../core/printable.js';
import { sizeOf } from '../core/tensor.js';
import type { AnswerScores, SplitEvaluation, TargetErrors } from '../node/split-evaluation.js';
import { membersText } from './figures.js';
import { formatCount, plural } from './format-count.js';
import { formatMetric } from './format-metric.js';
import { halfBlocks } from './half-blocks.js';
import { columnsOf, paddingOf, wrapped } from './text/layout.js';
import { styled } from './text/style.js';
import { formatTable, formatWide } from './text/table.js';

/** More classes are too many to read, and their matrix is too wide. */
const MOST_CLASSES = 20;

/** How many mistakes are drawn, or named. */
const MISTAKES = 4;

export function evaluationText(evaluation: SplitEvaluation): string {
  const { split, examples, loss, errors, answers, judged } = evaluation;
  const count = plural(exampleCount(examples), 'example');
  const title = `${split}: ${count} of ${originText(examples.origin)}, loss ${formatMetric(loss)}`;
  const parts =
    judged === undefined
      ? [
          `${answers === undefined ? title : `${title}, accuracy ${formatMetric(answers.accuracy)}`}\n`,
          errorsText(errors),
          answersText(answers),
        ]
      : [
          `${title}, accuracy ${formatMetric(judged.accuracy)}\n`,
          classesText(evaluation),
          matrixText(evaluation),
          calibrationText(evaluation),
          mistakesText(evaluation),
        ];
  const columns = columnsOf(process.stdout);
  return [...(evaluation.members === undefined ? [] : [membersText(evaluation)]), ...parts]
    .filter((part) => part !== '')
    .map((part) => wrapped(part, columns))
    .join('\n');
}

function errorsText(errors: TargetErrors | undefined): string {
  if (errors === undefined) return '';
  const { meanAbsoluteError, rootMeanSquaredError, r2 } = errors;
  return (
    `in the target's own units: mean absolute error ${formatMetric(meanAbsoluteError)}, ` +
    `root mean squared error ${formatMetric(rootMeanSquaredError)}; r2 ${formatMetric(r2)}\n`
  );
}

function answersText(answers: AnswerScores | undefined): string {
  if (answers === undefined) return '';
  const rows = answers.questions.map(({ question, accuracy, support, ...scores }) => [
    printable(shortened(question)),
    ...[accuracy, scores.precision, scores.recall, scores.f1].map(formatScore),
    formatCount(support),
  ]);
  return formatTable(rows, {
    heading: ['yes or no', 'accuracy', 'precision', 'recall', 'F1', 'yes'],
    alignRight: [1, 2, 3, 4, 5],
  });
}

/** What never came or was never said has no score. */
const formatScore = (value: number): string => (Number.isNaN(value) ? '-' : formatMetric(value));

const namesOf = ({ classNames = [] }: SplitEvaluation): string[] =>
  classNames.map((name) => printable(shortened(name)));

function classesText(evaluation: SplitEvaluation): string {
  const names = namesOf(evaluation);
  const rows = (evaluation.judged?.classes ?? []).map((scores, label) => ({ name: names[label], ...scores }));
  const few = rows.length > MOST_CLASSES;
  // a class that never came or was never said has no F1
  const shown = few ? rows.toSorted((a, b) => (a.f1 || 0) - (b.f1 || 0)).slice(0, MOST_CLASSES) : rows;
  const cells = shown.map(({ name, precision, recall, f1, support }) => [
    name,
    ...[precision, recall, f1].map(formatScore),
    formatCount(support),
  ]);
  const which = few ? `the ${MOST_CLASSES} of ${rows.length} classes that it knows least; --json prints all\n` : '';
  const heading = ['class', 'precision', 'recall', 'F1', 'examples'];
  return which + formatTable(cells, { heading, alignRight: [1, 2, 3, 4] });
}

function matrixText(evaluation: SplitEvaluation): string {
  const names = namesOf(evaluation);
  if (names.length > MOST_CLASSES) return '';
  const rows = (evaluation.judged?.confusionMatrix ?? []).map((row, label) => [
    names[label],
    ...row.map((often, predicted) => {
      if (often === 0) return '.';
      return predicted === label ? styled('bold', formatCount(often)) : formatCount(often);
    }),
  ]);
  const alignRight = names.map((_, column) => column + 1);
  return `a row for each true class, a column for what it was taken for\n${formatWide([['', ...names], ...rows], { alignRight })}`;
}

function calibrationText({ judged, hasProbabilities }: SplitEvaluation): string {
  if (judged === undefined || !hasProbabilities) return '';
  const error = formatMetric(judged.expectedCalibrationError);
  return `expected calibration error ${error}: so far, on average, is how sure it is from how often it is right\n`;
}

function mistakesText(evaluation: SplitEvaluation): string {
  const { judged, hasProbabilities, examples } = evaluation;
  const mistakes = (judged?.mistakes ?? []).slice(0, MISTAKES);
  if (mistakes.length === 0) return 'no mistakes\n';
  const names = namesOf(evaluation);
  const title = hasProbabilities ? 'the mistakes that it is most sure of' : 'its first mistakes';
  const captions = mistakes.map(({ sample, label, predicted, probability }) => [
    `${names[label]} taken for ${names[predicted]}${hasProbabilities ? `, ${(100 * probability).toFixed(1)} %` : ''}`,
    nameOf(sample, examples),
  ]);
  const pictures = mistakes.map((mistake) => pictureOf(mistake, evaluation));
  const width = examples.shape[1] + 2 || 0;
  const room = Math.min(columnsOf(process.stdout), WIDEST);
  if (pictures.some((picture) => picture === undefined) || width > room) {
    return `${title}\n${captions.map((lines) => `  ${lines.toReversed().join(': ')}\n`).join('')}`;
  }
  const blocks = captions.map((lines, i) => [...(pictures[i] ?? []), ...lines.map((line) => `  ${line}`)]);
  return `${title}\n${sideBySide(blocks, Math.max(width, ...captions.flat().map((line) => line.length + 2)), room)}`;
}

/** Its file, seen from the folder of all, where it came from one of its own. */
function nameOf(sample: number, { paths, origin }: SplitEvaluation['examples']): string {
  const path = paths?.[sample];
  if (path === undefined) return `example ${sample}`;
  const { path: folder = '' } = origin;
  const inside = path.slice(folder.length);
  return printable(path.startsWith(folder) && /^[\\/]/.test(inside) ? inside.slice(1) : path);
}

/** As many columns as any terminal has, and a page of prose. */
const WIDEST = 120;

/** Lines of half blocks; undefined where a sample is no grey picture. */
function pictureOf({ sample }: Mistake, { examples }: SplitEvaluation): string[] | undefined {
  const { shape, features } = examples;
  const [, width, channels = 1] = shape;
  if (width === undefined || shape.length > 3 || channels !== 1) return undefined;
  const size = sizeOf(shape);
  return halfBlocks(Array.from(features.subarray(sample * size, (sample + 1) * size)), width)
    .trimEnd()
    .split('\n');
}

/** Blocks of lines in rows of as many as there is room for; their last lines stand beside each other. */
function sideBySide(blocks: readonly (readonly string[])[], width: number, room: number): string {
  const perRow = Math.max(1, Math.floor((room + 2) / (width + 2)));
  const rows = Array.from({ length: Math.ceil(blocks.length / perRow) }, (_, i) =>
    blocks.slice(i * perRow, (i + 1) * perRow),
  );
  return rows
    .map((row) => {
      const height = Math.max(...row.map((block) => block.length));
      const lines = row.map((block) => [...Array<string>(height - block.length).fill(''), ...block]);
      return Array.from({ length: height }, (_, line) =>
        lines
          .map((block) => block[line] + paddingOf(block[line], width))
          .join('  ')
          .trimEnd(),
      )
        .map((line) => `${line}\n`)
        .join('');
    })
    .join('\n');
}
