import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { fromRoot } from '../cli/pipeline-command.js';

/** What a script prints that imports the package. */
function print(names: string, statements: string): { stdout: string; stderr: string } {
  const script = `import { ${names} } from ${JSON.stringify(fromRoot('dist/index.js'))}; ${statements}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  return { stdout, stderr };
}

test('WebAssembly has relaxed SIMD in a process that allows it, whatever the version of Node', () => {
  const printed = print('allowRelaxedSimd, wasmFlavour', 'allowRelaxedSimd(); console.log(wasmFlavour());');
  expect(printed).toEqual({ stdout: 'relaxed SIMD\n', stderr: '' });
});

test('to import the package changes nothing in the process', () => {
  const flavour = process.versions.node.startsWith('20.') ? 'plain SIMD' : 'relaxed SIMD';
  expect(print('wasmFlavour', 'console.log(wasmFlavour());')).toEqual({ stdout: `${flavour}\n`, stderr: '' });
});
