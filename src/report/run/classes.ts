/** How classes are told apart: the confusion matrix, and the scores of each. */
import type { Evaluation } from '../../core/model/evaluation.js';
import { type Html, html } from '../html.js';
import { percent, tableOf } from '../parts.js';

/** A larger matrix is too much to read; then its largest confusions are listed. */
const MOST_CLASSES = 30;

/** How many are listed. */
const CONFUSIONS = 30;

/** Rows are true classes, columns what they were taken for. */
export function confusions({ confusionMatrix }: Evaluation, names: readonly string[]): Html {
  if (names.length > MOST_CLASSES) return largestConfusions(confusionMatrix, names);
  return html`<p>A row for each true class, a column for what it was taken for. The darker, the larger the share of its row.</p>
<div class="scroll" tabindex="0" role="region" aria-label="confusion matrix"><table class="matrix">
<thead><tr><td></td>${names.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${confusionMatrix.map((row, label) => matrixRow(row, label, names[label]))}</tbody>
</table></div>`;
}

function matrixRow(row: readonly number[], label: number, name: string): Html {
  const sum = row.reduce((all, count) => all + count, 0) || 1;
  return html`<tr><th scope="row">${name}</th>${row.map((count, predicted) => {
    const kind = predicted === label ? 'right' : 'wrong';
    // one mistake in a hundred is to be seen, too
    const share = predicted === label ? count / sum : Math.min(1, Math.sqrt((4 * count) / sum));
    return html`<td class="${kind}" style="--share:${share.toFixed(2)}">${count === 0 ? '·' : count}</td>`;
  })}</tr>\n`;
}

function largestConfusions(matrix: Evaluation['confusionMatrix'], names: readonly string[]): Html {
  const all = matrix.flatMap((row, label) =>
    row.flatMap((count, predicted) => (count > 0 && predicted !== label ? [{ label, predicted, count }] : [])),
  );
  const shown = all.toSorted((a, b) => b.count - a.count).slice(0, CONFUSIONS);
  return tableOf(
    `the most frequent of ${all.length} confusions`,
    ['class', 'taken for', 'times'],
    shown.map(({ label, predicted, count }) => [names[label], names[predicted], count]),
  );
}

/** Those that it knows least come first where there are many. */
export function classScores({ classes }: Evaluation, names: readonly string[]): Html {
  const rows = classes.map((score, label) => ({ name: names[label], ...score }));
  const many = rows.length > MOST_CLASSES;
  const shown = many ? rows.toSorted((a, b) => (a.f1 || 0) - (b.f1 || 0)).slice(0, MOST_CLASSES) : rows;
  return tableOf(
    many ? `the ${MOST_CLASSES} of ${rows.length} classes that it knows least` : 'each class against all others',
    ['class', 'precision', 'recall', 'F1', 'examples'],
    shown.map(({ name, precision, recall, f1, support }) => [
      name,
      ...[precision, recall, f1].map(percent),
      support.toLocaleString('en-US'),
    ]),
  );
}
