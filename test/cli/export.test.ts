/** `pipeline export`: files of other programs from a model. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runPipeline } from 'marblenet';
import { beforeAll, expect, test } from 'vitest';
import { fromRoot, pipeline, scratchFolder, TINY } from './pipeline-command.js';

let folder: string;
let modelFile: string;
beforeAll(async () => {
  folder = await scratchFolder();
  modelFile = join(folder, 'model.safetensors');
  const { network } = await runPipeline(TINY);
  await network.save(modelFile);
});

test('writes a module and its types, from the folder of a run', async () => {
  const out = join(folder, 'digits.mjs');
  const { code, stdout, stderr } = await pipeline(['export', folder, '--to', 'js', '--out', out]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const sizes = await Promise.all([out, join(folder, 'digits.d.mts')].map((path) => readFile(path)));
  const [first, second] = sizes.map(({ length }) => length.toLocaleString('en-US'));
  expect(stdout).toBe(`wrote ${out}: ${first} bytes\nwrote ${join(folder, 'digits.d.mts')}: ${second} bytes\n`);
  const { predict } = await import(/* @vite-ignore */ pathToFileURL(out).href);
  expect(predict(new Uint8Array(784)).names).toHaveLength(1);
});

test.each(['onnx', 'safetensors', 'npz', 'json'])('writes %s', async (format) => {
  const out = join(await scratchFolder(), 'network');
  const { code, stdout } = await pipeline(['export', modelFile, '--to', format, '--out', out]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `wrote ${out}: ${(await readFile(out)).length.toLocaleString('en-US')} bytes\n`,
  });
});

test('leaves a file alone that is there, without --force', async () => {
  const out = join(await scratchFolder(), 'network.d.ts');
  await writeFile(out, 'mine');
  const args = ['export', modelFile, '--to', 'js', '--out', out.replace('.d.ts', '.js')];
  const refused = await pipeline(args);
  expect(refused).toEqual({ code: 2, stdout: '', stderr: `${out} is there already; --force replaces it\n` });
  expect(await readdir(join(out, '..'))).toEqual(['network.d.ts']);
  expect((await pipeline([...args, '--force'])).code).toBe(0);
  expect(await readFile(out, 'utf8')).toContain('export declare function predict');
});

test.each([
  [['--to', 'tflite'], 2, '--to'],
  [['--to', 'json', '--logits'], 2, 'json has no option logits; onnx has\n'],
  [['--to', 'npz', '--out', fromRoot('package.json/x.npz')], 1, 'the file cannot be written: a part of the path is a'],
  [
    ['--to', 'npz', '--out', 'no/such/x.npz'],
    1,
    'no/such/x.npz: the file cannot be written: there is no folder no/such\n',
  ],
])('refuses %j', async (args, code, words) => {
  const ended = await pipeline(['export', modelFile, ...args]);
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(words);
});

test('says where there is no model', async () => {
  const { code, stderr } = await pipeline(['export', fromRoot('package.json'), '--to', 'js']);
  expect(code).toBe(3);
  expect(stderr).toContain('package.json: found JSON, expected a model');
});
