import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { chooseSimd } from '../../src/node/simd.js';
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

test('V8 is allowed vectors of 32 bytes where its machine code was tested, and nowhere else', () => {
  const tested = { node: '24.21.0', v8: '13.6.233.17-node.53' };
  expect(chooseSimd(tested, 'x64', '').flags).toEqual(['--experimental-wasm-revectorize']);
  expect(chooseSimd(tested, 'arm64', '')).toEqual({ flags: [], reason: expect.stringContaining('x64') });
  const unknown = { node: '24.0.0', v8: '13.6.233.8-node.16' };
  expect(chooseSimd(unknown, 'x64', '')).toEqual({ flags: [], reason: expect.stringContaining('this is 13.6.233.8') });
});

test('what is allowed is what V8 is told', () => {
  const { flags } = chooseSimd(process.versions, process.arch, '');
  const { stdout, stderr } = print('allowFasterSimd', 'console.log(allowFasterSimd().join());');
  expect({ stdout, stderr }).toEqual({ stdout: `${flags.join()}\n`, stderr: '' });
});

test('V8 stays as it is where MARBLENET_SIMD says so', () => {
  const printed = print('allowFasterSimd', 'console.log(allowFasterSimd().length);', { MARBLENET_SIMD: 'standard' });
  expect(printed).toEqual({ stdout: '0\n', stderr: '' });
});

test('to import the package changes nothing in the process', () => {
  const flavour = process.versions.node.startsWith('20.') ? 'plain SIMD' : 'relaxed SIMD';
  expect(print('wasmFlavour', 'console.log(wasmFlavour());')).toEqual({ stdout: `${flavour}\n`, stderr: '' });
});
