/** The curves of all runs that are shown, over each other. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { RunRecord } from '../state/state.js';
import { language, text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { count, number } from '../view/format.js';
import { colour, isDark } from '../view/theme.js';
import { lookOf } from './run-look.js';

const HEIGHT = 200;

interface Line {
  readonly label: string;
  /** Which of the runs it is of. */
  readonly run: number;
  readonly x: readonly number[];
  readonly y: readonly (number | undefined)[];
}

interface OneChartProps {
  /** By where it stands. */
  readonly heading?: 'h3' | 'h4';
}

export function LossChart({ heading = 'h3' }: OneChartProps) {
  const runs = usePart((state) => state.runs);
  return (
    <Chart
      id="loss-chart"
      heading={heading}
      label={text.value.training.loss}
      lines={linesOf(runs, ({ loss }) => [loss.steps, loss.values])}
      written={number}
    />
  );
}

export function AccuracyChart({ heading = 'h3' }: OneChartProps) {
  const runs = usePart((state) => state.runs);
  const points = ({ epochs }: RunRecord) =>
    [epochs.map(({ step }) => step), epochs.map(({ accuracy }) => accuracy)] as const;
  const { accuracy } = text.value.training;
  const lines = linesOf(runs, points);
  return <Chart id="accuracy-chart" heading={heading} label={accuracy} lines={lines} written={share} most={1} />;
}

const share = (value: number): string => `${number(100 * value)} %`;

const linesOf = (
  runs: readonly RunRecord[],
  points: (run: RunRecord) => readonly [x: readonly number[], y: readonly (number | undefined)[]],
): Line[] =>
  runs.flatMap((run, i) => {
    const [x, y] = points(run);
    return run.isHidden || y.every((value) => value === undefined) ? [] : [{ label: run.label, run: i, x, y }];
  });

interface ChartProps extends Required<OneChartProps> {
  readonly id: string;
  readonly label: string;
  readonly lines: readonly Line[];
  /** How what is measured is written. */
  readonly written: (value: number) => string;
  /** What it never exceeds. */
  readonly most?: number;
}

/** A chart by uPlot, which is made anew when other lines are in it, and only filled anew when they grow. */
function Chart({ id, heading: Heading, label, lines, written, most }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const dark = isDark();
  const shape = lines.map((line) => `${line.run} ${line.label}`).join('|');

  useEffect(() => {
    const box = place.current;
    if (!box) return;
    const made = new uPlot({ ...optionsOf(lines, written, most), width: box.clientWidth }, dataOf(lines), box);
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
  const last = lines.map((line) => `${line.label} ${written(line.y.at(-1) ?? Number.NaN)}`).join(', ');
  return (
    <section>
      <Heading>{label}</Heading>
      <div class="chart" id={id} ref={place} role="img" aria-label={`${label}: ${last}`} />
    </section>
  );
}

/** uPlot wants one axis for all lines. */
function dataOf(lines: readonly Line[]): uPlot.AlignedData {
  if (lines.length === 0) return [[]];
  return uPlot.join(lines.map(({ x, y }) => [[...x], y.map((value) => value ?? null)] as uPlot.AlignedData));
}

/** How far ticks of steps may be apart: no step is in between. */
const STEPS = Array.from({ length: 24 }, (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3));

/** A curve needs a little room above and below; one that cannot go higher needs none there. */
function rangeOf(low: number | null, high: number | null, most = Number.POSITIVE_INFINITY): uPlot.Range.MinMax {
  const [from, to] = uPlot.rangeNum(low ?? 0, high ?? 1, 0.1, true);
  return [from ?? 0, Math.min(to ?? 1, most)];
}

function optionsOf(
  lines: readonly Line[],
  written: ChartProps['written'],
  most: number | undefined,
): Omit<uPlot.Options, 'width'> {
  const axis = {
    stroke: colour('--faint'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1 },
    font: '12px system-ui, sans-serif',
  };
  return {
    height: HEIGHT,
    scales: {
      x: { time: false, range: ({ data: [steps] }) => [0, steps.at(-1) ?? 1] },
      y: { range: (_, low, high) => rangeOf(low, high, most) },
    },
    axes: [
      {
        ...axis,
        size: 30,
        incrs: STEPS,
        values: (_, ticks) => ticks.map(count),
        label: text.value.training.step,
        labelSize: 16,
        labelFont: axis.font,
        labelGap: 0,
      },
      { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : written(tick))) },
    ],
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    series: [
      {},
      ...lines.map(({ label, run }) => {
        const look = lookOf(run);
        return { label, stroke: colour(look.colour), dash: [...look.dash], width: 2, spanGaps: true };
      }),
    ],
  };
}
