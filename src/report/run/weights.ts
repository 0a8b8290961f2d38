/** What was learned, as numbers spread and as pictures. */
import type { Histogram } from '../../core/inspect/histogram.js';
import { figure } from '../chart.js';
import { type Html, html } from '../html.js';
import { pngAddress } from '../png.js';
import { signedSheet } from '../sheet.js';
import type { Filters, WeightHistogram } from './run-report.js';

const WIDTH = 300;
const HEIGHT = 110;

/** At the start and at the end, one over the other, a figure a parameter. */
export const weightHistograms = (all: readonly WeightHistogram[]): Html =>
  html`<p>How the numbers of each parameter are spread: filled at the end of training, a line at its start.</p>
<div class="grid small">${all.map(histogramFigure)}</div>`;

function histogramFigure({ name, shape, start, end }: WeightHistogram): Html {
  const words = `${name}, from ${figure(end.from)} to ${figure(end.to)}`;
  return html`<figure class="card"><figcaption><code>${name}</code> <span class="faint">${shape}</span></figcaption>
<svg class="drawn" viewBox="0 0 ${WIDTH} ${HEIGHT + 18}" role="img" aria-label="spread of ${words}">
<path d="${outline(end)} L ${WIDTH} ${HEIGHT} L 0 ${HEIGHT} Z" fill="var(--c0)" fill-opacity=".35"/>
<path d="${outline(end)}" fill="none" stroke="var(--c0)"/>
${start !== undefined && html`<path d="${outline(start)}" fill="none" stroke="var(--c1)" stroke-width="1.5"/>`}
<text x="0" y="${HEIGHT + 14}">${figure(end.from)}</text><text x="${WIDTH}" y="${HEIGHT + 14}" text-anchor="end">${figure(end.to)}</text>
</svg></figure>`;
}

/** Steps from left to right, each histogram as high as its largest bin. */
function outline({ counts }: Histogram): string {
  const most = Math.max(...counts) || 1;
  const width = WIDTH / counts.length;
  const steps = counts.map((count, bin) => {
    const y = (HEIGHT * (1 - count / most)).toFixed(1);
    return `${bin === 0 ? 'M' : 'L'} ${(bin * width).toFixed(1)} ${y} H ${((bin + 1) * width).toFixed(1)}`;
  });
  return steps.join(' ');
}

const COLUMNS = 10;

/** How wide a small picture is drawn, in pixels of a page. */
const DRAWN = 84;

export function filterPictures({ title, count, tiles }: Filters): Html {
  const sheet = signedSheet(tiles, COLUMNS);
  const across = Math.min(COLUMNS, tiles.length);
  const shown = tiles.length < count ? `the first ${tiles.length} of ${count}` : `all ${count}`;
  return html`<p>${title}: ${shown}. Red counts for, blue against, white not at all; each has a scale of its own.</p>
<img src="${pngAddress(sheet)}" width="${across * DRAWN}" alt="${title}, ${shown}, as pictures">`;
}
