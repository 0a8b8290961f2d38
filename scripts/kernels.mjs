// Compiles src/kernels (AssemblyScript) to WebAssembly, once for each type of float, with and without relaxed SIMD, and
// puts the bytes where any JavaScript host can read them: in a generated module, src/core/wasm/kernels-wasm-binary.ts.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

async function compile(float, fused) {
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
        return existsSync(name) ? readFileSync(name, 'utf8') : null;
      },
      writeFile(_name, contents) {
        binary = contents;
      },
    },
  );
  if (error) throw new Error(`the kernels for ${float}${fused ? ', fused' : ''}: ${error.message}\n${stderr}`);
  return Buffer.from(binary).toString('base64');
}

writeFileSync(
  new URL('../src/core/wasm/kernels-wasm-binary.ts', import.meta.url),
  `// Generated from src/kernels by \`npm run build\`.
export const binaries = {
  plain: { float32: '${await compile('f32', false)}', float64: '${await compile('f64', false)}' },
  relaxed: { float32: '${await compile('f32', true)}', float64: '${await compile('f64', true)}' },
};
`,
);
