/** What pages are made of beside charts: figures, tables, pairs of words. */
import { type Html, html } from './html.js';

/** A figure that stands out, and what it is: `98.2 %`, test accuracy. */
export interface KeyFigure {
  readonly value: string;
  readonly label: string;
}

export const keyFigures = (figures: readonly KeyFigure[]): Html =>
  html`<dl class="tiles">${figures.map(({ value, label }) => html`<div class="card"><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;

export type Cell = string | number | Html;

/**
 * A table that scrolls by itself where it is wider than the page; its first column names the rows.
 *
 * @param best which row is green, from 0 on
 */
export const tableOf = (
  caption: string,
  heading: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  best?: number,
): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${heading.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([name, ...cells], row) =>
      html`<tr${row === best && html` class="best"`}><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`,
  )}</tbody>
</table></div>`;

/** Names and what each is. */
export const pairsOf = (pairs: readonly (readonly [string, Cell])[]): Html =>
  html`<dl class="pairs">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

export const paragraph = (text: string): Html => html`<p>${text}</p>`;

/** A word of a count, as many as there are: `1 epoch`, `20 epochs`. */
export const counted = (count: number, word: string): string =>
  `${count.toLocaleString('en-US')} ${word}${count === 1 ? '' : 's'}`;

export const percent = (share: number): string => (Number.isNaN(share) ? '-' : `${(100 * share).toFixed(2)} %`);
