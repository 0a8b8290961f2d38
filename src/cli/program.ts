/** The program around a command line: what ends it, and with which code. */
import { hideBin } from 'yargs/helpers';
import { endProcess, guardProcess, nothingGoesOn, strayError } from '../node/guard-process.js';
import { codeOf, reasonOf } from '../node/system-error.js';
import { endOnSignals, Interrupted } from './interrupt.js';
import { perform } from './perform.js';
import { remarkError } from './text/say.js';

const { exit } = process;
const exitProcess = (code: number): never => endProcess(exit, code);

/** What the process ends with: 1 for an error that nothing caught, whatever comes of the command. */
let code = 0;
process.on('uncaughtException', (error) => {
  remarkError(strayError(error).message);
  code = 1;
});

let isDone = false;
process.on('beforeExit', () => {
  if (isDone) exitProcess(code);
  const { message, exitCode } = nothingGoesOn();
  remarkError(message);
  exitProcess(exitCode);
});

process.stdout.on('error', (error) => {
  if (codeOf(error) === 'EPIPE') exitProcess(0); // `pipeline list | head` closes the pipe early, and that is no error
  process.stderr.write(`cannot write to standard output: ${reasonOf(error)}\n`);
  exitProcess(1);
});
process.stderr.on('error', () => {}); // remarks without a reader; the exit code says what came of the run

/** How many milliseconds a reader has to take what is left, once a signal has ended the run. */
const LAST_WORDS = 100;
let unread: NodeJS.Timeout | undefined;

const ended = await perform(hideBin(process.argv), guardProcess);
if (ended.code !== 0) {
  code = ended.code;
  process.exitCode = code; // for what runs this program within its own process
}
if (ended.error instanceof Interrupted) unread = setTimeout(() => exitProcess(code), LAST_WORDS); // a reader that stalls is not waited for

endOnSignals();
isDone = true;

// A download that was interrupted gets a moment to remove its file; what hangs (a name look-up) is not waited for.
process.stdout.write('', () => {
  clearTimeout(unread);
  setTimeout(() => exitProcess(code), 1000).unref();
});
