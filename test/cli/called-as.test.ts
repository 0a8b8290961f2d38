/** What is printed of commands can be pasted: it begins as the program was called. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { callOf } from '../../src/cli/called-as.js';
import { pipeline, scratchFile, scratchFolder } from './pipeline-command.js';

/** What npm sets for what `npx` runs. */
const NPX = {
  npm_command: 'exec',
  npm_lifecycle_event: 'npx',
  npm_config_user_agent: 'npm/10.8.2 node/v20.19.0 linux',
};

test.each([
  ['/usr/local/bin/marblenet', {}, 'marblenet'],
  ['/usr/local/bin/pipeline', {}, 'pipeline'],
  ['/clone/dist/bin/main.js', {}, 'pipeline'],
  ['/project/node_modules/.bin/marblenet', NPX, 'npx marblenet'],
  ['/project/node_modules/.bin/pipeline', { npm_command: 'run-script' }, 'npx pipeline'],
  ['/project/node_modules/marblenet/bin/pipeline.js', { npm_config_user_agent: 'pnpm/10.2.0' }, 'pnpm exec pipeline'],
  ['/project/node_modules/.bin/marblenet', { npm_config_user_agent: 'yarn/1.22.22 npm/?' }, 'yarn marblenet'],
])('%s with %o is called by %s', (program, environment, call) => {
  expect(callOf(program, environment)).toBe(call);
});

describe('behind npx', { concurrent: true }, () => {
  test('new says how to go on, on the terminal and in the file', async () => {
    const path = join(await scratchFolder(), 'mine.yaml');
    const { stderr } = await pipeline(['new', path], NPX);
    expect(stderr).toBe(`train it: npx pipeline run ${path}\n`);
    expect(await readFile(path, 'utf8')).toContain('"npx pipeline explain STAGE"');
  });

  test.each([
    [['run', 'test/cli/tiny.yaml', '--swap', 'relu=rleu'], '("npx pipeline list" shows all)'],
    [['explain', 'rleu'], '("npx pipeline list" shows all)'],
    [['run', 'test/cli/tiny.yaml', '--jsno'], '("npx pipeline run --help" shows what there is)'],
  ])('%j names the command that helps', async (args, words) => {
    const { code, stderr } = await pipeline(args, NPX);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(words) });
  });

  test('a file that is none is told how to get one', async () => {
    const { stderr } = await pipeline(['run', await scratchFile('empty.yaml', '')], NPX);
    expect(stderr).toContain('"npx pipeline new NAME" writes one to begin with');
  });

  test('so does lint, on standard output', async () => {
    const { stdout } = await pipeline(['lint', 'test/cli/tiny.yaml', '--swap', 'relu=rleu'], NPX);
    expect(stdout).toContain('("npx pipeline list" shows all)');
  });

  test('help shows the whole command', async () => {
    const { stdout } = await pipeline(['run', '--help'], NPX);
    expect(stdout).toMatch(/^npx pipeline run <file>/m);
  });
});
