import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { fromRoot, pipeline } from './pipeline-command.js';

/** English help with German headings would be worse than either. */
const GERMAN = { LC_ALL: 'de_DE.UTF-8' };

const commands: readonly (readonly [command: string, words: readonly string[]])[] = [
  ['run <file>', ['--set ', '--swap ', '--data ', '--offline ', '--json ', '--every-step ', '--quiet ']],
  ['lint <files..>', ['files', '--data ', '--set ', '--swap ']],
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
];

test.concurrent('pipeline --help names every command', async () => {
  const { code, stdout, stderr } = await pipeline(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const found = [...stdout.matchAll(/^ {2}pipeline ([a-z]+(?: <\S+>)?) {2,}\S/gm)].map(([, command]) => command);
  expect(found).toEqual(commands.map(([command]) => command));
});

test.concurrent.each(commands)('pipeline %s: --help names its options, in English', async (command, words) => {
  const { code, stdout, stderr } = await pipeline([command.split(' ')[0], '--help'], GERMAN);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.startsWith(`pipeline ${command}\n`)).toBe(true);
  expect(stdout).toMatch(/^Options:\n {2}-h, --help .*Show help/m);
  for (const word of words) expect(stdout).toContain(word);
});

test.concurrent('-h in the place of a command is --help', async () => {
  expect(await pipeline(['-h'])).toEqual(await pipeline(['--help']));
});

test.concurrent.each(['--version', '-v', '-V'])('%s is that of the package', async (option) => {
  const { version } = JSON.parse(await readFile(fromRoot('package.json'), 'utf8')) as { version: string };
  expect(await pipeline([option])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});
