/** What the network says of real numbers, against what is true. */
import { figure } from '../chart.js';
import { type Html, html } from '../html.js';
import { counted } from '../parts.js';
import type { Predictions } from './run-report.js';

const SIZE = 300;
const LEFT = 56;
const TOP = 10;

/** Round numbers between two others, about five. */
function ticksIn(least: number, most: number): number[] {
  const rough = (most - least) / 5 || 1;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = size * ([1, 2, 5].find((times) => times * size >= rough) ?? 10);
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, i) => (first + i) * step);
}

/** A point an example: on the diagonal, what is said is true. */
export function predictionsFigure({ target, points, count }: Predictions): Html {
  const values = points.flatMap(({ truth, said }) => [truth, said]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least || 1;
  const x = (value: number): number => LEFT + (SIZE * (value - least)) / span;
  const y = (value: number): number => TOP + SIZE - (SIZE * (value - least)) / span;
  const opacity = Math.max(0.15, Math.min(0.8, 10 / Math.sqrt(points.length))).toFixed(2);
  const chosen = points.length < count && `, of which ${points.length.toLocaleString('en-US')} are drawn`;
  return html`<figure class="card"><figcaption>${target}</figcaption>
<svg class="drawn" style="max-width:28rem" viewBox="0 0 ${LEFT + SIZE + 24} ${TOP + SIZE + 40}" role="img" aria-label="${target}: what the network says against what is true, ${counted(count, 'example')}">
${ticksIn(least, most).map((tick) => html`<line x1="${LEFT}" x2="${LEFT + SIZE}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}" stroke="var(--line)"/><text x="${LEFT - 5}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${figure(tick)}</text><text x="${x(tick).toFixed(1)}" y="${TOP + SIZE + 16}" text-anchor="middle">${figure(tick)}</text>`)}
<line x1="${x(least)}" y1="${y(least)}" x2="${x(most).toFixed(1)}" y2="${y(most).toFixed(1)}" stroke="var(--text)" stroke-dasharray="5 4"/>
${points.map(({ truth, said }) => html`<circle cx="${x(truth).toFixed(1)}" cy="${y(said).toFixed(1)}" r="2.5" fill="var(--c0)" fill-opacity="${opacity}"><title>said ${figure(said)}, true ${figure(truth)}</title></circle>`)}
<text x="${LEFT + SIZE / 2}" y="${TOP + SIZE + 34}" text-anchor="middle">true</text>
<text transform="translate(12 ${TOP + SIZE / 2}) rotate(-90)" text-anchor="middle">said</text>
</svg>
<p class="faint">A point for each of ${counted(count, 'example')}${chosen}. On the dashed line, what the network says is true; above it, it says too much.</p></figure>`;
}
