import uPlot from 'uplot';
import type { Chart } from '../chart.js';

const HEIGHT = 240;

/** How many colours of curves a page has: --c0, --c1 ... */
const COLOURS = 8;

/** Draws a chart in its place, anew where the page becomes wider, narrower, light or dark. */
export function drawChart(chart: Chart): void {
  const place = document.getElementById(chart.id);
  const reading = place?.parentElement?.querySelector('.reading');
  if (!place || !reading) return;
  let isLog = chart.isLog ?? false;
  let at = -1;
  let plot: uPlot | undefined;

  const draw = (): void => {
    plot?.destroy();
    plot = new uPlot(optionsOf(chart, isLog, place.clientWidth), dataOf(chart, isLog), place);
  };
  draw();

  const read = (index: number): void => {
    at = Math.max(0, Math.min(chart.x.length - 1, index));
    plot?.setCursor({ left: plot.valToPos(chart.x[at], 'x'), top: HEIGHT / 3 });
    const values = chart.series.map(({ label, values }) => `${label} ${shown(values[at])}`);
    reading.textContent = `${chart.along} ${chart.x[at]}: ${values.join(', ')}`;
  };
  const steps: Readonly<Record<string, () => number>> = {
    ArrowLeft: () => at - 1,
    ArrowRight: () => at + 1,
    Home: () => 0,
    End: () => chart.x.length - 1,
  };
  place.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    read(step());
  });

  if (canBeLog(chart)) {
    const button = document.createElement('button');
    button.type = 'button';
    const name = (): void => {
      button.textContent = isLog ? 'linear scale' : 'log scale';
      button.setAttribute('aria-label', `${button.textContent} for ${chart.title}`);
    };
    name();
    button.addEventListener('click', () => {
      isLog = !isLog;
      name();
      draw();
    });
    place.before(button);
  }

  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    plot?.setSize({ width, height: HEIGHT });
  }).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  addEventListener('beforeprint', draw); // in the colours of paper
}

/** Four significant digits, as the table has them. */
const shown = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : String(Number(value.toPrecision(4)));

const canBeLog = ({ series }: Chart): boolean =>
  series.some(({ values }) => values.some((value) => value !== null && value > 0));

/** A logarithm of 0 is nowhere. */
const dataOf = ({ x, series }: Chart, isLog: boolean): uPlot.AlignedData => [
  [...x],
  ...series.map(({ values }) => values.map((value) => (value === null || (isLog && value <= 0) ? null : value))),
];

const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Epochs and steps are counted. */
const WHOLE = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((power) => [1, 2, 5].map((first) => first * 10 ** power));

function optionsOf({ along, series, x }: Chart, isLog: boolean, width: number): uPlot.Options {
  const axis = {
    stroke: colourOf('--faint'),
    grid: { stroke: colourOf('--line'), width: 1 },
    ticks: { stroke: colourOf('--line'), width: 1 },
  };
  return {
    width,
    height: HEIGHT,
    scales: { x: { time: false, ...(x.length === 1 && { range: [x[0] - 1, x[0] + 1] }) }, y: { distr: isLog ? 3 : 1 } },
    axes: [
      { ...axis, incrs: WHOLE },
      { ...axis, size: 62, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : shown(tick))) },
    ],
    legend: { live: true },
    series: [
      { label: along, value: (_: uPlot, at: number | null) => String(at ?? x.at(-1)) },
      ...series.map(({ label, colour, values }, i) => ({
        label,
        stroke: colourOf(`--c${(colour ?? i) % COLOURS}`),
        width: 2,
        ...(i >= COLOURS && { dash: [6, 4] }),
        spanGaps: true,
        points: { show: x.length <= 60, size: 5 },
        // where nothing is pointed at, those of the last point
        value: (_: uPlot, value: number | null, _series: number, at: number | null) =>
          shown(at === null ? values.at(-1) : value),
      })),
    ],
    cursor: { drag: { x: true, y: false } },
  };
}
