/** The sheet that is drawn on, by mouse, pen or finger, or by the keys; an example lies on it until one draws. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { Pixels } from '../view/pixels.js';
import type { Point } from './drawing.js';
import { paint, SIDE } from './paint.js';
import { pictureShape, shades } from './samples.js';

/** How far an arrow key moves the pen, and with Shift. */
const FAR = 1 / 14;
const NEAR = 1 / 56;

const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

const MIDDLE: Point = { x: 0.5, y: 0.5 };

export function Sheet({ width }: { readonly width: number }) {
  const { act } = useStudio();
  const words = text.value.draw;
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = usePart(({ asking }) => asking.drawing);
  const example = usePart(({ asking }) => (asking.question?.of === 'drawing' ? undefined : asking.answer?.said));
  const shape = pictureShape(example?.shape);
  const pointer = usePointer(width);
  const [pen, setPen] = useState({ at: MIDDLE, isDown: false });

  useEffect(() => {
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    if (context) paint(context, drawing);
  }, [drawing]);

  const press = (event: KeyboardEvent) => {
    const way = arrows[event.key];
    if (way) {
      const far = event.shiftKey ? NEAR : FAR;
      const at = { x: within(pen.at.x + far * way.x), y: within(pen.at.y + far * way.y) };
      setPen({ ...pen, at });
      if (pen.isDown) act({ act: 'strokeGrown', points: [at] });
    } else if (event.key === ' ') {
      if (!pen.isDown) act({ act: 'strokeBegun', stroke: { width, points: [pen.at] } });
      setPen({ ...pen, isDown: !pen.isDown });
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      act({ act: 'drawingCleared' });
      setPen({ ...pen, isDown: false });
    } else {
      return;
    }
    event.preventDefault();
  };

  const { at, isDown } = pen;
  return (
    <div
      class="sheet"
      id="sheet"
      role="application"
      aria-label={words.sheet}
      aria-describedby="sheet-keys"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys draw on it
      tabIndex={0}
      onKeyDown={press}
      onBlur={() => setPen({ ...pen, isDown: false })}
      style={{ '--x': at.x, '--y': at.y, '--width': width }}
      {...pointer}
    >
      <canvas ref={canvas} width={SIDE} height={SIDE} />
      {example && shape && <Pixels values={example.sample} shape={shape} {...shades(example.sample)} />}
      <span class="pen" data-down={isDown || undefined} aria-hidden="true" />
      <span class="for-readers" role="status">
        {words.penAt(isDown, Math.round(100 * at.x), Math.round(100 * at.y))}
      </span>
    </div>
  );
}

const within = (share: number): number => Math.min(1, Math.max(0, share));

/** What hears of the pointer: a stroke from where it goes down to where it is lifted, told once a frame. */
function usePointer(width: number) {
  const { act } = useStudio();
  const waiting = useRef<Point[]>([]);
  const frame = useRef<number | undefined>(undefined);
  const tell = () => {
    frame.current = undefined;
    const points = waiting.current.splice(0);
    if (points.length > 0) act({ act: 'strokeGrown', points });
  };
  const end = ({ currentTarget, pointerId }: Pointed) => {
    if (!currentTarget.hasPointerCapture(pointerId)) return;
    currentTarget.releasePointerCapture(pointerId);
    tell();
  };
  return {
    onPointerDown(event: Pointed) {
      if (event.button !== 0 || !event.isPrimary) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      act({ act: 'strokeBegun', stroke: { width, points: [pointOf(event, event.currentTarget)] } });
    },
    onPointerMove(event: Pointed) {
      const { currentTarget: sheet } = event;
      if (!sheet.hasPointerCapture(event.pointerId)) return;
      // a browser puts several moves into one event
      const moves = event.getCoalescedEvents?.() ?? [];
      for (const move of moves.length > 0 ? moves : [event]) waiting.current.push(pointOf(move, sheet));
      frame.current ??= requestAnimationFrame(tell);
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}

type Pointed = PointerEvent & { readonly currentTarget: HTMLElement };

function pointOf({ clientX, clientY }: PointerEvent, sheet: HTMLElement): Point {
  const { left, top, width, height } = sheet.getBoundingClientRect();
  return { x: (clientX - left) / width, y: (clientY - top) / height };
}
