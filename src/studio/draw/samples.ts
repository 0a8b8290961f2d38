/** What samples of a network are to a person: pictures, or numbers with names. */
import type { DataReport, Shape } from 'marblenet/page';
import type { Description } from '../worker/protocol.js';

/** Whether the samples of a pipeline are pictures, so that one can draw one; undefined data are not read yet. */
export const takesPictures = ({ stages }: Pick<Description, 'stages'>, data: DataReport | undefined): boolean =>
  data?.pictures !== undefined || pictureShape(sampleShape({ stages })) !== undefined;

/** What the data give, one sample. */
export const sampleShape = ({ stages }: Pick<Description, 'stages'>): Shape | undefined =>
  stages.findLast(({ section }) => section === 'data')?.shape;

/** [height, width] or [height, width, channels] where samples are pictures; undefined where they are not. */
export function pictureShape(shape: Shape | undefined): Shape | undefined {
  if (shape?.length === 1 && shape[0] === 784) return [28, 28];
  const [, width, channels = 1, ...more] = shape ?? [];
  return width !== undefined && more.length === 0 && (channels === 1 || channels === 3) ? shape : undefined;
}

/** Which numbers of a picture are black and white: bytes, or whatever it is made of. */
export function shades(values: ArrayLike<number>): { readonly from: number; readonly to: number } {
  if (values instanceof Uint8Array) return { from: 0, to: 255 };
  const numbers = Array.from(values);
  return { from: Math.min(0, ...numbers), to: Math.max(...numbers) };
}

/** What the numbers of a sample are called: the columns of a table, a category once for each of its values. */
export function featureNames(columns: DataReport['columns'], count: number): readonly string[] {
  if (columns === undefined) return Array.from({ length: count }, (_, i) => `x${i + 1}`);
  return columns.features.flatMap((column) =>
    column.kind === 'number' ? [column.name] : column.values.map((value) => `${column.name} = ${value}`),
  );
}
