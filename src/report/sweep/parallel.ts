/** Parallel coordinates: an axis a parameter, a line a trial. Source: Inselberg (1985), The Plane with Parallel Coordinates. */
import { figure } from '../chart.js';
import { type Html, html } from '../html.js';
import type { TriedParameter } from './parameters.js';
import { type ReportedTrial, rankedTrials, type SweepReport } from './sweep-report.js';

/** In pixels: where the axes begin, how long they are, and how far below them stands what has no value there. */
const [TOP, LENGTH, BELOW] = [34, 280, 30];

/** An axis has at least so many pixels of width. */
const NARROWEST = 170;

/** Where a value stands on its axis, from 0, at the foot, to 1; and what is written beside the axis. */
interface Axis {
  readonly name: string;
  /** Undefined where the trial, by its place among all of them, has no value. */
  readonly at: (trial: number) => number | undefined;
  readonly ticks: readonly (readonly [share: number, text: string])[];
}

/**
 * Those of the best trials are drawn last, and strongest; those that were stopped early are dashed. A trial without a result is
 * left out. Lines stretch with the page, and words do not: so the lines are a picture of their own inside, as wide as all of it.
 */
export function parallelCoordinates(parameters: readonly TriedParameter[], report: SweepReport): Html {
  const { trials, metric, best } = report;
  const values = trials.map(({ value }) => value);
  const axes = [...parameters.map(axisOf), numberAxis(metric, values)];
  const x = (axis: number): string => ((100 * (axis + 0.5)) / axes.length).toFixed(2);
  const y = (share: number | undefined): string =>
    (share === undefined ? TOP + LENGTH + BELOW : TOP + LENGTH * (1 - share)).toFixed(1);
  const places = new Map(trials.map((trial, i) => [trial, i]));
  const placeOf = (trial: ReportedTrial): number => Number(places.get(trial));
  const drawn = rankedTrials(report)
    .filter(({ value }) => Number.isFinite(value))
    .reverse();
  const lines = drawn.map((trial, rank) => {
    const points = axes.map(({ at }, axis) => `${x(axis)},${y(at(placeOf(trial)))}`);
    const isBest = trial.trial === best?.trial;
    const opacity = 0.1 + 0.9 * ((rank + 1) / drawn.length) ** 3;
    const tried = Object.entries(trial.labels).flatMap(([name, text]) => (text === '' ? [] : [`${name} ${text}`]));
    return html`<polyline points="${points.join(' ')}" fill="none" stroke="var(--${isBest ? 'ok' : 'c0'})" stroke-width="${isBest ? 3 : 1.5}" stroke-opacity="${opacity.toFixed(2)}"${trial.status === 'stopped' && html` stroke-dasharray="5 4"`} vector-effect="non-scaling-stroke"><title>trial ${trial.trial}: ${tried.join(', ')}: ${metric} ${figure(trial.value)}${trial.status !== 'completed' && `, ${trial.status} after epoch ${trial.epochs}`}</title></polyline>\n`;
  });
  const isMissing = ({ at }: Axis): boolean => drawn.some((trial) => at(placeOf(trial)) === undefined);
  const height = TOP + LENGTH + (axes.some(isMissing) ? BELOW + 22 : 16);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="all trials as lines"><svg class="drawn" style="height:${height}px;min-width:${axes.length * NARROWEST}px" role="img" aria-label="a line a trial over ${axes.map(({ name }) => name).join(', ')}; the table has the same">
<svg width="100%" height="${height}" viewBox="0 0 100 ${height}" preserveAspectRatio="none">
${lines}
</svg>
${axes.map((axis, i) => axisDrawn(axis, `${x(i)}%`, y, isMissing(axis)))}
</svg></div>`;
}

/** @param isMissing whether a trial has no value there: then the axis has a place for that below its foot */
const axisDrawn = (
  { name, ticks }: Axis,
  x: string,
  y: (share: number | undefined) => string,
  isMissing: boolean,
): Html =>
  html`<line x1="${x}" x2="${x}" y1="${TOP}" y2="${TOP + LENGTH}" stroke="var(--text)"/><text x="${x}" y="${TOP - 14}" text-anchor="middle">${name}</text>${ticks.map(([share, text]) => html`<text x="${x}" dx="6" y="${y(share)}" dy="4">${text}</text>`)}${isMissing && html`<text x="${x}" y="${y(undefined)}" dy="15" text-anchor="middle">-</text>`}\n`;

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

/** So few different numbers are all written at their axis, where each has a line of its own, as a share of the axis. */
const [FEW, LINE] = [4, 0.05];

/** By powers of ten, where the largest value is more than thirty times the smallest. */
function numberAxis(name: string, values: readonly (number | undefined)[]): Axis {
  const there = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  const [low, high] = [Math.min(...there), Math.max(...there)];
  const scale = low > 0 && high / low > 30 ? Math.log : (value: number) => value;
  const shareOf = (value: number): number =>
    low === high ? 0.5 : (scale(value) - scale(low)) / (scale(high) - scale(low));
  const different = [...new Set(there)].sort((a, b) => a - b);
  const areApart = different.every((value, i) => i === 0 || shareOf(value) - shareOf(different[i - 1]) >= LINE);
  const ticked = different.length <= FEW && areApart ? different : [...new Set([low, high])];
  return {
    name,
    at: (trial) => {
      const value = values[trial];
      return value === undefined || !Number.isFinite(value) ? undefined : shareOf(value);
    },
    ticks: ticked.map((value) => [shareOf(value), figure(value)]),
  };
}
