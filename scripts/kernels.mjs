// Compiles src/kernels (AssemblyScript) to WebAssembly, and puts the bytes where any JavaScript host can read them: in a
// generated module, src/core/kernels-wasm-binary.ts.
import { writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

async function compile(dtype) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      `src/kernels/${dtype}.ts`,
      '--outFile=binary',
      '-O3',
      '--noAssert',
      '--runtime=stub',
      '--enable=simd,threads',
      '--importMemory',
      '--sharedMemory',
      '--maximumMemory=65536',
    ],
    {
      writeFile(_name, contents) {
        binary = contents;
      },
    },
  );
  if (error) throw new Error(`${dtype} kernels: ${error.message}\n${stderr}`);
  return Buffer.from(binary).toString('base64');
}

const lines = await Promise.all(['float32', 'float64'].map(async (dtype) => `  ${dtype}: '${await compile(dtype)}',`));
writeFileSync(
  new URL('../src/core/kernels-wasm-binary.ts', import.meta.url),
  ['// Generated from src/kernels by `npm run build`.', 'export const binaries = {', ...lines, '};', ''].join('\n'),
);
