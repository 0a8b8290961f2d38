import { useEffect, useRef } from 'preact/hooks';
import { colour, isDark, rgbOf } from './theme.js';

interface PixelsProps {
  readonly values: ArrayLike<number>;
  /** [height, width], or with channels behind. */
  readonly shape: readonly number[];
  /** What is black and white: or, where `from` is below 0, the two ends of a scale from one colour to another. */
  readonly from: number;
  readonly to: number;
  /** Which channel; of three, all are shown as colours. */
  readonly channel?: number;
  readonly label?: string;
}

/** Numbers as a picture, a pixel each. */
export function Pixels({ values, shape, from, to, channel, label }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [height, width, channels = 1] = shape;
  const dark = isDark();
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const image = context.createImageData(width, height);
    const paint = from < 0 ? twoSided(Math.max(-from, to)) : grey(from, to);
    for (let pixel = 0; pixel < width * height; pixel++) {
      const at = pixel * channels;
      const rgb =
        channels === 3 && channel === undefined
          ? [values[at], values[at + 1], values[at + 2]].map((value) => grey(from, to)(value)[0])
          : paint(values[at + (channel ?? 0)]);
      image.data.set([...rgb, 255], pixel * 4);
    }
    context.putImageData(image, 0, 0);
  }, [values, from, to, channel, dark, width, height, channels]);
  return (
    <canvas
      class="pixels"
      ref={canvas}
      width={width}
      height={height}
      style={{ '--ratio': `${width} / ${height}` }}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}

type Paint = (value: number) => readonly number[];

function grey(from: number, to: number): Paint {
  const scale = 255 / (to - from || 1);
  return (value) => {
    const level = Math.max(0, Math.min(255, (value - from) * scale));
    return [level, level, level];
  };
}

/** Below 0 one colour, above it another, and 0 the colour of the page. */
function twoSided(most: number): Paint {
  const [below, zero, above] = ['--below', '--card', '--above'].map((name) => rgbOf(colour(name)));
  return (value) => {
    const share = Math.min(1, Math.abs(value) / (most || 1));
    const end = value < 0 ? below : above;
    return zero.map((level, i) => level + (end[i] - level) * share);
  };
}
