/** Files that were dropped on the page, those in folders too, with their paths. */

export type PathAndFile = readonly [path: string, file: File];

/** Of a chosen file: with its folders, where a folder was chosen. */
export const pathOf = (file: File): string => file.webkitRelativePath || file.name;

export async function droppedFiles({ items }: DataTransfer): Promise<readonly PathAndFile[]> {
  // at once: what was dropped is gone after the event
  const entries = Array.from(items, (item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found = await Promise.all(entries.map(filesIn));
  return found.flat();
}

async function filesIn(entry: FileSystemEntry | File | null): Promise<readonly PathAndFile[]> {
  if (entry === null) return []; // a text
  if (entry instanceof File) return [[entry.name, entry]];
  const path = entry.fullPath.replace(/^\//, '');
  if (entry instanceof FileSystemFileEntry) {
    return [[path, await new Promise<File>((done, fail) => entry.file(done, fail))]];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const all: PathAndFile[] = [];
  // it gives a hundred at a time
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return all;
    all.push(...(await Promise.all(some.map(filesIn))).flat());
  }
}
