import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fromRoot, pipeline, pipelineHere, pipelineProcess } from './pipeline-command.js';

/** English help with German headings would be worse than either. */
const GERMAN = { LC_ALL: 'de_DE.UTF-8' };

const commands: readonly (readonly [command: string, words: readonly string[]])[] = [
  [
    'run <file>',
    [
      '--set ',
      '--swap ',
      '--data ',
      '--offline ',
      '--json ',
      '--every-step ',
      '--quiet ',
      '--profile ',
      '--out ',
      '--watch ',
    ],
  ],
  [
    'new [name]',
    [
      '--source ',
      '--pictures ',
      '--size ',
      '--network ',
      '--filters ',
      '--hidden ',
      '--activation ',
      '--optimizer ',
      '--epochs ',
      '--hold-out ',
      '--yes ',
      '--force ',
    ],
  ],
  [
    'committee <file>',
    [
      'Train a pipeline 5 times',
      'file',
      '--members ',
      '--out ',
      '--set ',
      '--data ',
      '--offline ',
      '--json ',
      '--quiet ',
    ],
  ],
  [
    'sweep <file>',
    [
      'file',
      '--over ',
      '--strategy ',
      '--trials ',
      '--metric ',
      '--jobs ',
      '--out ',
      '--queue ',
      '--store ',
      '--send-data',
      '--set ',
      '--data ',
      '--json ',
      '--quiet ',
    ],
  ],
  ['worker <queue>', ['queue', '--store ', '--data ', '--jobs ', '--stalled-after ', '--allow-plugins ', '--offline ']],
  ['predict <run> <files..>', ['run', 'files', '--as-is ', '--show ', '--json ', '--plugin ']],
  ['evaluate <run>', ['run', '--split ', '--data ', '--pipeline ', '--json ', '--plugin ']],
  ['export <run>', ['--to ', '--out ', '--names ', '--logits ', '--force ', '--plugin ']],
  ['import <file>', ['--into ', '--out ', '--force ', '--data ', '--offline ', '--set ', '--swap ']],
  ['resume <run>', ['run', '--set ', '--data ', '--offline ', '--json ', '--every-step ', '--quiet ', '--profile ']],
  ['runs [dir]', ['dir', '--json ']],
  ['report <run>', ['--to ', '--data ']],
  ['compare <variants..>', ['--seeds', '--csv', '--html']],
  ['studio [file]', ['--port ', '--host ', '--no-open', '--data ', '--offline ']],
  ['lint <files..>', ['files', '--data ', '--set ', '--swap ']],
  ['data <file>', ['file', '--data ', '--offline ', '--json ', '--set ', '--swap ']],
  ['list', ['--plugin ']],
  ['explain <stage>', ['stage', '--plugin ']],
  ['summary <file>', ['--set ', '--swap ']],
  ['check <file>', ['--samples ', '--parameters ', '--data ', '--json ', '--set ', '--swap ']],
  ['trace <file>', ['--sample ', '--values ', '--data ', '--offline ', '--json ', '--set ', '--swap ']],
  ['tap <file>', ['--stage ', '--count ', '--values ', '--data ', '--offline ', '--json ', '--set ', '--swap ']],
  ['graph <file>', ['--format ', '"mermaid", "dot", "svg"', '--set ', '--swap ']],
  ['schema', ['--plugin ']],
  ['print <file>', ['--set ', '--swap ']],
  ['doctor', ['--json ']],
  ['completion <shell>', ['bash, zsh or fish']],
];

/** Each variable and code that the page about other machines has, and a link to a file that is there. */
async function expectEnd(help: string): Promise<void> {
  const page = await readFile(fromRoot('docs/other-machines.md'), 'utf8');
  const [variables, codes] = help.slice(help.indexOf('\nEnvironment variables:\n')).split('\nExit codes:\n');
  for (const [variable] of page.matchAll(/MARBLENET_[A-Z]+/g)) {
    expect(variables).toMatch(new RegExp(`^  ${variable} +\\S`, 'm'));
  }
  const documented = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => code);
  expect(codes.match(/^ {2}\d[\d, ]*/gm)?.flatMap((line) => line.match(/\d+/g))).toEqual(documented);
  const [, link] = /\nDocumentation: (\S+)\n*$/.exec(codes) ?? [];
  expect(await readFile(new URL(link), 'utf8')).toContain('# marblenet');
}

test.concurrent('pipeline --help names every command', async () => {
  const { code, stdout, stderr } = await pipeline(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const found = [...stdout.matchAll(/^ {2}pipeline ([a-z]+(?: [<[]\S+)*) {2,}\S/gm)].map(([, command]) => command);
  expect(found).toEqual(commands.map(([command]) => command));
  await expectEnd(stdout);
});

test.concurrent.each(commands)('pipeline %s: --help names its options, in English', async (command, words) => {
  const { code, stdout, stderr } = await pipelineHere([command.split(' ')[0], '--help'], GERMAN);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.startsWith(`pipeline ${command}\n`)).toBe(true);
  expect(stdout).toMatch(/^Options:\n {2}-h, --help .*Show help/m);
  for (const word of words) expect(stdout).toContain(word);
  await expectEnd(stdout);
});

test.concurrent('it is English, too, as the program prints it', async () => {
  const help = await pipelineProcess(['lint', '--help'], GERMAN);
  expect(help).toEqual(await pipelineHere(['lint', '--help']));
});

test.concurrent('-h in the place of a command is --help', async () => {
  expect(await pipeline(['-h'])).toEqual(await pipeline(['--help']));
});

test.concurrent.each([[], ['run'], ['new']])('help %s is --help', async (...words) => {
  expect(await pipelineHere(['help', ...words])).toEqual(await pipelineHere([...words, '--help']));
});

test.concurrent.each(['--version', '-v', '-V'])('%s is that of the package', async (option) => {
  const { version } = JSON.parse(await readFile(fromRoot('package.json'), 'utf8')) as { version: string };
  expect(await pipeline([option])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});
