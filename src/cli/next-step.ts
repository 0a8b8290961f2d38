import { hideBin } from 'yargs/helpers';
import { printable } from '../core/printable.js';
import { calledAs } from './called-as.js';
import { STDIN } from './given-file.js';
import { quoted } from './text/quoted.js';

/**
 * What to do after a run: use what it learned, where it is kept; and the same file, data and changes, looked into. Each is
 * one line, whatever its length: it is to be copied.
 */
export function nextStep(file: string, folder: string | undefined): string {
  const steps = [
    ...(folder === undefined
      ? []
      : [`${calledAs} predict ${quoted(folder)} FILE   says what a picture or an array of yours is`]),
    lookInto(file),
  ];
  return steps.map((step, i) => (i === 0 ? 'next: ' : '      ') + printable(step)).join('\n');
}

function lookInto(file: string): string {
  const help = `"${calledAs} --help" shows all commands`;
  if (file === STDIN) return help; // what came from there is used up
  const words = hideBin(process.argv);
  const same = withoutOut(words.toSpliced(words.indexOf('run'), 1))
    .map(quoted)
    .join(' ');
  return `${calledAs} trace ${same}   shows every number of one example; ${help}`;
}

/** Where a run is kept is for `run` alone. */
const withoutOut = (words: readonly string[]): string[] =>
  words.filter((word, i) => !/^--(no-)?out(=|$)/.test(word) && words[i - 1] !== '--out');
