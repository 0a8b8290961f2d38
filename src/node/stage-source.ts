/** The docstring of a stage, read from the file that defines it: what a reader of the code sees, `explain` prints. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from './plugins.js';

/** The file that defines a stage: a plug-in, or the built-in stage's own. */
export function stageFile(name: string, { registry, pluginFiles }: Catalogue): string {
  // The sources are part of the package: they are there to be read.
  const family = registry.get(name)?.definition.family;
  const builtIn = new URL(`../../src/stages/${family}/${kebabCase(name)}.ts`, import.meta.url);
  return pluginFiles.get(name) ?? fileURLToPath(builtIn);
}

/** The comment that stands before `export const name`, without its stars; empty where there is none. */
export async function stageDocstring(name: string, catalogue: Catalogue): Promise<string> {
  const source = await readFile(stageFile(name, catalogue), 'utf8');
  const code = source.search(new RegExp(`export (const|let|var|function) ${name}\\b`));
  const before = source.slice(0, Math.max(code, 0)).trimEnd();
  if (!before.endsWith('*/')) return '';
  return before
    .slice(before.lastIndexOf('/**') + '/**'.length, -'*/'.length)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}

export const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
