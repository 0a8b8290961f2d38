import { spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandEnvironment, linesOf, MAIN, pipeline, scratchFolder, startProcess, TINY } from './pipeline-command.js';

/** What is offered for the last word, without what it means. */
async function offered(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await pipeline(['completion', 'fish', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return linesOf(stdout).map((line) => line.split('\t')[0]);
}

describe('what is offered', { concurrent: true }, () => {
  test.each([
    [['ex'], ['export', 'explain']],
    [['explain', 'sigm'], ['sigmoid']],
    [['run', '--off'], ['--offline']],
    [['run', '--offline', '--off'], []],
    [['run', '--no-pl'], ['--no-plugins']],
    [['run', 'test/cli/ti'], ['test/cli/tiny.yaml']],
    [['run', 'test/cl'], ['test/cli/']],
    [['run', '--data', 'test/cl'], ['test/cli/']],
    [['run', TINY, '--swap', 're'], ['relu=']],
    [['run', TINY, '--swap', 'relu=tan'], ['relu=tanh']],
    [['run', TINY, '--swap=relu=tan'], ['--swap=relu=tanh']],
    [['tap', TINY, '--stage', 'train.f'], ['train.forward']],
    [['graph', TINY, '--format', 'm'], ['mermaid']],
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

const hasBash = spawnSync('bash', ['-c', ':']).status === 0;

describe.skipIf(!hasBash)('in bash', { concurrent: true }, () => {
  /** What bash has for the last word of a line when TAB is pressed. */
  async function replies(line: string): Promise<string[]> {
    const folder = await scratchFolder();
    const bin = join(folder, 'bin');
    await mkdir(bin);
    for (const name of ['marblenet', 'pipeline']) await symlink(MAIN, join(bin, name));
    await writeFile(join(folder, 'my net.yaml'), 'name: mine\n');
    const script = [
      'eval "$(marblenet completion bash)"',
      `cd "$1"; COMP_LINE=$2; COMP_POINT=\${#COMP_LINE}; _marblenet "\${2%% *}"; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ].join('\n');
    const PATH = `${bin}:${process.env.PATH}`;
    const { stdout, stderr } = await startProcess(
      'bash',
      ['--norc', '-c', script, 'bash', folder, line],
      commandEnvironment({ PATH }),
    ).ended;
    expect(stderr).toBe('');
    return linesOf(stdout);
  }

  test.each([
    ['marblenet expl', ['explain']],
    ['pipeline expl', ['explain']],
    ['pipeline graph x.yaml --format=sv', ['svg']],
    [`pipeline run ${TINY} --swap relu=tan`, ['tanh']],
    ['pipeline run my', ['my\\ net.yaml']],
    ['pipeline run ', ['bin/', 'my\\ net.yaml']],
  ])('%s', async (line, expected) => {
    expect(await replies(line)).toEqual(expected);
  });
});
