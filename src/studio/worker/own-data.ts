/** Data of one's own: what the files are that a person gave, and a pipeline for them. */
import { fitColumns, type Host, isOfClasses, listPictures, newPipelineFile } from 'marblenet/page';
import type { FoundData } from './protocol.js';

/** A name of a file, by what it ends with. */
const TABLES = /\.(csv|tsv|txt)(\.gz)?$/i;
const PICTURES = /\.(png|jpe?g)$/i;

/** Those of the paths that are tables; what was given last comes first. */
export const tablesAmong = (paths: Iterable<string>): string[] =>
  [...paths].filter((path) => TABLES.test(path)).reverse();

/** Of each file one path, the first: it may be held under others, which pipelines have for it. */
export const pathsOf = (held: ReadonlyMap<string, Blob>): string[] => [
  ...new Map([...held].reverse().map(([path, file]) => [file, path])).values(),
];

/** What can be learned from among these files: each table, and each folder that has a folder of pictures a class. */
export async function findData(paths: readonly string[], host: Host): Promise<FoundData[]> {
  const tables = paths.filter((path) => TABLES.test(path));
  const found = await Promise.all(
    tables.map(async (path): Promise<FoundData[]> => {
      const table = await host.openTable?.(path);
      return table === undefined ? [] : [{ kind: 'table', path, columns: table.names }];
    }),
  );
  const folders = new Set(
    paths.filter((path) => PICTURES.test(path)).flatMap((path) => /^(.+)\/[^/]+\/[^/]+$/.exec(path)?.[1] ?? []),
  );
  return [...found.flat(), ...[...folders].map((path): FoundData => ({ kind: 'pictures', path }))];
}

/** What is the same in all of them: small, and quick to learn. */
const FIRST = { activation: 'relu', optimizer: 'adam', holdOut: 0 } as const;

/**
 * The text of a pipeline for a table.
 *
 * @throws DataError when the table cannot be read, or has no such column.
 */
export async function pipelineForTable(path: string, target: string, host: Host): Promise<string> {
  const table = await host.openTable?.(path);
  if (table === undefined) throw new Error('there are no tables in this page');
  const { columns, leftOut: ignore } = await fitColumns(table, { target, missing: 'fill', leavesOutUseless: true });
  const classes = isOfClasses(columns.target) ? columns.target.values.length : undefined;
  const csv = { table: path, target, classes, ignore };
  const network = { filters: [], hidden: [32] };
  return newPipelineFile({ ...FIRST, ...network, name: nameOf(path), source: 'csv', csv, epochs: 100 });
}

/**
 * The text of a pipeline for pictures.
 *
 * @throws DataError when there are no pictures, or only one class.
 */
export async function pipelineForPictures(path: string, side: number, host: Host): Promise<string> {
  const size = [side, side] as const;
  const form = { size, channels: 3, fit: 'cover' } as const;
  const listed = { train: path, path: 'path', target: 'label', form, onBroken: 'error' } as const;
  const { classNames } = await listPictures(host, listed, ['train']);
  const images = { pictures: path, size, classes: classNames.length };
  const network = { filters: [8, 16], hidden: [32] };
  return newPipelineFile({
    ...FIRST,
    ...network,
    name: nameOf(path),
    source: 'images',
    images,
    image: size,
    epochs: 20,
  });
}

const nameOf = (path: string): string =>
  (path.split('/').at(-1) ?? path).replace(/\..*$/, '').replaceAll(/[^\w-]+/g, '-') || 'own';
