/** The command in a terminal. Needs python3, whose library has pseudo terminals. */
import { spawnSync } from 'node:child_process';
import { commandEnvironment, type Ended, fromRoot, MAIN, startProcess } from './pipeline-command.js';

export const hasTerminals = spawnSync('python3', ['-c', 'import pty']).status === 0;

export interface Terminal {
  readonly columns?: number;
  /** What to press, `\x03` for Ctrl-C, as soon as these words have been drawn. */
  readonly press?: readonly [keys: string, after: string];
  readonly environment?: Record<string, string>;
}

/** Standard output is what was drawn. */
export function inTerminal(
  args: readonly string[],
  { columns = 80, press = ['', ''], environment }: Terminal = {},
): Promise<Ended> {
  const python = [fromRoot('test/cli/pseudo-terminal.py'), String(columns), ...press, process.execPath, MAIN, ...args];
  return startProcess('python3', python, commandEnvironment(environment)).ended;
}
