/** What somebody sees who runs a pipeline in a terminal. Needs python3, whose library has pseudo terminals. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  commandEnvironment,
  type Ended,
  fromRoot,
  MAIN,
  pipeline,
  SLOW,
  startProcess,
  TINY,
} from './pipeline-command.js';

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

function inTerminal(columns: number, keys: string, args: readonly string[]): Promise<Ended> {
  const python = [fromRoot('test/cli/pseudo-terminal.py'), String(columns), keys, process.execPath, MAIN, ...args];
  return startProcess('python3', python, commandEnvironment()).ended;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const TO_LINE_START = '\u001b[1G';
const CLEAR_LINE = '\u001b[2K';

/** What was drawn from the line's start on, up to the next order to the terminal. */
const barsIn = (screen: string): string[] =>
  screen
    .split(TO_LINE_START)
    .slice(1)
    .map((piece) => piece.split('\u001b')[0])
    .filter((piece) => piece !== '');

describe.skipIf(!hasPython)('in a terminal', { concurrent: true }, () => {
  test.each([
    [200, 20],
    [80, 8],
    [40, 4],
  ])('%i columns wide, a bar fills up in one line and goes away', async (columns, width) => {
    const { code, stdout: screen } = await inTerminal(columns, '', ['run', SLOW]);
    expect(code).toBe(0);

    const bars = barsIn(screen).filter((line) => !line.startsWith('preparing data'));
    expect(bars.length).toBeGreaterThanOrEqual(2); // at least one an epoch
    for (const bar of bars) {
      expect(bar).toMatch(new RegExp(`^[█░]{${width}} [ \\d]{3}% {2}loss \\d\\.\\d{4}`));
      expect(bar.length).toBeLessThanOrEqual(columns);
    }
    const filled = bars.map((bar) => bar.split('█').length - 1);
    expect(filled).toEqual([...filled].sort((a, b) => a - b));
    expect(filled.at(-1)).toBeGreaterThan(0);

    const [, afterwards] = screen.slice(screen.lastIndexOf(TO_LINE_START)).split(CLEAR_LINE);
    expect(afterwards).not.toMatch(/[█░]/);
    expect(afterwards).toMatch(/^epoch {3}2 /);
    expect(screen.match(/epoch {3}[12] {2}train/g)).toHaveLength(2);
    expect(screen.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(screen.lastIndexOf(HIDE_CURSOR));
    expect(screen).toContain(HIDE_CURSOR);
  });

  test('a run ends with what to do next, and that works', async () => {
    const changes = ['--set', 'epochs=1', '--swap', 'relu = tanh'];
    const { code, stdout: screen } = await inTerminal(80, '', ['run', TINY, ...changes]);
    expect(code).toBe(0);
    const last = screen.trimEnd().split('\r\n').at(-1);
    expect(last).toBe(
      `next: pipeline trace ${TINY} --set epochs=1 --swap 'relu = tanh'   ` +
        'shows every number of one example; "pipeline --help" shows all commands',
    );
    expect(await pipeline(['trace', TINY, ...changes])).toMatchObject({ code: 0, stderr: '' });
    expect((await pipeline(['run', TINY, ...changes])).stderr).not.toContain('next: ');
  });

  test('Ctrl-C ends the run and gives the cursor back', async () => {
    const { code, stdout: screen } = await inTerminal(80, '\\x03', ['run', SLOW, '--set', 'epochs=1000000']);
    expect(code).toBe(130);
    expect(barsIn(screen).length).toBeGreaterThanOrEqual(1);
    expect(screen.endsWith(`${CLEAR_LINE}interrupted\r\n`)).toBe(true);
    expect(screen.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(screen.lastIndexOf(HIDE_CURSOR));
  });

  test.each(['--json', '--quiet'])('%s draws no bar', async (option) => {
    const { code, stdout: screen } = await inTerminal(80, '', ['run', SLOW, option, '--set', 'epochs=1']);
    expect(code).toBe(0);
    expect(screen).not.toMatch(/[█░]/);
    expect(screen).not.toContain(HIDE_CURSOR);
    expect(screen).not.toContain('next: ');
  });
});
