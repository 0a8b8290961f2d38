/** The script of a page: draws its curves, and has them read by mouse, by finger, by the keys, and aloud. */

import { drawChart } from './draw-chart.js';
import { fadeWhereCut } from './fade.js';

const charts = JSON.parse(document.getElementById('charts')?.textContent ?? '[]');
for (const chart of charts) drawChart(chart);
for (const box of document.querySelectorAll<HTMLElement>('.scroll')) fadeWhereCut(box);

// what is folded up is printed, too
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});
