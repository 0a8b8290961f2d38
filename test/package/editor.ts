/** An editor: TypeScript's language service, asked what it shows where the pointer rests. */
import { join } from 'node:path';
import ts from 'typescript';

export interface Hover {
  readonly text: string;
  readonly isDeprecated: boolean;
}

/** Opens a file in a folder, which need not be there, and returns what is shown for the word behind a mark in it. */
export function opened(folder: string, text: string): (mark: string) => Hover {
  const file = join(folder, 'opened.mts');
  const read = (path: string): string | undefined => (path === file ? text : ts.sys.readFile(path));
  const service = ts.createLanguageService({
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    getCompilationSettings: () => ({ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, strict: true }),
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const content = read(path);
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
    },
    fileExists: (path) => path === file || ts.sys.fileExists(path),
    readFile: read,
  });
  return (mark) => {
    const { documentation, tags = [] } = service.getQuickInfoAtPosition(file, text.indexOf(mark) + mark.length) ?? {};
    return {
      text: ts.displayPartsToString(documentation),
      isDeprecated: tags.some(({ name }) => name === 'deprecated'),
    };
  };
}
