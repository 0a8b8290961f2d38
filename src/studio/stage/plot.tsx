/** An activation with its options as they are, and its derivative. */
import { useEffect, useState } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { useStudio } from '../use-studio.js';
import { number } from '../view/format.js';
import type { Plot as Curves, StageView } from '../worker/protocol.js';

export function Plot({ stage: { name, options } }: { readonly stage: StageView }) {
  const { worker } = useStudio();
  const words = text.value.stage;
  const [curves, setCurves] = useState<Curves>();
  const given = JSON.stringify(options);
  useEffect(() => {
    let isWanted = true;
    worker.plot(name, JSON.parse(given)).then((plot) => {
      if (isWanted) setCurves(plot);
    });
    return () => {
      isWanted = false;
    };
  }, [worker, name, given]);
  if (curves === undefined) return null;
  const { x, y, slope } = curves;
  const [left, right] = [x[0], x[x.length - 1]];
  const low = Math.min(0, ...y, ...slope);
  const high = Math.max(0, ...y, ...slope);
  const scale = HEIGHT / (high - low || 1);
  const at = (px: number, py: number): string =>
    `${number(((px - left) * WIDTH) / (right - left))} ${number((high - py) * scale)}`;
  const path = (values: Float32Array): string => `M${Array.from(x, (px, i) => at(px, values[i])).join('L')}`;
  const peak = peakOf(slope);
  const steepest = peak && { x: x[peak], slope: slope[peak], at: at(x[peak], slope[peak]).split(' ') };
  return (
    <figure class="plot-of">
      <figcaption>{words.plot}</figcaption>
      <svg viewBox={`-6 -6 ${WIDTH + 12} ${HEIGHT + 12}`} role="img" aria-label={`${name}: ${words.plot}`}>
        <path class="axis" d={`M${at(left, 0)}L${at(right, 0)}M${at(0, low)}L${at(0, high)}`} />
        <path class="slope" d={path(slope)} />
        <path class="value" d={path(y)} />
        {steepest && <circle class="steepest" cx={steepest.at[0]} cy={steepest.at[1]} r="4" />}
      </svg>
      {steepest && <p id="steepest">{words.steepest(number(steepest.slope), number(steepest.x))}</p>}
      <p class="faint">
        <span class="key value">y</span> <span class="key slope">{words.slope}</span> · x {number(left)} …{' '}
        {number(right)} · y {number(low)} … {number(high)}
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

/** Units of the drawing, which is as wide as it is given room. */
const WIDTH = 320;
const HEIGHT = 160;
