/** Parallel coordinates: an axis a parameter, a line a trial. Source: Inselberg (1985), The Plane with Parallel Coordinates. */
import { figure } from '../chart.js';
import { type Html, html } from '../html.js';
import type { TriedParameter } from './parameters.js';
import type { ReportedTrial } from './sweep-report.js';

const [TOP, HEIGHT, GAP, LEFT] = [34, 280, 210, 70];

/** Where a value stands on its axis, from 0, at the foot, to 1; and what is written beside the axis. */
interface Axis {
  readonly name: string;
  readonly at: (trial: number) => number | undefined;
  readonly ticks: readonly (readonly [share: number, text: string])[];
}

/** Those of the best trials are drawn last, and strongest; a trial without a value is left out. */
export function parallelCoordinates(
  parameters: readonly TriedParameter[],
  trials: readonly ReportedTrial[],
  metric: string,
  higherIsBetter: boolean,
): Html {
  const values = trials.map(({ value }) => value);
  const axes = [...parameters.map(axisOf), numberAxis(metric, values)];
  const x = (axis: number): number => LEFT + axis * GAP;
  const y = (share: number): number => TOP + HEIGHT * (1 - share);
  const ranked = [...trials.keys()]
    .filter((i) => values[i] !== undefined && Number.isFinite(values[i]))
    .sort((a, b) => (Number(values[a]) - Number(values[b])) * (higherIsBetter ? 1 : -1));
  const lines = ranked.map((i, rank) => {
    const points = axes.flatMap(({ at }, axis) => {
      const share = at(i);
      return share === undefined ? [] : [`${x(axis)},${y(share).toFixed(1)}`];
    });
    const strength = (rank + 1) / ranked.length;
    const isBest = rank === ranked.length - 1;
    const tried = Object.entries(trials[i].labels).flatMap(([name, text]) => (text === '' ? [] : [`${name} ${text}`]));
    return html`<polyline points="${points.join(' ')}" fill="none" stroke="var(--${isBest ? 'ok' : 'c0'})" stroke-width="${isBest ? 3 : 1.5}" stroke-opacity="${(0.1 + 0.9 * strength ** 3).toFixed(2)}"><title>trial ${trials[i].trial}: ${tried.join(', ')}: ${metric} ${figure(values[i])}</title></polyline>\n`;
  });
  const width = LEFT * 2 + (axes.length - 1) * GAP;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="all trials as lines"><svg class="drawn" style="width:${width}px" viewBox="0 0 ${width} ${TOP + HEIGHT + 24}" role="img" aria-label="a line a trial over ${axes.map(({ name }) => name).join(', ')}; the table has the same">
${lines}
${axes.map(
  ({ name, ticks }, axis) =>
    html`<line x1="${x(axis)}" x2="${x(axis)}" y1="${TOP}" y2="${TOP + HEIGHT}" stroke="var(--text)"/><text x="${x(axis)}" y="${TOP - 14}" text-anchor="middle">${name}</text>${ticks.map(([share, text]) => html`<text x="${x(axis) + 5}" y="${(y(share) + 4).toFixed(1)}">${text}</text>`)}`,
)}
</svg></div>`;
}

function axisOf({ name, kind, texts }: TriedParameter): Axis {
  if (kind === 'number')
    return numberAxis(
      name,
      texts.map((text) => (text === undefined ? undefined : Number(text))),
    );
  const words = [...new Set(texts.filter((text) => text !== undefined))].sort();
  const shareOf = (word: string): number => (words.indexOf(word) + 0.5) / words.length;
  return {
    name,
    at: (trial) => {
      const text = texts[trial];
      return text === undefined ? undefined : shareOf(text);
    },
    ticks: words.map((word) => [shareOf(word), word]),
  };
}

/** By powers of ten, where the largest value is more than thirty times the smallest. */
function numberAxis(name: string, values: readonly (number | undefined)[]): Axis {
  const there = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  const [low, high] = [Math.min(...there), Math.max(...there)];
  const scale = low > 0 && high / low > 30 ? Math.log : (value: number) => value;
  const shareOf = (value: number): number =>
    low === high ? 0.5 : (scale(value) - scale(low)) / (scale(high) - scale(low));
  return {
    name,
    at: (trial) => {
      const value = values[trial];
      return value === undefined || !Number.isFinite(value) ? undefined : shareOf(value);
    },
    ticks:
      there.length === 0
        ? []
        : low === high
          ? [[0.5, figure(low)]]
          : [
              [0, figure(low)],
              [1, figure(high)],
            ],
  };
}
