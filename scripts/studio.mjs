// Bundles the studio into dist/studio: a folder of files that any web server serves, from any path.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { builtInStages } from '../dist/built-in-stages.js';
import { binaries } from '../dist/core/wasm/kernels-wasm-binary.js';
import { stageDocstring, stageFile } from '../dist/node/stage-source.js';

const fromRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const folder = fromRoot('dist/studio');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { version: release } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));
const write = (name, content) => writeFileSync(`${folder}/${name}`, content);

const bundle = await rolldown({
  input: {
    studio: fromRoot('src/studio/main.tsx'),
    worker: fromRoot('src/studio/worker/main.ts'),
    'kernel-thread': fromRoot('dist/page/kernel-thread.js'),
  },
  platform: 'browser',
  cwd: fromRoot('.'),
  tsconfig: fromRoot('src/studio/tsconfig.json'),
  moduleTypes: { '.yaml': 'text' },
  transform: { define: { PACKAGE_VERSION: JSON.stringify(release) } },
  resolve: { alias: { 'marblenet/page': fromRoot('dist/page/index.js') } },
  plugins: [
    {
      name: 'kernels as files, of which a page loads those that it needs',
      resolveId: (id) =>
        id.endsWith('/kernels-wasm-binary.js') ? fromRoot('src/studio/worker/kernel-files.ts') : undefined,
    },
  ],
});
export const { output } = await bundle.write({ dir: folder, minify: true, chunkFileNames: '[name].js' });

for (const [flavour, byType] of Object.entries(binaries)) {
  for (const [dtype, text] of Object.entries(byType))
    write(`kernels-${flavour}-${dtype}.wasm`, Buffer.from(text, 'base64'));
}

const styles = [
  'node_modules/uplot/dist/uPlot.min.css',
  'src/studio/studio.css',
  'src/studio/stage/stage.css',
  'src/studio/draw/draw.css',
  'src/studio/take-away/take-away.css',
  'src/studio/file/file.css',
  'src/studio/guide/guide.css',
];
write('studio.css', styles.map((name) => readFileSync(fromRoot(name), 'utf8')).join('\n'));
for (const name of ['index.html', 'icon.svg']) copyFileSync(fromRoot(`src/studio/${name}`), `${folder}/${name}`);

// What the page shows of a stage when it is looked at: its docstring and its source.
const catalogue = { registry: builtInStages, pluginFiles: new Map() };
const stages = await Promise.all(
  [...builtInStages.keys()].map(async (name) => {
    const source = readFileSync(stageFile(name, catalogue), 'utf8');
    return [name, { docstring: await stageDocstring(name, catalogue), source }];
  }),
);
write('stages.json', JSON.stringify(Object.fromEntries(stages)));

// Whatever a server of ours has to add; elsewhere, nothing.
write('offer.json', '{}');

// Last, what keeps all of these where there is no network.
const files = readdirSync(folder).sort();
const version = createHash('sha256');
for (const file of files) version.update(file).update(readFileSync(`${folder}/${file}`));
const known = `const FILES = ${JSON.stringify(files)};\nconst VERSION = '${version.digest('hex').slice(0, 16)}';\n`;
write('service-worker.js', known + readFileSync(fromRoot('src/studio/service-worker.js'), 'utf8'));
