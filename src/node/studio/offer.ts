/** What the studio is opened with: a pipeline file or a run, and the files that it reads. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import { isThere } from '../is-there.js';
import { parsePipeline, readGivenText, resolverOf } from '../load-pipeline.js';
import { files } from '../run-folder.js';
import { modelFolderOf } from '../run-of-model.js';

/** A pipeline file, and where the files are that it names. */
export interface Offer {
  readonly name: string;
  readonly text: string;
  /** By the path that the text has: where it lies. */
  readonly files: ReadonlyMap<string, string>;
  /** What is to be said of it. */
  readonly remark?: string;
}

/** More files than these are no folder of pictures to look at in a page. */
const MOST = 20_000;

/**
 * Reads a pipeline file, or the pipeline and the model of a run.
 *
 * @param path a file, the folder of a run, or of several, of which the newest is taken
 * @throws PipelineError when the file is wrong, or names plug-ins: a page loads none; DataError when nothing is there.
 */
export async function readOffer(path: string): Promise<Offer> {
  const isFolder = await stat(path).then(
    (entry) => entry.isDirectory(),
    () => false, // said when it is read
  );
  if (!isFolder) return readFileOffer(path);
  const folder = await modelFolderOf(path);
  const pipeline = join(folder, files.pipeline);
  if (!(await isThere(pipeline))) throw new DataError(path, `found no run: there is no ${files.pipeline} in it`);
  const offer = await readFileOffer(pipeline);
  const model = join(folder, files.model);
  const name = `${basename(dirname(folder))}-${basename(folder)}.yaml`;
  if (!(await isThere(model)))
    return { ...offer, name, remark: `${model} is not there: only the pipeline of the run is opened` };
  return { ...withWeights(offer, files.model, model), name };
}

async function readFileOffer(path: string): Promise<Offer> {
  const own = await readGivenText(path);
  const found = new Map<string, string>();
  const resolver = await resolverOf(await parsePipeline(path, { text: own }), false);
  const { resolved } = resolver({
    rebase(named, file) {
      found.set(named, resolve(dirname(file), named));
      return named;
    },
  });
  const text = /^extends:/m.test(own) ? resolved : own; // the page has no other files to extend
  return { name: basename(path), text, files: await withContents(found) };
}

/** The same with the files in folders, such as those of pictures. */
async function withContents(found: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const [named, path] of found) {
    const entry = await stat(path).catch(() => undefined);
    if (!entry?.isDirectory()) {
      if (entry !== undefined) all.set(named, path);
      continue;
    }
    for (const inside of await readdir(path, { recursive: true, withFileTypes: true })) {
      if (!inside.isFile() || all.size >= MOST) continue;
      const file = join(inside.parentPath, inside.name);
      all.set(`${named.replace(/\/$/, '')}/${file.slice(path.length + 1).replaceAll('\\', '/')}`, file);
    }
  }
  return all;
}

/** The pipeline begins with the weights of the run. */
function withWeights(offer: Offer, named: string, path: string): Offer {
  const text = `${offer.text.replace(/^initialWeights:.*\n(?:[ \t]+.*\n)*/m, '').trimEnd()}\ninitialWeights: ${named}\n`;
  return { ...offer, text, files: new Map([...offer.files, [named, path]]) };
}
