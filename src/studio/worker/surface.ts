/** What a network says over the plane, where samples are two numbers. */
import type { Examples, Model } from 'marblenet/page';
import { predicted } from './predicted.js';
import type { Surface } from './protocol.js';

/** Points along an axis. */
const SIZE = 64;

/** How many examples are drawn. */
const POINTS = 600;

/** @returns undefined where samples are not two numbers, or have no classes. */
export async function surfaceOf(model: Model, { features, labels }: Examples): Promise<Surface | undefined> {
  if (model.shape.length !== 1 || model.shape[0] !== 2 || labels === undefined) return undefined;
  const count = Math.min(POINTS, labels.length);
  const shown = Float32Array.from(features.subarray(0, 2 * count));
  const most = shown.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) * 1.1;
  const at = (i: number): number => -most + (2 * most * (i + 0.5)) / SIZE;
  const data = new Float32Array(2 * SIZE * SIZE);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) data.set([at(column), at(SIZE - 1 - row)], 2 * (row * SIZE + column));
  }
  const said = await predicted(model, { shape: [SIZE * SIZE, 2], data });
  if (said === undefined) return undefined;
  const { probabilities, classes } = said;
  const columns = probabilities?.shape[1] ?? 1;
  const confidences = Float32Array.from(classes, (label, i) => probabilities?.data[i * columns + label] ?? 1);
  return {
    from: -most,
    to: most,
    size: SIZE,
    classes: Uint8Array.from(classes),
    confidences,
    points: {
      x: shown.filter((_, i) => i % 2 === 0),
      y: shown.filter((_, i) => i % 2 === 1),
      labels: Uint8Array.from(labels.subarray(0, count)),
    },
  };
}
