/** The script of a page: draws its curves, and has them read by mouse, by finger, by the keys, and aloud. */
import { drawChart } from './draw-chart.js';

const charts = JSON.parse(document.getElementById('charts')?.textContent ?? '[]');
for (const chart of charts) drawChart(chart);

// what is folded up is printed, too
addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});
