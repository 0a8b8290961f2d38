import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { otherCommands } from '../../src/cli/commands/other-commands.js';
import { run } from '../../src/cli/commands/run.js';
import { complete } from '../../src/cli/complete.js';
import {
  commandEnvironment,
  fromRoot,
  linesOf,
  MAIN,
  pipeline,
  scratchFolder,
  startProcess,
  TINY,
} from './pipeline-command.js';

/** What is offered for the last word, without what it means. */
async function offered(...words: string[]): Promise<string[]> {
  const candidates = await complete('fish', words, [run, ...otherCommands]);
  return linesOf(candidates).map((line) => line.split('\t')[0]);
}

describe('what is offered', () => {
  test.each([
    [['ex'], ['export', 'explain']],
    [['explain', 'sigm'], ['sigmoid']],
    [['run', '--off'], ['--offline']],
    [['run', '--offline', '--off'], []],
    [['run', '--no-pl'], ['--no-plugins']],
    [['run', TINY, '--f'], []], // yargs would take --file as the place of the file
    [
      ['predict', 'runs/relu', '--'],
      ['--help', '--version', '--debug', '--no-plugins', '--plugin', '--as-is', '--show', '--json'],
    ],
    [['run', 'test/cli/ti'], ['test/cli/tiny.yaml']],
    [['run', 'test/cl'], ['test/cli/']],
    [['run', '--data', 'test/cl'], ['test/cli/']],
    [['run', TINY, '--swap', 're'], ['relu=']],
    [['run', TINY, '--swap', 'relu=tan'], ['relu=tanh']],
    [['run', TINY, '--swap=relu=tan'], ['--swap=relu=tanh']],
    [['tap', TINY, '--stage', 'train.f'], ['train.forward']],
    [['graph', TINY, '--format', 'm'], ['mermaid']],
    [
      ['new', '--optimizer', 'ad'],
      ['adam', 'adamW', 'adaGrad'],
    ],
    [
      ['new', '--source', ''],
      ['mnist', 'digits', 'csv', 'idx', 'images'],
    ],
    [['new', '--train-images', 'test/cli/sl'], ['test/cli/slow.yaml']],
    [['nonsense', ''], []],
    [['list', ''], []],
  ])('%j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });
});

test('a shell that is not known', async () => {
  const { code, stdout, stderr } = await pipeline(['completion', 'tcsh']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('expected one of bash, zsh, fish, found "tcsh"');
});

const has = (shell: string): boolean => spawnSync(shell, ['-c', ':']).status === 0;

/** Runs a shell that finds the command, in a home folder with files to complete. Returns the lines that it prints. */
async function shell(file: string, ...args: string[]): Promise<string[]> {
  const folder = await scratchFolder();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const name of ['marblenet', 'pipeline']) await symlink(MAIN, join(bin, name));
  await copyFile(TINY, join(folder, 'my net.yaml'));
  const environment = commandEnvironment({ PATH: `${bin}:${process.env.PATH}`, HOME: folder });
  const { stdout, stderr } = await startProcess(file, args, environment, folder).ended;
  expect(stderr).toBe('');
  return linesOf(stdout);
}

/** One shell completes all lines: the first word is what is written when TAB is pressed, the second what comes of it. */
const lines = (pairs: Readonly<Record<string, string>>) => [Object.keys(pairs), Object.values(pairs)] as const;

test.skipIf(!has('bash'))('TAB in bash (needs it)', { concurrent: true }, async () => {
  const script = [
    'eval "$(marblenet completion bash)"',
    'for line; do',
    `  COMP_LINE=$line; COMP_POINT=\${#COMP_LINE}; _marblenet "\${line%% *}"; (IFS='|'; echo "\${COMPREPLY[*]}")`,
    'done',
  ].join('\n');
  const [written, replies] = lines({
    'marblenet expl': 'explain',
    'pipeline expl': 'explain',
    'pipeline graph x.yaml --format=sv': 'svg',
    [`pipeline run ${TINY} --swap relu=tan`]: 'tanh',
    'pipeline run my': 'my\\ net.yaml',
    'pipeline run ': 'bin/|my\\ net.yaml',
    'pipeline run ~/b': '~/bin/',
  });
  expect(await shell('bash', '--norc', '-c', script, 'bash', ...written)).toEqual(replies);
});

test.skipIf(!has('zsh'))('TAB in zsh (needs it)', { concurrent: true }, async () => {
  const [written, completed] = lines({
    'marblenet expl': 'marblenet explain ',
    'pipeline graph x.yaml --format=sv': 'pipeline graph x.yaml --format=svg ',
    'pipeline run my': 'pipeline run my\\ net.yaml ',
    "pipeline run 'my": "pipeline run 'my net.yaml' ",
    'pipeline tap my\\ net.yaml --stage train.f': 'pipeline tap my\\ net.yaml --stage train.forward ',
    'pipeline run my\\ net.yaml --swap re': 'pipeline run my\\ net.yaml --swap relu=',
    'pipeline run ~/b': 'pipeline run ~/bin/',
  });
  expect(await shell('zsh', '-f', fromRoot('test/cli/press-tab.zsh'), ...written)).toEqual(completed);
});

test.skipIf(!has('fish'))('TAB in fish (needs it)', { concurrent: true }, async () => {
  const script = 'marblenet completion fish | source; for line in $argv; complete -C $line; end';
  const [written, offers] = lines({
    'marblenet expl': 'explain\tOne stage: its idea, formula, marbles, gradient, options and an example',
    'pipeline graph x.yaml --format=sv': '--format=svg',
    'pipeline run my\\ n': 'my net.yaml',
    "pipeline run 'my": 'my net.yaml',
    'pipeline tap my\\ net.yaml --stage train.f': 'train.forward',
    "pipeline run 'my net.yaml' --swap re": 'relu=',
    'pipeline run ~/b': '~/bin/',
  });
  expect(await shell('fish', '--no-config', '-c', script, '--', ...written)).toEqual(offers);
});
