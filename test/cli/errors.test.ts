import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { linesOf, pipeline, scratchFile, TINY } from './pipeline-command.js';

/** The tiny pipeline with a slip of the pen in line 11. */
async function misspelt(): Promise<string> {
  return scratchFile('misspelt.yaml', (await readFile(TINY, 'utf8')).replace('- relu', '- rellu'));
}

describe.concurrent('a wrong command line ends with exit 2 and one line', () => {
  test.each([
    ['nothing at all', [], 'expected a command'],
    ['an unknown command', ['frobnicate', TINY], 'frobnicate'],
    ['a misspelt command', ['rnu', TINY], 'unknown command; did you mean "run"?'],
    ['no file', ['run'], 'pipeline --help'],
    ['a file too many', ['run', TINY, 'other.yaml'], 'other.yaml'],
    ['an unknown option', ['run', TINY, '--ofline'], 'ofline'],
    ['two formats at once', ['run', TINY, '--json', '--quiet'], 'json and quiet'],
    ['an option without its value', ['run', TINY, '--set'], 'expected a value after --set'],
    ['a change that is none', ['run', TINY, '--set', 'epochs'], '--set epochs: expected two words joined by "="'],
    [
      'a swap to nothing',
      ['run', TINY, '--swap', 'relu=sigmoi'],
      '--swap relu=sigmoi: unknown stage "sigmoi"; did you mean "sigmoid"?',
    ],
    ['a picture of no kind', ['graph', TINY, '--format', 'png'], '"mermaid", "dot"'],
    ['a plug-in that is not there', ['list', '--plugin', 'nowhere.ts'], '--plugin nowhere.ts: there is no file '],
    ['a file that is not there', ['run', 'nowhere.yaml'], 'nowhere.yaml:1:1: there is no such file'],
  ])('%s', async (_, args, words) => {
    const { code, stdout, stderr } = await pipeline(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(linesOf(stderr)).toEqual([expect.stringContaining(words)]);
  });
});

test.concurrent('a failed run ends with exit 1 and one line', async () => {
  const { code, stdout, stderr } = await pipeline(['run', TINY, '--quiet', '--set', 'train.4.sgd.learningRate=1e9']);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(linesOf(stderr)).toEqual([expect.stringMatching(/: the loss became .* try a smaller learningRate$/)]);
});

describe.concurrent('a wrong pipeline file', () => {
  test.each(['run', 'print'])('%s says file, line and column', async (command) => {
    const file = await misspelt();
    const { code, stdout, stderr } = await pipeline([command, file]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(linesOf(stderr)).toEqual([
      `${file}:11:5: unknown stage "rellu"; did you mean "relu"? ("pipeline list" shows all)`,
    ]);
  });
});

test.concurrent.each([
  ['a wrong pipeline file', ['run', 'nowhere.yaml'], 2],
  ['a wrong command line', ['rnu'], 2],
  ['a failed run', ['run', TINY, '--set', 'train.4.sgd.learningRate=1e9'], 1],
])('--debug shows the stack trace of %s', async (_, args, code) => {
  const ended = await pipeline([...args, '--debug']);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toMatch(/^ +at .*\.js:\d+:\d+/m);
});

test.concurrent('text from outside moves no cursor', async () => {
  const tiny = await readFile(TINY, 'utf8');
  const file = await scratchFile('name.yaml', tiny.replace('name: tiny', 'name: "\\e]0;PWNED\\a\\e[31mred"'));
  for (const command of ['run', 'summary']) {
    const { code, stdout, stderr } = await pipeline([command, file], { NO_COLOR: '1' });
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stdout + stderr).toContain('\\x1b]0;PWNED\\x07\\x1b[31mred: ');
  }
});
