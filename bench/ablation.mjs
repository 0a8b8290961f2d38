// What each technique of docs/architecture.md is worth: a training step without it, beside the step as it is.
//
// A technique is left out of a copy of the package: its sources in src/kernels are changed before they are compiled, its
// JavaScript in dist/ where it is loaded from. A change that finds nothing to change is an error, so that a technique that
// was rewritten is not measured by mistake. Each copy is timed in a process of its own, in turn, round after round.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileKernels } from '../scripts/compile-kernels.mjs';
import { median } from './microseconds.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** By name: what is replaced in sources of kernels or in files of dist/, and options of the pipeline. */
export const techniques = {
  'zeros are skipped': {
    dist: { 'core/wasm/wasm-kernels.js': [['keepsZeros(scaling) && batches.read(', 'false && batches.read(']] },
  },
  'accumulators in registers': {
    kernels: {
      'dense/tiles.ts': [
        ['NARROW: i32 = 7', 'NARROW: i32 = 1'],
        ['MIN_WIDE: i32 = 11', 'MIN_WIDE: i32 = 999'],
        ['FEW: i32 = 21', 'FEW: i32 = 3'],
      ],
    },
  },
  'vectors of 32 bytes, or fused multiply-add': { environment: { MARBLENET_SIMD: 'standard' } },
  'bands that fit the first cache': {
    kernels: {
      'dense/tiles.ts': [['BAND: i32 = 196', 'BAND: i32 = 100_000']],
      'sparse/sparse-product.ts': [['STEP_BAND: i32 = 130', 'STEP_BAND: i32 = 100_000']],
    },
  },
  'the first gradient only when it is read': {
    dist: {
      'core/wasm/wasm-kernels.js': [['const isDeferred = isSparse', 'const isDeferred = false']],
    },
  },
  'the next batch prefetched': {
    dist: { 'core/wasm/wasm-kernels.js': [['batches.prefetch(', 'false && batches.prefetch(']] },
  },
  'two threads': { options: { threads: 1 } },
};

/** @throws Error when there is nothing to change. */
export function replaced(text, changes, path) {
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${path} no longer has "${from}": write down anew what to leave out`);
    text = text.replace(from, to);
  }
  return text;
}

/** A copy of the package without a technique; its own `marblenet` is what a script in it imports. */
async function packageWithout({ kernels = {}, dist = {} }) {
  const folder = mkdtempSync(join(tmpdir(), 'marblenet-ablation-'));
  for (const name of ['dist', 'package.json', 'bench/contenders.mjs', 'bench/ablation-step.mjs'])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [path, changes] of Object.entries(dist)) {
    const file = join(folder, 'dist', path);
    writeFileSync(file, replaced(readFileSync(file, 'utf8'), changes, path));
  }
  if (Object.keys(kernels).length > 0) {
    const unchanged = new Set(Object.keys(kernels));
    const changed = (text, path) => {
      const name = path.slice(path.indexOf('src/kernels/') + 'src/kernels/'.length);
      if (kernels[name] === undefined) return text;
      unchanged.delete(name);
      return replaced(text, kernels[name], name);
    };
    const text = async (fused) => (await compileKernels({ float: 'f32', fused, changed })).toString('base64');
    const binaries = { plain: { float32: await text(false) }, relaxed: { float32: await text(true) } };
    if (unchanged.size > 0) throw new Error(`there are no kernels in ${[...unchanged].join(', ')}`);
    writeFileSync(
      join(folder, 'dist/core/wasm/kernels-wasm-binary.js'),
      `export const binaries = ${JSON.stringify(binaries)};\n`,
    );
  }
  return folder;
}

/** Microseconds of a step of each size, with everything and without each technique: medians over the rounds. */
export async function ablate(files, sizes, rounds) {
  const contenders = [];
  try {
    for (const [name, technique] of [['everything', {}], ...Object.entries(techniques)])
      contenders.push({ name, technique, folder: await packageWithout(technique), times: sizes.map(() => []) });
    for (let round = 0; round < rounds; round++) {
      for (const [i, size] of sizes.entries()) {
        for (const { technique, folder, times } of contenders) {
          const task = { files, size, options: { dtype: 'float32', threads: 2, ...technique.options } };
          const printed = execFileSync(
            process.execPath,
            [join(folder, 'bench/ablation-step.mjs'), JSON.stringify(task)],
            {
              env: { ...process.env, ...technique.environment },
              encoding: 'utf8',
            },
          );
          times[i].push(Number(printed));
        }
      }
    }
  } finally {
    for (const { folder } of contenders) rmSync(folder, { recursive: true, force: true });
  }
  return contenders.map(({ name, times }) => ({ name, sizes, microseconds: times.map(median) }));
}
