// Compiles src/kernels (AssemblyScript) to WebAssembly, for a type of float, with or without relaxed SIMD.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The bytes of one module. `changed` may give another text for a source: the bench leaves out one technique after another.
 *
 * @param {{ float: 'f32' | 'f64', fused: boolean, changed?: (text: string, path: string) => string }} options
 */
export async function compileKernels({ float, fused, changed = (text) => text }) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      'src/kernels/index.ts',
      '--outFile=binary',
      // not -O3: it folds code that is alike before it knows what is constant, and makes one loop, with a branch for every
      // vector, of several that have as many vectors as a constant says
      '-O2',
      '--noAssert',
      '--memoryBase=1024',
      '--runtime=stub',
      `--enable=simd,threads${fused ? ',relaxed-simd' : ''}`,
      '--importMemory',
      '--sharedMemory',
      '--maximumMemory=65536',
    ],
    {
      readFile(name) {
        if (name.endsWith('kernels/math/float.ts'))
          return `export type Float = ${float}; export const FUSED: bool = ${fused};`;
        const path = join(root, name);
        return existsSync(path) ? changed(readFileSync(path, 'utf8'), name) : null;
      },
      writeFile(_name, contents) {
        binary = contents;
      },
    },
  );
  if (error) throw new Error(`the kernels for ${float}${fused ? ', fused' : ''}: ${error.message}\n${stderr}`);
  return Buffer.from(binary);
}
