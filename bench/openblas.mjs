// OpenBLAS, which Debian's NumPy and PyTorch multiply with, chooses its kernels by the model of the processor. Where it does
// not know the model, because that is younger than itself, it falls back to kernels of 2004, a half to a quarter as fast.
// To beat those would say nothing, so it is told which kernels the processor can run.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { interpreter } from './python.mjs';

const FALLBACK = 'Prescott';

/** The kernels that OpenBLAS chooses by itself; undefined where NumPy does not use it. */
function chosen() {
  const env = { ...process.env, OPENBLAS_VERBOSE: '2' };
  const { stdout, stderr } = spawnSync(interpreter, ['-c', 'import numpy'], { env, encoding: 'utf8' });
  return /^Core: (\w+)/m.exec(`${stdout}\n${stderr}`)?.[1];
}

/** The best kernels that this processor can run, of those that every OpenBLAS has. */
function possible() {
  const cpu = '/proc/cpuinfo';
  const flags = existsSync(cpu) ? (/^flags.*/m.exec(readFileSync(cpu, 'utf8'))?.[0].split(' ') ?? []) : [];
  if (flags.includes('avx512f')) return 'SkylakeX';
  return flags.includes('avx2') ? 'Haswell' : undefined;
}

/** The kernels that OpenBLAS is to be told, in OPENBLAS_CORETYPE; undefined where it chooses well by itself. */
export const openBlasKernels = () => (chosen() === FALLBACK ? possible() : undefined);
