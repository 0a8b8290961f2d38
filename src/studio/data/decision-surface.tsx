/** What the network says over the plane, and the points that it learns from: painted anew while it learns. */
import { useEffect, useRef } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { useAnswer } from '../use-answer.js';
import { usePart } from '../use-part.js';
import { colour, isDark, rgbOf } from '../view/theme.js';
import type { Surface } from '../worker/protocol.js';

/** Pixels along a side: several for each point that was asked for. */
const SIDE = 512;

export function DecisionSurface() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const run = usePart((state) => state.run);
  const isReady = usePart(({ data }) => data !== undefined);
  const seen = usePart(({ trip, judgement }) => trip?.step ?? judgement);
  const surface = useAnswer((worker) => worker.surface(), [run, isReady, seen]);
  const dark = isDark();
  const words = text.value.data;

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context && surface) paint(context, surface);
  }, [surface, dark]);

  if (surface === undefined) return null;
  return (
    <>
      <h3>{words.surface}</h3>
      <canvas
        id="surface"
        class="surface"
        ref={canvas}
        width={SIDE}
        height={SIDE}
        role="img"
        aria-label={words.surfaceOf(surface.points.labels.length)}
      />
    </>
  );
}

function paint(context: CanvasRenderingContext2D, { size, classes, confidences, points, from, to }: Surface): void {
  const colours = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => rgbOf(colour(`--c${i}`)));
  const page = rgbOf(colour('--card'));
  const image = new ImageData(size, size);
  for (let i = 0; i < classes.length; i++) {
    const full = colours[classes[i] % colours.length];
    const share = Math.max(0, 2 * confidences[i] - 1) * 0.55 + 0.1; // as good as guessing is hardly coloured
    image.data.set([...page.map((level, channel) => level + (full[channel] - level) * share), 255], 4 * i);
  }
  const small = new OffscreenCanvas(size, size);
  small.getContext('2d')?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(small, 0, 0, SIDE, SIDE);
  const at = (value: number): number => ((value - from) / (to - from)) * SIDE;
  points.labels.forEach((label, i) => {
    context.beginPath();
    context.arc(at(points.x[i]), SIDE - at(points.y[i]), 5, 0, 2 * Math.PI);
    context.fillStyle = `rgb(${colours[label % colours.length].join(' ')})`;
    context.fill();
    context.strokeStyle = colour('--card');
    context.stroke();
  });
}
