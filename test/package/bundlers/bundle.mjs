// node bundle.mjs BUNDLER FORMAT: puts bundled.mjs and all that it imports into one program for Node, bundle.mjs or .cjs.
import { resolve } from 'node:path';

const [bundler, format] = process.argv.slice(2);
const entry = resolve('bundled.mjs');
const file = format === 'esm' ? 'bundle.mjs' : 'bundle.cjs';

const bundlers = {
  async esbuild() {
    const { build } = await import('esbuild');
    // packages that are CommonJS call `require`, which an ES module has to make for them
    const banner = "import { createRequire as of } from 'node:module'; const require = of(import.meta.url);";
    await build({
      entryPoints: [entry],
      outfile: `out/${file}`,
      bundle: true,
      platform: 'node',
      format,
      logLevel: 'error',
      ...(format === 'esm' && { banner: { js: banner } }),
    });
  },
  async vite() {
    const { build } = await import('vite');
    await build({
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: entry,
        outDir: 'out',
        target: 'node20',
        rollupOptions: { output: { format, entryFileNames: file } },
      },
    });
  },
  async webpack() {
    const { default: webpack } = await import('webpack');
    const stats = await new Promise((done, fail) => {
      webpack(
        {
          mode: 'production',
          optimization: { minimize: false }, // most of its time
          target: 'node20',
          entry,
          experiments: { outputModule: format === 'esm' },
          output: {
            path: resolve('out'),
            filename: file,
            ...(format === 'esm' && { module: true, library: { type: 'module' } }),
          },
        },
        (error, result) => (error ? fail(error) : done(result)),
      );
    });
    if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
  },
};
await bundlers[bundler]();
