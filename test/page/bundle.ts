import { fileURLToPath } from 'node:url';
import { type OutputChunk, rolldown } from 'rolldown';

/** The folder where 'marblenet' is this package, as it was built into dist/. */
const cwd = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What a bundler makes of a program for a page that imports 'marblenet'. Whatever it has to say against it is an error.
 */
export async function bundleForPage(program: string, format: 'es' | 'iife'): Promise<readonly OutputChunk[]> {
  const bundle = await rolldown({
    input: 'program',
    platform: 'browser',
    // a classic script has no address of its own
    transform: format === 'iife' ? { define: { 'import.meta.url': '"http://localhost/"' } } : {},
    cwd,
    plugins: [
      {
        name: 'program',
        resolveId: (id) => (id === 'program' ? `${cwd}program.js` : undefined),
        load: (id) => (id === `${cwd}program.js` ? program : undefined),
      },
    ],
    onLog(_level, { message }) {
      throw new Error(message);
    },
  });
  const { output } = await bundle.generate({ format, minify: true });
  return output.filter((file) => file.type === 'chunk');
}
