import type { Picture } from 'marblenet/page';
import type { Drawing } from './drawing.js';

/** Pixels of a side of the sheet. */
export const SIDE = 280;

/** Draws it, white on black, as the digits of MNIST are. */
export function paint(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D, drawing: Drawing): void {
  context.fillStyle = '#000';
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = '#fff';
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const { width, points } of drawing) {
    const [first, ...rest] = points;
    context.lineWidth = width * SIDE;
    context.beginPath();
    context.moveTo(first.x * SIDE, first.y * SIDE);
    // a point alone is a dot
    for (const { x, y } of rest.length > 0 ? rest : [first]) context.lineTo(x * SIDE, y * SIDE);
    context.stroke();
  }
}

/** The drawing as a picture, as any program that decodes one has it. */
export function pictureOf(drawing: Drawing): Picture {
  const { data } = painted(drawing).getImageData(0, 0, SIDE, SIDE);
  return { width: SIDE, height: SIDE, channels: 4, data };
}

/** The drawing as a PNG file. */
export const pngOf = (drawing: Drawing): Promise<Blob> => painted(drawing).canvas.convertToBlob();

function painted(drawing: Drawing): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(SIDE, SIDE).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('the browser gives no canvas to draw on');
  paint(context, drawing);
  return context;
}
