/** The command in a terminal. Needs python3, whose library has pseudo terminals. */
import { spawnSync } from 'node:child_process';
import { commandEnvironment, type Ended, fromRoot, MAIN, startProcess } from './pipeline-command.js';

export const hasTerminals = spawnSync('python3', ['-c', 'import pty']).status === 0;

export interface Terminal {
  readonly columns?: number;
  /** What to press, `\u0003` for Ctrl-C, as soon as these words have been drawn, behind those that were waited for before. */
  readonly press?: readonly (readonly [keys: string, after: string])[];
  readonly environment?: Record<string, string>;
}

/** Standard output is what was drawn. */
export function inTerminal(
  args: readonly string[],
  { columns = 80, press = [], environment }: Terminal = {},
): Promise<Ended> {
  const script = [fromRoot('test/cli/pseudo-terminal.py'), String(columns), JSON.stringify(press)];
  const python = [...script, process.execPath, MAIN, ...args];
  return startProcess('python3', python, commandEnvironment(environment)).ended;
}
