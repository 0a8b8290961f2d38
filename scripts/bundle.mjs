// Puts the command line and its threads, with all that they import, into a few files in dist/bin: to find and load
// the 500 small ones that they are made of would take every command a tenth of a second. Packages that only the command
// line uses (yargs, cli-progress) are in there, too, and not for users to install.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { output as studioOutput } from './studio.mjs';

const path = (name) => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));

const bundle = await rolldown({
  input: {
    main: path('cli/main.js'),
    'training-worker': path('node/training-worker.js'),
    'trial-worker': path('node/sweep/trial-worker.js'),
    'picture-worker': path('node/pictures/picture-worker.js'),
  },
  platform: 'node',
  // rxjs as modules, of which only what is used is taken: Node itself gets it in one piece
  resolve: { alias: { rxjs: fileURLToPath(new URL('../node_modules/rxjs/dist/esm/index.js', import.meta.url)) } },
  external: ['jiti'], // it loads TypeScript with a program of its own, which it looks for beside itself
  plugins: [
    {
      name: 'one proxy-fetch.js for the command line and the library',
      resolveId: (id) => (id === './proxy-fetch.js' ? { id: '../node/proxy-fetch.js', external: true } : undefined),
    },
  ],
});
// all in one folder, as deep as dist/cli: some files look for others that the package has (src/stages, package.json)
const { output } = await bundle.write({ dir: path('bin'), chunkFileNames: '[name].js' });

// Imports in place of `require`, which would need `import.meta.url`: bundles of users that are CommonJS have none. Default
// imports, since what Vite makes of a namespace cannot hold all that Node's modules inherit.
const importBuiltins = {
  name: 'import builtins',
  resolveId: (id, _, { kind }) => (kind === 'require-call' && isBuiltin(id) ? `\0builtin:${id}` : undefined),
  load: (id) =>
    id.startsWith('\0builtin:')
      ? `import it from '${id.slice('\0builtin:'.length)}'; export { it as 'module.exports' };`
      : undefined,
};

// What only users of a proxy load, command line and library alike: undici's fetch and its proxies, without the rest.
const undici = fileURLToPath(new URL('./undici-fetch.mjs', import.meta.url));
const proxy = await rolldown({
  input: path('node/proxy-fetch.js'),
  platform: 'node',
  resolve: { alias: { undici, 'node:sqlite': false } }, // for a cache that is not used; Node 20 has no such module
  plugins: [importBuiltins],
});
const { output: proxyOutput } = await proxy.write({ file: path('node/proxy-fetch.js'), minify: true });

// Packages that one file imports are put into it, so that nobody has to install them: idx-data asks for tslib without saying
// so, which strict package managers refuse, and few need jpeg-js. Whatever else those files import stays where it is.
const readerOutput = [];
for (const [file, packages] of [
  ['node/idx.js', /(^|node_modules[\\/])idx-data\b/],
  ['core/files/jpeg.js', /(^|node_modules[\\/])jpeg-js\b/],
]) {
  const reader = path(file);
  const bundle = await rolldown({
    input: reader,
    platform: 'node',
    external: (id, importer) => importer === reader && !packages.test(id),
    plugins: [importBuiltins],
  });
  readerOutput.push(...(await bundle.write({ file: reader, sourcemap: true })).output);
}

// The script and the style of reports, which are put into each of them.
const source = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const pages = await rolldown({ input: source('src/report/browser/main.ts'), platform: 'browser' });
const { output: pageOutput } = await pages.write({
  file: path('report/browser.js'),
  format: 'iife',
  minify: true,
  banner: '/* with uPlot, (c) 2022 Leon Sorokin, MIT license: https://github.com/leeoniya/uPlot */',
});
const styles = ['node_modules/uplot/dist/uPlot.min.css', 'src/report/browser/page.css'];
writeFileSync(path('report/browser.css'), styles.map((name) => readFileSync(source(name), 'utf8')).join('\n'));

// What others wrote comes with their licenses.
const folders = new Set(
  [...output, ...proxyOutput, ...readerOutput, ...pageOutput, ...studioOutput]
    .flatMap(({ moduleIds = [] }) => moduleIds.filter((id) => !id.startsWith('\0'))) // those are the bundler's own
    .flatMap((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replaceAll('\\', '/'))?.[0] ?? []),
);
const notices = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : `\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}`;
  return `${name} ${version}, ${license}${text}\n`;
});
writeFileSync(path('THIRD-PARTY-LICENSES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`));
