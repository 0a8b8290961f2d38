// Puts what src/kernels is compiled to, once for each type of float, with and without relaxed SIMD, where any JavaScript host
// can read it: in a generated module, src/core/wasm/kernels-wasm-binary.ts.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { compileKernels } from './compile-kernels.mjs';

const output = new URL('../src/core/wasm/kernels-wasm-binary.ts', import.meta.url);

/** Of all that the binaries are made of: they take ten seconds to make, so they are made anew only when it changes. */
function checksumOfSources() {
  const hash = createHash('sha256');
  const folder = new URL('../src/kernels/', import.meta.url);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const compiler = fileURLToPath(new URL('compile-kernels.mjs', import.meta.url));
  for (const path of [...paths, compiler]) hash.update(readFileSync(path)).update('\0');
  return hash.update(asc.version).digest('hex');
}

const compiled = async (float, fused) => (await compileKernels({ float, fused })).toString('base64');

const heading = `// Generated from src/kernels by \`npm run build\`; sources ${checksumOfSources()}.\n`;
if (!existsSync(output) || !readFileSync(output, 'utf8').startsWith(heading)) {
  writeFileSync(
    output,
    `${heading}export const binaries = {
  plain: { float32: '${await compiled('f32', false)}', float64: '${await compiled('f64', false)}' },
  relaxed: { float32: '${await compiled('f32', true)}', float64: '${await compiled('f64', true)}' },
};
`,
  );
}
