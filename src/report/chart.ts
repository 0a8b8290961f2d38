/** Curves of a page: what they show travels in it as JSON, and src/report/browser draws it. */
import { embeddedJson, type Html, html } from './html.js';

interface Series {
  readonly label: string;
  /** A number for each of the chart's `x`; null where there is none. */
  readonly values: readonly (number | null)[];
  /** Which colour of the page's; by default its own place among the series. */
  readonly colour?: number;
}

export interface Chart {
  /** Unique in its page: letters, digits and dashes. */
  readonly id: string;
  readonly title: string;
  /** What `x` counts: `epoch`, `step`. */
  readonly along: string;
  readonly x: readonly number[];
  readonly series: readonly Series[];
  /** Whether the vertical axis begins logarithmic; the reader may change it. */
  readonly isLog?: boolean;
}

/** The most rows of a chart's table. */
const MOST_ROWS = 60;

/** A place for a chart, and its numbers as a table, for who cannot see it, or has no script. */
export function chartFigure(chart: Chart): Html {
  const { id, title, along, x, series } = chart;
  const every = Math.ceil(x.length / MOST_ROWS);
  const shown = x.flatMap((at, i) => (i % every === 0 || i === x.length - 1 ? [[at, i] as const] : []));
  return html`<figure class="chart card">
<figcaption>${title}</figcaption>
<div class="plot" id="${id}" tabindex="0" role="application" aria-label="${title}: arrow keys read the values"></div>
<p class="reading" aria-live="polite"></p>
<details><summary>as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="${title}, as a table"><table>
<thead><tr><th scope="col">${along}</th>${series.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>${shown.map(
    ([at, i]) =>
      html`<tr><th scope="row">${at}</th>${series.map(({ values }) => html`<td>${figure(values[i])}</td>`)}</tr>`,
  )}</tbody>
</table></div></details>
</figure>`;
}

/** What the script of a page reads. */
export const chartData = (charts: readonly Chart[]): Html =>
  html`<script type="application/json" id="charts">${embeddedJson(charts)}</script>`;

/** Whether anything can be drawn. */
export const hasValues = ({ series }: Chart): boolean =>
  series.some(({ values }) => values.some((value) => value !== null && Number.isFinite(value)));

/** Four significant digits, as people write numbers. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '-';
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2);
  return size >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(4)));
}
