/**
 * Files under the paths that a pipeline file has for them: a page is told the name of a file alone, and a pipeline says
 * `data/iris.csv`, or in a run folder `/home/ada/data/iris.csv`, or names a folder of them. As in the page's host, no path leads above
 * its own folder.
 */
export function asNamed<Content>(files: readonly (readonly [path: string, file: Content])[], text: string) {
  const words = text.split(/[\s'",{}[\]]+/);
  return files.flatMap(([path, file]) => {
    const [folder, ...inside] = path.split('/');
    const named = words.flatMap((word) => {
      if (word.endsWith(`/${path}`)) return [word];
      return inside.length > 0 && word.endsWith(`/${folder}`) ? [[word, ...inside].join('/')] : [];
    });
    return [...new Set([path, ...named.map((word) => word.replace(/^(\.{0,2}\/)+/, ''))])].map(
      (one) => [one, file] as const,
    );
  });
}
