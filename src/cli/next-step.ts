import { hideBin } from 'yargs/helpers';
import { printable } from '../core/printable.js';
import { calledAs } from './called-as.js';
import { STDIN } from './given-file.js';
import { widthOf, wrapped } from './text/layout.js';
import { quoted } from './text/quoted.js';

/**
 * What to do after a run: use what it learned, where it is kept; and the same file, data and changes, looked into. A command is
 * one line, whatever its length: it is to be copied. What it does stands behind it, or below where that is too wide.
 */
export function nextStep(
  file: string,
  {
    folder,
    isTable,
    columns,
  }: { readonly folder: string | undefined; readonly isTable: boolean; readonly columns: number },
): string {
  const steps: (readonly [command: string, what: string])[] = [];
  if (folder !== undefined) {
    const what = isTable ? 'says what it makes of each row of a table' : 'says what a picture or an array of yours is';
    steps.push([`${calledAs} predict ${quoted(folder)} FILE`, what]);
  }
  const help = `"${calledAs} --help" shows all commands`;
  if (file === STDIN)
    steps.push([help, '']); // what came from there is used up
  else steps.push([`${calledAs} trace ${sameWords()}`, `shows every number of one example; ${help}`]);
  return steps
    .map(([command, what], i) => {
      const line = `${i === 0 ? 'next: ' : '      '}${printable(command)}`;
      const whole = `${line}   ${what}`.trimEnd();
      return widthOf(whole) <= columns ? whole : `${line}\n${wrapped(`      ${what}`, columns, 0)}`.trimEnd();
    })
    .join('\n');
}

/** The words that this run was given, without those of `run` alone. */
function sameWords(): string {
  const words = hideBin(process.argv);
  return forTrace(words.toSpliced(words.indexOf('run'), 1))
    .map(quoted)
    .join(' ');
}

/** Where a run is kept, and whether it is measured, is for `run` alone. */
const forTrace = (words: readonly string[]): string[] =>
  words.filter((word, i) => !/^--(no-)?(out|profile)(=|$)/.test(word) && words[i - 1] !== '--out');
