/** Files that a person gives, and those in zips, such as a run folder that was saved in one. */
import { text } from '../texts/texts.js';
import type { PathAndBlob } from '../worker/protocol.js';

/** Bytes that are unpacked of a zip at the most. */
const MOST = 2 ** 30;

export async function unpacked(files: readonly File[]): Promise<PathAndBlob[]> {
  const all = await Promise.all(
    files.map(async (file): Promise<PathAndBlob[]> => (isZip(file) ? filesIn(file) : [[file.name, file]])),
  );
  return all.flat();
}

const isZip = ({ name }: File): boolean => /\.zip$/i.test(name);

/** By their paths, seen from the folder of the pipeline in there; checkpoints are left out. */
async function filesIn(zip: File): Promise<PathAndBlob[]> {
  const { unzipSync } = await import('fflate').catch(() => {
    throw new Error(text.value.notLoaded);
  });
  let left = MOST;
  const entries = unzipSync(new Uint8Array(await zip.arrayBuffer()), {
    filter({ name, originalSize }) {
      if (name.endsWith('/') || name.includes('checkpoints/')) return false;
      left -= originalSize;
      return left >= 0;
    },
  });
  const paths = Object.keys(entries);
  const pipeline = paths.find((path) => /(^|\/)pipeline\.yaml$/.test(path)) ?? '';
  const folder = pipeline.slice(0, pipeline.lastIndexOf('/') + 1);
  return paths
    .filter((path) => path.startsWith(folder))
    .map((path) => [path.slice(folder.length), new Blob([entries[path] as Uint8Array<ArrayBuffer>])] as const);
}
