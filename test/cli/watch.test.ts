/** `pipeline run --watch`: what is said decides when a file is saved, so that no test waits for a clock. */
import { renameSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TINY } from '../tiny-pipeline.js';
import { linesOf, pipeline, type Started, scratchFolder, startPipeline } from './pipeline-command.js';

const WAITING = 'Ctrl-C ends\n';

/** Waits for words that come behind those that it waited for before, on either stream. */
function listener({ child }: Started): (words: string) => Promise<string> {
  let heard = '';
  let isOver = false;
  let wake = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      heard += chunk;
      wake();
    });
  }
  child.once('close', () => {
    isOver = true;
    wake();
  });
  return async (words) => {
    while (!heard.includes(words)) {
      if (isOver) throw new Error(`it ended without "${words}": ${heard}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const end = heard.indexOf(words) + words.length;
    const before = heard.slice(0, end);
    heard = heard.slice(end);
    return before;
  };
}

/** As editors and careful programs save. */
function saveByRename(path: string, text: string): void {
  writeFileSync(`${path}~`, text);
  renameSync(`${path}~`, path);
}

/** A plug-in that is relu by another name, with such a slope. */
const plugin = (slope: number): string =>
  `import { activation } from 'marblenet';
export const own = activation({
  name: 'own',
  summary: 'y = ${slope} x',
  formula: () => ({ value: (x) => ${slope} * x, derivative: () => ${slope} }),
});
`;

test('it runs again at each save of the file, of its base and of its plug-ins, however they are saved; Ctrl-C ends it', async () => {
  const folder = await scratchFolder();
  const [base, file, own] = ['base.yaml', 'tiny.yaml', 'own.ts'].map((name) => join(folder, name));
  writeFileSync(base, TINY);
  writeFileSync(own, plugin(1));
  const changed = (epochs: number) =>
    `extends: base.yaml\nplugins: [./own.ts]\nnetwork: { 1: own }\nepochs: ${epochs}\n`;
  writeFileSync(file, changed(1));
  const started = startPipeline(['run', '--watch', file]);
  const until = listener(started);
  const first = await until(WAITING);
  expect(first).toContain('after 1 epoch, 10 steps');
  expect(first).toMatch(/waiting for a save of .*tiny\.yaml, .*base\.yaml, or .*own\.ts; Ctrl-C ends\n$/);

  writeFileSync(file, changed(2)); // in place
  const second = await until(WAITING);
  expect(second).toContain('after 2 epochs, 20 steps');
  expect(second).toMatch(/^before: test loss \d.* after 1 epoch, 10 steps, /m);

  saveByRename(file, changed(3));
  expect(await until(WAITING)).toContain('after 3 epochs, 30 steps');
  saveByRename(base, TINY.replace('size: 20', 'size: 100'));
  expect(await until(WAITING)).toContain('after 3 epochs, 6 steps');

  const weights = (text: string) => /^weights.*$/m.exec(text)?.[0];
  saveByRename(own, plugin(2));
  const slope2 = await until(WAITING);
  writeFileSync(own, plugin(3));
  const slope3 = await until(WAITING);
  expect(weights(slope2)).toMatch(/sha256/);
  expect(weights(slope3)).not.toBe(weights(slope2));

  started.child.kill('SIGINT');
  expect((await started.ended).code).toBe(130);
}, 120_000);

test('a mistake is said with its place, and waits for the save that mends it; many saves in a moment are one', async () => {
  const folder = await scratchFolder();
  const file = join(folder, 'tiny.yaml');
  writeFileSync(file, TINY.replace('- relu', '- rleu'));
  const out = join(folder, 'runs');
  const started = startPipeline(['run', file, '--watch', '--out', out, '--no-report']);
  const until = listener(started);
  expect(await until(WAITING)).toContain(`${file}:10:5: unknown stage "rleu"; did you mean "relu"?`);
  started.child.kill('SIGSTOP'); // all of these come to it at once
  for (const epochs of [9, 8, 7, 6, 5]) saveByRename(file, TINY.replace('epochs: 2', `epochs: ${epochs}`));
  started.child.kill('SIGCONT');
  expect(await until(WAITING)).toContain('after 5 epochs');
  saveByRename(file, 'name: [');
  expect(await until(WAITING)).toContain(`${file}:1:`);
  started.child.kill('SIGINT');
  expect((await started.ended).code).toBe(130);
  expect(await readdir(join(out, 'tiny'))).toEqual(['1']);
}, 120_000);

test('a save stops the run under way, which is kept as one that was interrupted, and begins anew', async () => {
  const folder = await scratchFolder();
  const file = join(folder, 'tiny.yaml');
  writeFileSync(file, TINY.replace('epochs: 2', 'epochs: 1000000'));
  const out = join(folder, 'runs');
  const started = startPipeline(['run', file, '--watch', '--json', '--out', out, '--no-report']);
  const until = listener(started);
  await until('"event":"epoch"');
  saveByRename(file, TINY);
  await until('"status":"interrupted"');
  await until('"status":"completed"');
  saveByRename(file, TINY.replace('epochs: 2', 'epochs: 1000000'));
  await until('"event":"epoch"');
  started.child.kill('SIGINT');
  const { code, stdout, stderr } = await started.ended;
  expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
  const events = linesOf(stdout).map((line) => JSON.parse(line));
  const status = events.flatMap((event) => (event.event === 'end' ? [event.status] : []));
  expect(status).toEqual(['interrupted', 'completed', 'interrupted']);
  expect(new Set(events.map(({ runId }) => runId)).size).toBe(3);
  const listed = linesOf((await pipeline(['runs', out, '--json'])).stdout).map((line) => JSON.parse(line).status);
  expect(listed).toEqual(status);
}, 120_000);

test('standard input cannot be watched, nor a folder that is not there', async () => {
  expect(await pipeline(['run', '-', '--watch'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--watch'),
  });
  expect(await pipeline(['run', 'no/where.yaml', '--watch'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no/where.yaml: its folder cannot be watched: it does not exist'),
  });
});
