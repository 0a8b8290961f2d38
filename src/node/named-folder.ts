/**
 * Finds published files in the folder that a user names, as people have them: side by side, each in a folder of its own
 * name (Kaggle), or one or two folders further down (`MNIST/raw` of torchvision).
 */
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { DataError } from '../core/errors.js';
import { isComplete, lacks, missingFrom, type Paths, spellings } from '../core/files/file-names.js';
import type { PublishedFiles } from '../core/host.js';
import { reasonOf } from './system-error.js';

/** How many folders below the named one are looked into, and how many folders at most. */
const DEPTH = 2;
const MOST_FOLDERS = 500;

const ADVICE = 'Check --data or MARBLENET_DATA.';

interface Found<Name extends string> {
  readonly folder: string;
  readonly paths: Paths<Name>;
}

/**
 * All files, from one folder. What the user names is what is used, or the run ends: nothing else takes its place.
 *
 * @throws DataError when the folder is none, may not be read, or has not all of the files.
 */
export async function findInFolder<Name extends string>(
  folder: string,
  { title, checksums }: PublishedFiles<Name>,
): Promise<Found<Name>> {
  const names = Object.keys(checksums) as Name[];
  const unreadable: string[] = [];
  const looked: { readonly folder: string; readonly paths: Partial<Paths<Name>> }[] = [];
  let level = [folder];
  for (let depth = 0; depth <= DEPTH && level.length > 0; depth++) {
    const below: string[] = [];
    for (const candidate of level) {
      const entries = await entriesOf(candidate).catch((error) => {
        if (candidate === folder) return notOpened(folder, title, error);
        unreadable.push(`${candidate} (${reasonOf(error)})`);
        return noEntries;
      });
      const paths = await filesIn(candidate, entries, names);
      if (candidate === folder && isComplete(paths, names)) return { folder, paths };
      looked.push({ folder: candidate, paths });
      below.push(...entries.folders.filter((name) => mayHold(name, title)).map((name) => join(candidate, name)));
    }
    level = below.slice(0, MOST_FOLDERS - looked.length);
  }
  const complete = looked.flatMap((one) => (isComplete(one.paths, names) ? [{ ...one, paths: one.paths }] : []));
  if (complete.length > 0) return onlyOne(folder, complete, title);
  const [most] = looked.toSorted((a, b) => missingFrom(a.paths, names).length - missingFrom(b.paths, names).length);
  const closed = unreadable.length === 0 ? '' : `; what cannot be read: ${unreadable.join(', ')}`;
  throw new DataError(most.folder, `${lacks(most.paths, names)} of ${title}${closed}. ${ADVICE}`);
}

/** Which of the files are in a folder, or each in one of its own name there; none where it cannot be read. */
export const lookInFolder = async <Name extends string>(
  folder: string,
  names: readonly Name[],
): Promise<Partial<Paths<Name>>> => filesIn(folder, await entriesOf(folder).catch(() => noEntries), names);

interface Entries {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

const noEntries: Entries = { files: [], folders: [] };

/** Links count as what they lead to. */
async function entriesOf(folder: string): Promise<Entries> {
  const entries = await readdir(folder, { withFileTypes: true });
  const kinds = await Promise.all(
    entries.map(async (entry) => {
      const kind = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => entry) : entry;
      return { name: entry.name, isFile: kind.isFile(), isFolder: kind.isDirectory() };
    }),
  );
  const named = (wanted: 'isFile' | 'isFolder') => kinds.filter((kind) => kind[wanted]).map(({ name }) => name);
  return { files: named('isFile'), folders: named('isFolder') };
}

/** Which of the files a folder has, each perhaps in a folder of its own name. */
async function filesIn<Name extends string>(
  folder: string,
  { files, folders }: Entries,
  names: readonly Name[],
): Promise<Partial<Paths<Name>>> {
  const found: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const spelled = spellings(name);
    const direct = spelled.find((spelling) => files.includes(spelling));
    if (direct !== undefined) found[name] = join(folder, direct);
    for (const own of spelled.filter((spelling) => folders.includes(spelling))) {
      const inside = (await entriesOf(join(folder, own)).catch(() => noEntries)).files;
      const nested = spelled.find((spelling) => inside.includes(spelling));
      if (nested !== undefined) found[name] ??= join(folder, own, nested);
    }
  }
  return found;
}

/** Not those of FashionMNIST, EMNIST and others, which publish other pictures under the names of MNIST's files. */
const mayHold = (name: string, title: string): boolean =>
  plain(name) === plain(title) || !plain(name).endsWith(plain(title));

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Of several folders with all files, the one that bears the name of the set. */
function onlyOne<Name extends string>(folder: string, complete: readonly Found<Name>[], title: string): Found<Name> {
  const named = complete.filter((one) =>
    relative(folder, one.folder)
      .split(sep)
      .some((part) => plain(part) === plain(title)),
  );
  const [first, ...others] = named.length > 0 ? named : complete;
  if (others.length === 0) return first;
  const places = [first, ...others].map((one) => one.folder).join(' and ');
  throw new DataError(folder, `found the ${title} files in ${places}, expected them once. Name one of these folders.`);
}

async function notOpened(folder: string, title: string, cause: unknown): Promise<never> {
  const entry = await stat(folder).catch(() => undefined);
  const found = entry?.isFile() ? 'a file' : `no folder that can be opened (${reasonOf(cause)})`;
  const problem = `found ${found}, expected the folder with the ${title} files`;
  throw new DataError(folder, `${problem}. ${ADVICE}`, { cause });
}
