/** An activation with its options as they are, and its derivative. */
import { text } from '../texts/texts.js';
import { useAnswer } from '../use-answer.js';
import { number } from '../view/format.js';
import type { StageView } from '../worker/protocol.js';

export function Plot({ stage: { name, options } }: { readonly stage: StageView }) {
  const words = text.value.stage;
  const given = JSON.stringify(options);
  const curves = useAnswer((worker) => worker.plot(name, options), [name, given]);
  if (curves === undefined) return null;
  const { x, y, slope } = curves;
  const [left, right] = [x[0], x[x.length - 1]];
  const low = Math.min(0, ...y, ...slope);
  const high = Math.max(0, ...y, ...slope);
  const scale = HEIGHT / (high - low || 1);
  const across = (px: number): number => ((px - left) * WIDTH) / (right - left);
  const down = (py: number): number => (high - py) * scale;
  const at = (px: number, py: number): string => `${number(across(px))} ${number(down(py))}`;
  const path = (values: Float32Array): string => `M${Array.from(x, (px, i) => at(px, values[i])).join('L')}`;
  const peak = peakOf(slope);
  const steepest = peak && { x: x[peak], slope: slope[peak], cx: across(x[peak]), cy: down(slope[peak]) };
  return (
    <figure class="plot-of">
      <figcaption>{words.plot}</figcaption>
      <svg viewBox={`-30 -8 ${WIDTH + 42} ${HEIGHT + 28}`} role="img" aria-label={`${name}: ${words.plot}`}>
        {ticksOf(left, right).map((tick) => (
          <text key={tick} class="x tick" x={across(tick)} y={HEIGHT + 16}>
            {number(tick)}
          </text>
        ))}
        {ticksOf(low, high).map((tick) => (
          <g key={tick}>
            <path class="axis" d={`M${at(left, tick)}L${at(right, tick)}`} />
            <text class="y tick" x={-6} y={down(tick)}>
              {number(tick)}
            </text>
          </g>
        ))}
        <path class="zero axis" d={`M${at(left, 0)}L${at(right, 0)}M${at(0, low)}L${at(0, high)}`} />
        <path class="slope" d={path(slope)} />
        <path class="value" d={path(y)} />
        {steepest && (
          <g class="steepest">
            <circle cx={steepest.cx} cy={steepest.cy} r="4" />
            <text class="tick" x={steepest.cx + 8} y={steepest.cy - 8}>
              {number(steepest.slope)}
            </text>
          </g>
        )}
      </svg>
      {steepest && <p id="steepest">{words.steepest(number(steepest.slope), number(steepest.x))}</p>}
      <p class="faint">
        <span class="key value">y</span> <span class="key slope">{words.slope}</span>
      </p>
    </figure>
  );
}

/** Where the derivative is largest, if that is at one place that is seen. */
function peakOf(slope: Float32Array): number | undefined {
  const most = Math.max(...slope);
  const near = Array.from(slope.keys()).filter((i) => slope[i] > most - 1e-4 * Math.abs(most));
  const [first, last] = [near[0], near[near.length - 1]];
  const isOnePlace = first > 0 && last < slope.length - 1 && last - first < slope.length / 20;
  return isOnePlace ? near[Math.floor(near.length / 2)] : undefined;
}

/** Round numbers from one to another: about five. */
function ticksOf(from: number, to: number): readonly number[] {
  const wanted = (to - from) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * ([1, 2, 5].find((times) => times * power >= wanted) ?? 10);
  const first = Math.ceil(from / step);
  const count = Math.floor(to / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}

/** Units of the drawing, which is as wide as it is given room. */
const WIDTH = 320;
const HEIGHT = 160;
