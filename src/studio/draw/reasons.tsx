/** What the network saw, and which of it speaks for a class: gradient x input. */
import type { Shape } from 'marblenet/page';
import { useEffect, useRef } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { number, shapeText } from '../view/format.js';
import { Pixels } from '../view/pixels.js';
import { Scroll } from '../view/scroll.js';
import { colour, isDark, rgbOf } from '../view/theme.js';
import type { Said } from '../worker/protocol.js';
import { shades } from './samples.js';

interface PicturesProps {
  readonly said: Said;
  /** [height, width] or [height, width, channels] */
  readonly shape: Shape;
  /** What the class is called. */
  readonly name: string;
}

/** The sample as a picture, and beside it the pixels that speak for a class and against it. */
export function PictureReasons({ said, shape, name }: PicturesProps) {
  const words = text.value.draw;
  return (
    <div class="seen">
      <figure>
        <figcaption>
          {words.saw} <code>{shapeText(shape)}</code>
        </figcaption>
        <Pixels values={said.sample} shape={shape} {...shades(said.sample)} label={words.saw} />
      </figure>
      <figure id="reasons">
        <figcaption>{words.speaks(name)}</figcaption>
        <Overlay sample={said.sample} contributions={said.contributions} shape={shape} label={words.speaks(name)} />
      </figure>
      <p class="faint legend">
        <span class="swatch for" aria-hidden="true" /> {words.for} <span class="swatch against" aria-hidden="true" />{' '}
        {words.against}. {words.reasons}
      </p>
    </div>
  );
}

interface OverlayProps {
  readonly sample: ArrayLike<number>;
  readonly contributions: ArrayLike<number>;
  readonly shape: Shape;
  readonly label: string;
}

/** How much of the sample is seen behind the colours. */
const SHADE = 0.3;

/** The colours of both sides over a faint picture of the sample. */
function Overlay({ sample, contributions, shape, label }: OverlayProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [height, width, channels = 1] = shape;
  const dark = isDark();
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const [paper, ink, below, above] = ['--card', '--text', '--below', '--above'].map((name) => rgbOf(colour(name)));
    const image = context.createImageData(width, height);
    const sums = Array.from({ length: width * height }, (_, pixel) => sumAt(contributions, pixel, channels));
    const most = Math.max(...sums.map(Math.abs)) || 1;
    const { from, to } = shades(sample);
    for (const [pixel, sum] of sums.entries()) {
      const shade = (SHADE * (sumAt(sample, pixel, channels) / channels - from)) / (to - from || 1);
      const share = Math.sqrt(Math.abs(sum) / most); // small ones are seen, too
      const end = sum < 0 ? below : above;
      for (let i = 0; i < 3; i++) {
        const back = paper[i] + (ink[i] - paper[i]) * shade;
        image.data[pixel * 4 + i] = back + (end[i] - back) * share;
      }
      image.data[pixel * 4 + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [sample, contributions, dark, width, height, channels]);
  return (
    <canvas
      class="pixels"
      ref={canvas}
      width={width}
      height={height}
      style={{ '--ratio': `${width} / ${height}` }}
      role="img"
      aria-label={label}
    />
  );
}

const sumAt = (values: ArrayLike<number>, pixel: number, channels: number): number => {
  let sum = 0;
  for (let c = 0; c < channels; c++) sum += values[pixel * channels + c];
  return sum;
};

/** Rows of numbers that are shown. */
const MOST = 24;

interface NumbersProps {
  readonly said: Said;
  readonly names: readonly string[];
  /** What the class, or the number that is said, is called. */
  readonly name: string;
}

/** What each number of the sample adds, the largest first. */
export function NumberReasons({ said: { sample, contributions }, names, name }: NumbersProps) {
  const words = text.value.draw;
  const most = Math.max(...contributions.map(Math.abs)) || 1;
  const order = Array.from(contributions.keys()).sort(
    (a, b) => Math.abs(contributions[b]) - Math.abs(contributions[a]),
  );
  return (
    <Scroll label={words.adds(name)}>
      <table class="contributions" id="reasons">
        <caption>{words.adds(name)}</caption>
        <thead>
          <tr>
            <th scope="col">{words.feature}</th>
            <th scope="col">{words.value}</th>
            <th scope="col">{words.contribution}</th>
          </tr>
        </thead>
        <tbody>
          {order.slice(0, MOST).map((i) => (
            <tr key={i}>
              <th scope="row">{names[i] ?? i + 1}</th>
              <td>{number(sample[i])}</td>
              <td
                class={contributions[i] < 0 ? 'against' : 'for'}
                style={{ '--share': Math.abs(contributions[i]) / most }}
              >
                {number(contributions[i])}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="faint">{words.reasons}</p>
    </Scroll>
  );
}
