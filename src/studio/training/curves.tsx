/** The curves of all runs that are shown, over each other. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { RunRecord } from '../state/state.js';
import { language, text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { number } from '../view/format.js';
import { colour, isDark } from '../view/theme.js';

const HEIGHT = 200;

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly x: readonly number[];
  readonly y: readonly (number | undefined)[];
}

export function LossChart() {
  const runs = usePart((state) => state.runs);
  return (
    <Chart
      id="loss-chart"
      label={text.value.training.loss}
      lines={linesOf(runs, ({ loss }) => [loss.steps, loss.values])}
    />
  );
}

export function AccuracyChart() {
  const runs = usePart((state) => state.runs);
  const points = ({ epochs }: RunRecord) =>
    [epochs.map(({ step }) => step), epochs.map(({ accuracy }) => accuracy)] as const;
  return <Chart id="accuracy-chart" label={text.value.training.accuracy} lines={linesOf(runs, points)} />;
}

const linesOf = (
  runs: readonly RunRecord[],
  points: (run: RunRecord) => readonly [x: readonly number[], y: readonly (number | undefined)[]],
): Line[] =>
  runs.flatMap((run, i) => {
    const [x, y] = points(run);
    return run.isHidden || y.every((value) => value === undefined)
      ? []
      : [{ label: run.label, colour: `--c${i % 8}`, x, y }];
  });

interface ChartProps {
  readonly id: string;
  readonly label: string;
  readonly lines: readonly Line[];
}

/** A chart by uPlot, which is made anew when other lines are in it, and only filled anew when they grow. */
function Chart({ id, label, lines }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const dark = isDark();
  const shape = lines.map((line) => `${line.label} ${line.colour}`).join('|');

  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const made = new uPlot(optionsOf(lines, box.clientWidth), dataOf(lines), box);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: HEIGHT }));
    watch.observe(box);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [shape, dark, language.value]);

  useEffect(() => plot.current?.setData(dataOf(lines)), [lines]);

  if (lines.length === 0) return null;
  const last = lines.map((line) => `${line.label} ${number(line.y.at(-1) ?? Number.NaN)}`).join(', ');
  return (
    <>
      <h3>{label}</h3>
      <div class="chart" id={id} ref={place} role="img" aria-label={`${label}: ${last}`} />
    </>
  );
}

/** uPlot wants one axis for all lines. */
function dataOf(lines: readonly Line[]): uPlot.AlignedData {
  if (lines.length === 0) return [[]];
  return uPlot.join(lines.map(({ x, y }) => [[...x], y.map((value) => value ?? null)] as uPlot.AlignedData));
}

function optionsOf(lines: readonly Line[], width: number): uPlot.Options {
  const axis = {
    stroke: colour('--faint'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  return {
    width,
    height: HEIGHT,
    scales: { x: { time: false } },
    axes: [
      { ...axis, label: text.value.training.step, labelSize: 18, labelFont: axis.font, labelGap: 0 },
      { ...axis, size: 48, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : number(tick))) },
    ],
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    series: [
      {},
      ...lines.map((line) => ({ label: line.label, stroke: colour(line.colour), width: 2, spanGaps: true })),
    ],
  };
}
