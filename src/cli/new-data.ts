/** What `pipeline new` is told of data, and what it finds in them. */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { listPictures } from '../core/families/picture-list.js';
import type { IdxFiles, NewPictures, NewPipeline, NewTable } from '../core/pipeline-file/new-file.js';
import { fitColumns, isOfClasses } from '../core/tables/columns.js';
import { fileBytes } from '../node/file-bytes.js';
import { createNodeHost } from '../node/host.js';
import { readIdxHeader } from '../node/idx.js';
import { isThere } from '../node/is-there.js';
import { openTable } from '../node/open-table.js';
import type { Ask } from './ask.js';
import { type Given, questions } from './new-questions.js';
import { remark } from './text/say.js';

export type NewData = Pick<NewPipeline, 'source' | 'idx' | 'csv' | 'images' | 'image'>;

/**
 * @param folder that of the pipeline file
 * @throws DataError where a table or pictures are not there, or not as they should be.
 */
export async function chosenData(
  source: NewPipeline['source'],
  folder: string,
  given: Given,
  ask: Ask,
): Promise<NewData> {
  if (source === 'csv') return { source, csv: await chosenTable(folder, given, ask) };
  if (source === 'images') {
    const images = await chosenPictures(folder, given, ask);
    return { source, images, image: images.size };
  }
  if (source !== 'idx') return { source, image: MNIST };
  const idx = await chosenFiles(folder, given, ask);
  return { source, idx, ...(await imageIn(resolve(folder, idx.trainImages))) };
}

const MNIST = [28, 28] as const;

/** Paths are given as seen from here; the file sees them from its folder. */
const seenFrom = (folder: string, named: string): string => (isAbsolute(named) ? named : relative(folder, named));

/** The table itself says which columns there are, and of how many classes the target is. */
async function chosenTable(folder: string, given: Given, ask: Ask): Promise<NewTable> {
  const path = given.table ?? (await ask(questions.table));
  const table = await openTable(path, () => fileBytes(path, 'a table of text'));
  const target = given.target ?? (await ask({ ...questions.target, fallback: table.names.at(-1) ?? '' }));
  const { columns, leftOut: ignore } = await fitColumns(table, { target, missing: 'fill', leavesOutUseless: true });
  const classes = isOfClasses(columns.target) ? columns.target.values.length : undefined;
  return { table: seenFrom(folder, path), target, classes, ignore };
}

/** Folders say which classes there are. */
async function chosenPictures(folder: string, given: Given, ask: Ask): Promise<NewPictures> {
  const train = given.pictures ?? (await ask(questions.pictures));
  const size = given.size ?? (await ask(questions.size));
  const form = { size, channels: 3, fit: 'cover' } as const;
  const listed = { train, path: 'path', target: 'label', form, onBroken: 'error' } as const;
  const { classNames } = await listPictures(createNodeHost(), listed, ['train']);
  return { pictures: seenFrom(folder, train), size, classes: classNames.length };
}

async function chosenFiles(folder: string, given: Given, ask: Ask): Promise<IdxFiles> {
  return {
    trainImages: seenFrom(folder, given.trainImages ?? (await ask(questions.trainImages))),
    trainLabels: seenFrom(folder, given.trainLabels ?? (await ask(questions.trainLabels))),
    testImages: seenFrom(folder, given.testImages ?? (await ask(questions.testImages))),
    testLabels: seenFrom(folder, given.testLabels ?? (await ask(questions.testLabels))),
    classes: given.classes ?? (await ask(questions.classes)),
  };
}

/** The height and width of samples in an IDX file; that of MNIST's while there is none, and nothing where they are no images. */
async function imageIn(file: string): Promise<Pick<NewData, 'image'>> {
  if (!(await isThere(file))) return { image: MNIST };
  const { shape } = await readIdxHeader(file);
  const [, height, width] = shape;
  return width === undefined ? {} : { image: [height, width] };
}

export async function remarkMissing(path: string, { idx }: NewPipeline): Promise<void> {
  if (idx === undefined) return;
  const { classes: _, ...files } = idx;
  for (const named of Object.values(files)) {
    const file = resolve(dirname(path), named);
    if (!(await isThere(file))) remark(`it reads ${file}, which is not there yet`);
  }
}
