import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { fromRoot } from '../cli/pipeline-command.js';

/** What a script prints that imports the package. */
function print(names: string, statements: string, environment = {}): { stdout: string; stderr: string } {
  const script = `import { ${names} } from ${JSON.stringify(fromRoot('dist/index.js'))}; ${statements}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { stdout, stderr };
}

test('WebAssembly has relaxed SIMD in a process that allows it, whatever the version of Node', () => {
  const printed = print('allowFasterSimd, wasmFlavour', 'allowFasterSimd(); console.log(wasmFlavour());');
  expect(printed).toEqual({ stdout: 'relaxed SIMD\n', stderr: '' });
});

test('V8 is allowed vectors of 32 bytes where it is known to make them', () => {
  const [version] = process.versions.node.split('.').map(Number);
  const { stdout } = print('allowFasterSimd', 'console.log(allowFasterSimd().join());');
  const isKnown = version >= 24 && version <= 26 && process.arch === 'x64';
  expect(stdout.includes('--experimental-wasm-revectorize')).toBe(isKnown);
});

test('V8 stays as it is where MARBLENET_SIMD says so', () => {
  const printed = print('allowFasterSimd', 'console.log(allowFasterSimd().length);', { MARBLENET_SIMD: 'standard' });
  expect(printed).toEqual({ stdout: '0\n', stderr: '' });
});

test('to import the package changes nothing in the process', () => {
  const flavour = process.versions.node.startsWith('20.') ? 'plain SIMD' : 'relaxed SIMD';
  expect(print('wasmFlavour', 'console.log(wasmFlavour());')).toEqual({ stdout: `${flavour}\n`, stderr: '' });
});
