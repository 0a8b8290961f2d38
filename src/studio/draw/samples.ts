/** What samples of a network are to a person: pictures, or numbers with names. */
import type { DataReport, Shape } from 'marblenet/page';

/** [height, width] or [height, width, channels] where samples are pictures; undefined where they are not. */
export function pictureShape(shape: Shape | undefined): Shape | undefined {
  if (shape?.length === 1 && shape[0] === 784) return [28, 28];
  const [, width, channels = 1, ...more] = shape ?? [];
  return width !== undefined && more.length === 0 && (channels === 1 || channels === 3) ? shape : undefined;
}

/** What the numbers of a sample are called: the columns of a table, a category once for each of its values. */
export function featureNames(columns: DataReport['columns'], count: number): readonly string[] {
  if (columns === undefined) return Array.from({ length: count }, (_, i) => `x${i + 1}`);
  return columns.features.flatMap((column) =>
    column.kind === 'number' ? [column.name] : column.values.map((value) => `${column.name} = ${value}`),
  );
}
