/** Which pictures there are, and the class of each: from a folder a class, or from a table of their paths. */
import { DataError, didYouMean, PipelineError } from '../errors.js';
import type { Host, PictureFolder } from '../host.js';
import type { SourceSplit } from '../kinds.js';
import { type PictureForm, shapeOfForm } from '../picture-form.js';
import { shortened } from '../printable.js';
import type { OpenTable } from '../table.js';
import { isMissing } from '../tables/cells.js';
import { inOrder } from '../tables/column-fit.js';
import { formatShape, sizeOf } from '../tensor.js';

/** Where the pictures of each split are, and how they become samples. */
export interface LabelledPictures {
  /** The path of a folder, or of a table; the second one may be missing. */
  readonly train: string;
  readonly test?: string | undefined;
  /** The columns of a table. */
  readonly path: string;
  readonly target: string;
  readonly form: PictureForm;
  readonly onBroken: 'error' | 'skip';
}

/** The pictures of a split, none of which was opened. */
interface Named {
  /** The folder or table, as the pipeline file writes it. */
  readonly of: string;
  readonly paths: readonly string[];
  /** [n] What the class of each is called. */
  readonly names: readonly string[];
  /** Where the class of a picture stands, for messages: `pictures.csv:3:7`, or its folder. */
  readonly classPlace: (index: number) => Promise<string>;
  /** Where its path stands, where it does. */
  readonly pathPlace?: (index: number) => Promise<string>;
  /** What was passed over. */
  readonly remark?: string | undefined;
}

/** The same, with the class of each among those of train. */
export interface ListedSplit extends Pick<Named, 'of' | 'paths' | 'pathPlace' | 'remark'> {
  /** [n] */
  readonly labels: Int32Array;
}

/** What is known of pictures before any of them is opened. */
export interface ListedPictures {
  /** Of train: numbers by size, words by their letters. */
  readonly classNames: readonly string[];
  readonly splits: ReadonlyMap<SourceSplit, ListedSplit>;
}

/**
 * Lists the pictures of some splits, and of train, whose classes are those of all.
 *
 * @throws DataError when there are none, too many, or of a class that train has not; PipelineError when none are named.
 */
export async function listPictures(
  host: Host,
  pictures: LabelledPictures,
  splits: readonly SourceSplit[],
): Promise<ListedPictures> {
  const found = new Map<SourceSplit, Named>();
  for (const split of new Set<SourceSplit>(['train', ...splits])) {
    const of = pictures[split];
    if (of === undefined) {
      throw new PipelineError(
        'images has no pictures for test:; name their folder, or take some of train: holdOut: { test: 0.2 }',
      );
    }
    found.set(split, await namedBy(host, of, pictures));
  }
  const classNames = [...new Set(found.get('train')?.names)].sort(inOrder);
  if (classNames.length === 1) {
    const problem = `found pictures of one class alone, ${classNames[0]}, expected two or more to tell apart`;
    throw new DataError(pictures.train, problem);
  }
  requireRoom([...found.values()], pictures.form, host.memory);
  const listed = new Map<SourceSplit, ListedSplit>();
  for (const [split, named] of found) listed.set(split, { ...named, labels: await labelsOf(named, classNames) });
  return { classNames, splits: listed };
}

async function namedBy(host: Host, of: string, columns: Columns): Promise<Named> {
  if (host.findPictures === undefined || host.openTable === undefined) throw noPictures();
  const folder = await host.findPictures(of);
  return folder === undefined ? ofTable(of, await host.openTable(of), columns) : ofFolder(of, folder);
}

type Columns = Pick<LabelledPictures, 'path' | 'target'>;

export const noPictures = (): PipelineError => new PipelineError('images: what runs this pipeline reads no pictures');

function ofFolder(of: string, { path, classes, others }: PictureFolder): Named {
  const filled = classes.filter(({ pictures }) => pictures.length > 0).toSorted((a, b) => inOrder(a.name, b.name));
  const empty = classes.filter(({ pictures }) => pictures.length === 0);
  const found = [...others].map(([what, count]) => `${count} ${what}${count === 1 ? '' : 's'}`).join(', ');
  if (filled.length === 0) {
    const deeper = classes.find(({ hasFolders }) => hasFolders);
    const advice = deeper === undefined ? '' : `; is it ${path}/${deeper.name} that has a folder a class?`;
    const there = classes.length === 0 ? 'no folders in it' : 'no pictures in its folders';
    const beside = found === '' ? '' : ` (but ${found})`;
    throw new DataError(path, `found ${there}${beside}, expected a folder a class, with PNG or JPEG pictures${advice}`);
  }
  const remarks = [
    ...(found === '' ? [] : [`passed over in ${path}: ${found}`]),
    ...(empty.length === 0
      ? []
      : [`no class, for want of pictures in ${path}: ${some(empty.map(({ name }) => name))}`]),
  ];
  const names = filled.flatMap(({ name, pictures }) => pictures.map(() => name));
  return {
    of,
    paths: filled.flatMap(({ pictures }) => pictures),
    names,
    classPlace: async (index) => `${path}/${names[index]}`,
    ...(remarks.length > 0 && { remark: remarks.join('; ') }),
  };
}

async function ofTable(of: string, table: OpenTable, { path, target }: Columns): Promise<Named> {
  const [pathCell, targetCell] = [cellOf('path', path, table), cellOf('target', target, table)];
  const paths: string[] = [];
  const names: string[] = [];
  const lines: number[] = [];
  for await (const block of table.rows()) {
    for (const [i, row] of block.rows.entries()) {
      const empty = [pathCell, targetCell].find((cell) => isMissing(row[cell]));
      if (empty !== undefined) {
        const problem = `found nothing for ${table.names[empty]}, expected it in each row`;
        throw new DataError(await table.placeOf(block.lines[i], empty), problem);
      }
      paths.push(beside(of, row[pathCell]));
      names.push(row[targetCell]);
      lines.push(block.lines[i]);
    }
  }
  if (paths.length === 0)
    throw new DataError(table.path, 'found no rows, expected some below the names of the columns');
  const classPlace = (index: number) => table.placeOf(lines[index], targetCell);
  const pathPlace = (index: number) => table.placeOf(lines[index], pathCell);
  return { of, paths, names, classPlace, pathPlace };
}

function cellOf(option: string, name: string, { names, path }: OpenTable): number {
  const cell = names.indexOf(name);
  if (cell >= 0) return cell;
  throw new PipelineError(
    `${option}: ${path} has no column "${name}"${didYouMean(name, names)} (it has ${some(names)})`,
  );
}

/** A path that a table names, seen from the table's folder. */
const beside = (table: string, path: string): string =>
  /^([\\/]|[a-z]:[\\/])/i.test(path) ? path : table.replace(/[^\\/]*$/, '') + path;

/** @throws DataError when there are more samples than the machine can hold, or more than an array can. */
function requireRoom(splits: readonly Named[], form: PictureForm, memory: number | undefined): void {
  const each = sizeOf(shapeOfForm(form));
  const bytes = splits.map(({ paths }) => paths.length * each);
  const largest = bytes.indexOf(Math.max(...bytes));
  const all = bytes.reduce((sum, count) => sum + count, 0);
  const limit = memory ?? Number.POSITIVE_INFINITY;
  if (all <= limit && bytes[largest] <= LARGEST_ARRAY) return;
  const [taken, has] =
    all > limit
      ? [all, `this machine has ${gigabytes(limit)}`]
      : [bytes[largest], `an array has ${gigabytes(LARGEST_ARRAY)} at most`];
  const { of, paths } = splits[largest];
  throw new DataError(
    of,
    `found ${paths.length} pictures, which take ${gigabytes(taken)} as samples of ${formatShape(shapeOfForm(form))}, and ${has}; ` +
      'make them smaller (size:), or take fewer',
  );
}

/** Of bytes, on Node 20. */
const LARGEST_ARRAY = 2 ** 32;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(3)} GB`;

async function labelsOf({ names, classPlace }: Named, classNames: readonly string[]): Promise<Int32Array> {
  const known = new Map(classNames.map((name, label) => [name, label]));
  const labels = Int32Array.from(names, (name) => known.get(name) ?? -1);
  const unknown = labels.indexOf(-1);
  if (unknown === -1) return labels;
  const name = names[unknown];
  const expected = `expected one of the classes to learn from: ${some(classNames)}${didYouMean(name, classNames)}`;
  throw new DataError(await classPlace(unknown), `found the class "${shortened(name)}", ${expected}`);
}

/** The first of some words. */
export const some = (words: readonly string[]): string =>
  words.length <= SHOWN ? words.join(', ') : `${words.slice(0, SHOWN).join(', ')} and ${words.length - SHOWN} more`;

const SHOWN = 5;
