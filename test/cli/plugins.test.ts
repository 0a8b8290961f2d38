/** Plug-ins are code of others that runs: what they do wrong has a place, and what they do beside it spoils no result. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  eventsOf,
  fromRoot,
  linesOf,
  pipeline,
  pipelineProcess,
  scratchFile,
  scratchFolder,
  startPipeline,
  TINY,
} from './pipeline-command.js';

/** The tiny pipeline with a plug-in and its stage `my`, at 4:11 and 12:5. */
async function withPlugin(source: string, plugin = 'my.ts'): Promise<string> {
  const tiny = await readFile(TINY, 'utf8');
  const file = await scratchFile('x.yaml', tiny.replace('epochs: 2', `plugins: [${plugin}]`).replace('- relu', '- my'));
  if (plugin === 'my.ts') await writeFile(join(dirname(file), 'my.ts'), source);
  return file;
}

const layer = (build: string): string =>
  `import { networkStage, noOptions } from 'marblenet';
   export const my = networkStage({ name: 'my', summary: '', options: noOptions, example: 'my', ${build} });`;

const activationBeside = (beside: string): string =>
  `import { activation } from 'marblenet'; ${beside};
   export const my = activation({ name: 'my', summary: '', formula: () => ({ value: (x) => x, derivative: () => 1 }) });`;

describe.concurrent('a plug-in whose stage cannot be built is refused with place and stage', () => {
  test.each([
    [
      layer('async build(_, { shape }) { return { output: shape, forward: (x) => [x, (dy) => dy] }; }'),
      'my: build should return a layer, as { output, forward }, but returned a promise; build without waiting for anything',
    ],
    [
      layer('build() { return null; }'),
      'my: build should return a layer, as { output, forward }, but returned nothing',
    ],
    [
      layer("build() { return { output: 'x', forward: (x) => [x, (dy) => dy] }; }"),
      'my: the output of its layer should be a shape, as [50], but is the text "x"',
    ],
    [
      layer('build() { return { output: [2.5], forward: (x) => [x, (dy) => dy] }; }'),
      'my: the output of its layer should be a shape, as [50], but is [2.5]',
    ],
    [
      layer('build(_, { shape }) { return { output: shape }; }'),
      'my: the forward of its layer should be a function, but is nothing',
    ],
    [
      layer('build() { return undefined.shape; }'),
      'my cannot be built: its build failed, by an error in the code of this stage at ',
    ],
    [
      "import { activation } from 'marblenet'; export const my = activation({ name: 'my', summary: '', formula: () => { throw new TypeError('in formula'); } });",
      'my cannot be built: its formula failed, by an error in the code of this stage at ',
    ],
    [
      "import { noOptions, stage } from 'marblenet'; export const my = stage({ name: 'my', summary: '', family: 'layers', from: 'batch', to: 'batch', options: noOptions, example: 'my', build: (_, output) => ({ output }) });",
      'my: the operator that build returns should be an RxJS operator, but is nothing',
    ],
    [
      "import { noOptions, stage } from 'marblenet'; export const my = stage({ name: 'my', summary: '', family: 'layers', from: 'batch', to: 'batch', options: noOptions, example: 'my', build: () => ({ operator: (x) => x }) });",
      'my: the output that build returns should be of the kind "batch", but is of nothing',
    ],
  ])('%#', async (source, expected) => {
    const file = await withPlugin(source);
    const { code, stdout, stderr } = await pipeline(['lint', file]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(linesOf(stdout)).toEqual([expect.stringContaining(`${file}:11:5: ${expected}`)]);
  });
});

describe.concurrent('a plug-in cannot end the program', () => {
  test.each([0, 7])('by process.exit(%d)', async (code) => {
    const file = await withPlugin(`process.exit(${code})`);
    const problem = `${file}:4:11: my.ts: it called process.exit(${code}), which a plug-in may not`;
    expect(await pipelineProcess(['lint', file, TINY])).toEqual({
      code: 2,
      stdout: `${problem}\n${TINY}: ok\n`,
      stderr: '',
    });
    expect(await pipelineProcess(['run', file])).toEqual({ code: 2, stdout: '', stderr: `${problem}\n` });
  });
});

describe.concurrent('an error that nothing in a plug-in catches ends with exit 1 and one line', () => {
  test.each([
    ['of a promise', "Promise.reject(new Error('background'))"],
    ['of a timer', "setTimeout(() => { throw new Error('background'); }, 0); setInterval(() => {}, 1000)"],
  ])('%s', async (_, beside) => {
    const file = await withPlugin(activationBeside(beside));
    for (const command of ['lint', 'run']) {
      const { code, stderr } = await pipelineProcess([command, file]);
      expect(code).toBe(1);
      expect(linesOf(stderr).filter((line) => !/^tiny: |^kept in /.test(line))).toEqual([
        'an error outside of the pipeline, as in a timer or a promise of a plug-in: background',
      ]);
    }
  });
});

describe.concurrent('what a plug-in prints is no result', () => {
  const NOISE = "console.log('noise'); console.info('noise')";

  test('of lint and print', async () => {
    const file = await withPlugin(activationBeside(NOISE));
    expect(await pipelineProcess(['lint', file])).toEqual({
      code: 0,
      stdout: `${file}: ok\n`,
      stderr: 'noise\nnoise\n',
    });
    expect((await pipelineProcess(['print', file])).stdout).toMatch(/^name: /);
  });

  test('of a run, where it may write to standard output itself', async () => {
    const file = await withPlugin(activationBeside(`${NOISE}; process.stdout.write('{"event":"end"}\\n')`));
    const ended = await pipelineProcess(['run', file, '--json']);
    expect(ended.code).toBe(0);
    expect(eventsOf(ended).map(({ event }) => event)).toEqual(['start', 'epoch', 'end']);
    expect(ended.stderr).toContain('noise\n');
    expect(ended.stderr).toContain('{"event":"end"}\n');
  });
});

describe.concurrent('a plug-in cannot end the program with a code of its own', () => {
  test('by process.reallyExit', async () => {
    const file = await withPlugin('process.reallyExit(0)');
    const problem = `${file}:4:11: my.ts: it called process.exit(0), which a plug-in may not\n`;
    expect(await pipelineProcess(['lint', file])).toEqual({ code: 2, stdout: problem, stderr: '' });
  });

  test.each(["process.on('exit', () => { process.exitCode = 0; })", 'process.exitCode = 7'])(
    'by %s',
    async (beside) => {
      const right = await withPlugin(activationBeside(beside));
      expect(await pipelineProcess(['lint', right])).toEqual({ code: 0, stdout: `${right}: ok\n`, stderr: '' });
      const wrong = await withPlugin(beside);
      expect(await pipelineProcess(['lint', wrong])).toMatchObject({
        code: 2,
        stdout: expect.stringContaining('it exports no stage'),
      });
    },
  );
});

const NOTHING_GOES_ON =
  'nothing goes on, and the command has not ended: a plug-in waits for something that never comes';

describe.concurrent('a plug-in that waits for ever is refused', () => {
  // on the thread of the command, with and without a line of what is waited for, and on that of a run
  test.each(['lint', 'trace', 'run'])('by %s, while it loads', async (command) => {
    const file = await withPlugin('await new Promise(() => {})');
    expect(await pipelineProcess([command, file])).toEqual({ code: 2, stdout: '', stderr: `${NOTHING_GOES_ON}\n` });
  });

  test('while a run reads its examples', async () => {
    const file = await withPlugin(
      `import { noOptions, stage } from 'marblenet'; import { concatMap } from 'rxjs';
       export const my = stage({ name: 'my', summary: '', family: 'data', from: 'examples', to: 'examples', options: noOptions,
         example: 'my', build: (_, output) => ({ output, operator: concatMap(() => new Promise(() => {})) }) });`,
    );
    const tiny = await readFile(file, 'utf8');
    await writeFile(file, tiny.replace('- my', '- relu').replace('network:', '  - my\nnetwork:'));
    const ended = await pipelineProcess(['run', file, '--json']);
    expect(ended).toMatchObject({ code: 2, stderr: `${NOTHING_GOES_ON}\n` });
    expect(eventsOf(ended)).toMatchObject([{ event: 'end', status: 'failed', error: NOTHING_GOES_ON }]);
  });

  test('by a signal, where a timer keeps it alive', async () => {
    const file = await withPlugin(
      "setInterval(() => {}, 1000); process.stdout.write('waits'); await new Promise(() => {})",
    );
    const started = startPipeline(['run', file], { MARBLENET_RUNS: await scratchFolder() });
    await new Promise((resolve) => started.child.stderr.once('data', resolve));
    started.child.kill('SIGINT');
    expect(await started.ended).toEqual({ code: 130, stdout: '', stderr: 'waitsinterrupted\n' });
  });
});

describe.concurrent('--no-plugins', () => {
  test.each(['run', 'lint', 'summary', 'check', 'trace', 'tap', 'graph', 'print'])('%s', async (command) => {
    const stage = command === 'tap' ? ['--stage', 'my'] : [];
    const file = await withPlugin("throw new Error('it was run')");
    const { code, stdout, stderr } = await pipeline([command, file, '--no-plugins', ...stage]);
    expect(code).toBe(2);
    expect(linesOf(stdout + stderr)).toEqual([
      `${file}:4:11: my.ts: the file names plug-ins, and they were refused (--no-plugins)`,
    ]);
  });

  test.each([
    ['list'],
    ['schema'],
    ['explain', 'relu'],
    ['predict', 'run', 'x.png'],
    ['export', 'run', '--to', 'json'],
    ['evaluate', 'run'],
  ])('%s, for a --plugin', async (...words) => {
    expect(await pipeline([...words, '--plugin', 'my.ts', '--no-plugins'])).toEqual({
      code: 2,
      stdout: '',
      stderr: '--plugin my.ts: plug-ins were refused (--no-plugins)\n',
    });
  });

  test('leaves files alone that name none', async () => {
    expect(await pipeline(['lint', TINY, '--no-plugins'])).toEqual({ code: 0, stdout: `${TINY}: ok\n`, stderr: '' });
  });

  test('is in the help of lint, which says that plug-ins run', async () => {
    const { stdout } = await pipeline(['lint', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain('Plug-ins that a file names are run');
    expect(stdout).toContain('--no-plugins');
  });
});

describe.concurrent('a plug-in that is no file', () => {
  test.each([
    ['/dev/zero', 'this is a device'],
    ['./pipe', 'this is a pipe'],
    [fromRoot('src'), 'this is a folder'],
  ])('%s', async (plugin, found) => {
    const file = await withPlugin('', plugin);
    if (plugin === './pipe') execFileSync('mkfifo', [join(dirname(file), 'pipe')]);
    expect(await pipeline(['lint', file])).toEqual({
      code: 2,
      stdout: `${file}:4:11: ${plugin}: ${found}, expected a TypeScript or JavaScript file\n`,
      stderr: '',
    });
  });
});

test('what a plug-in calls its metrics is printed without its control characters', async () => {
  const source = `import { metric, noOptions } from 'marblenet';
    export const my = metric({
      name: 'my', summary: '', options: noOptions, example: 'my', metricName: () => '\\x1b[31mred\\u202e',
      start: () => ({ add() {}, result: () => ({ value: 0.5 }) }),
    });`;
  const tiny = await readFile(TINY, 'utf8');
  const file = await scratchFile('x.yaml', `plugins: [my.ts]\n${tiny}  - my\n`);
  await writeFile(join(dirname(file), 'my.ts'), source);
  const out = join(dirname(file), 'runs');
  for (const command of [
    ['run', file, '--out', out, '--no-report'],
    ['runs', out],
    ['summary', file],
  ]) {
    const { code, stdout, stderr } = await pipeline(command);
    expect({ command, code }).toEqual({ command, code: 0 });
    expect(stdout + stderr).toContain('\\x1b[31mred\\u202e');
    for (const control of ['\u001b', '\u202e']) expect(stdout + stderr).not.toContain(control);
  }
});
