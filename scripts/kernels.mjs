// Compiles src/kernels (AssemblyScript) to WebAssembly, once for each type of float, with and without relaxed SIMD, and
// puts the bytes where any JavaScript host can read them: in a generated module, src/core/wasm/kernels-wasm-binary.ts.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

const output = new URL('../src/core/wasm/kernels-wasm-binary.ts', import.meta.url);

/** Of all that the binaries are made of: they take ten seconds to make, so they are made anew only when it changes. */
function checksumOfSources() {
  const hash = createHash('sha256');
  const folder = new URL('../src/kernels/', import.meta.url);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of [...paths, fileURLToPath(import.meta.url)]) hash.update(readFileSync(path)).update('\0');
  return hash.update(asc.version).digest('hex');
}

const heading = `// Generated from src/kernels by \`npm run build\`; sources ${checksumOfSources()}.\n`;
if (!existsSync(output) || !readFileSync(output, 'utf8').startsWith(heading)) {
  writeFileSync(
    output,
    `${heading}export const binaries = {
  plain: { float32: '${await compile('f32', false)}', float64: '${await compile('f64', false)}' },
  relaxed: { float32: '${await compile('f32', true)}', float64: '${await compile('f64', true)}' },
};
`,
  );
}
