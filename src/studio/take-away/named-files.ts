/**
 * Files under the paths that a pipeline file has for them: a page is told the name of a file alone, and a pipeline says
 * `data/iris.csv`, or in a run folder `/home/ada/data/iris.csv`. As in the page's host, no path leads above its own folder.
 */
export function asNamed<Content>(files: readonly (readonly [path: string, file: Content])[], text: string) {
  const words = text.split(/[\s'",{}[\]]+/);
  return files.flatMap(([path, file]) => {
    const named = words.filter((word) => word.endsWith(`/${path}`)).map((word) => word.replace(/^(\.{0,2}\/)+/, ''));
    return [...new Set([path, ...named])].map((one) => [one, file] as const);
  });
}
