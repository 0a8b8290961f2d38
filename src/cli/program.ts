/** The command line: parse, call, print. What a command does is in its own file; what ends it is here. */
import { inspect } from 'node:util';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { MarblenetError, messageOf } from '../core/errors.js';
import { endProcess, guardProcess, NOTHING_GOES_ON, strayError } from '../node/guard-process.js';
import { codeOf, reasonOf } from '../node/system-error.js';
import { asCalled, calledAs } from './called-as.js';
import { checkWords, isOption, withGlobalOptions, wrongWords } from './command-line.js';
import { run } from './commands/run.js';
import { Exit } from './exit.js';
import { HELP_END, layOutHelp } from './help-text.js';
import { endOnSignals, Interrupted } from './interrupt.js';
import { proseColumnsOf } from './text/layout.js';
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
  remarkError(NOTHING_GOES_ON);
  exitProcess(2);
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

/** What options that must be there are like. */
const REQUIRED: ReadonlyMap<string | undefined, string> = new Map([
  ['stage', '--stage train.forward'],
  ['to', '--to onnx'],
  ['into', '--into pipelines/relu.yaml'],
]);

/** `help run` is `run --help`. */
const given = hideBin(process.argv);
const args = given[0] === 'help' ? [...given.slice(1), '--help'] : given;

try {
  // `run` is what people wait for, and its work is done on another thread: what the others need is loaded for them alone.
  const others = args[0] === 'run' ? [] : (await import('./commands/other-commands.js')).otherCommands;
  const commands = [run, ...others];
  if (args[0] === 'completion' && args.length > 2) {
    const { complete } = await import('./complete.js');
    const candidates = await complete(args[1], args.slice(2), commands);
    await new Promise<void>((resolve) => process.stdout.write(candidates, () => resolve()));
    exitProcess(0);
  }
  const words = await checkWords(args, commands);
  const cli = yargs()
    .scriptName(calledAs)
    .locale('en') // or half of the help would be in the reader's language
    .updateStrings({
      'Missing required argument: %s': { one: 'expected --%s', other: 'expected --%s' } as unknown as string,
    }) // yargs has no type for its plurals
    .usage('$0 COMMAND\n\nTrains small neural networks from first principles, as a pipeline of streaming stages.');
  for (const { builder, ...command } of commands) {
    cli.command({
      ...command,
      builder(yargs) {
        if (typeof builder === 'function') builder(yargs);
        return yargs.epilogue(HELP_END); // yargs forgets that of the first page where it shows a command's
      },
    });
  }

  await withGlobalOptions(cli)
    .example('$0 run pipelines/relu.yaml', 'train on MNIST')
    .example('$0 run FILE --swap relu=sigmoid', 'the same, with another activation')
    .epilogue(HELP_END)
    .middleware(guardProcess) // between the command line, which prints help itself, and the command
    .wrap(null) // it would break words; layOutHelp does not
    .fail((problem, error) => {
      // yargs goes on to the handler unless this throws; what it throws itself is a wrong command line, too
      if (error !== undefined && error.name !== 'YError') throw error;
      const [, missing] = /^expected --(\w+)$/.exec(problem) ?? [];
      const example = REQUIRED.get(missing);
      throw wrongWords(
        example === undefined ? problem : `${problem}, as ${example}`,
        words.find((word) => !isOption(word)),
      );
    })
    .parseAsync(words, {}, (_, __, help) => {
      if (help !== '') process.stdout.write(layOutHelp(help, proseColumnsOf(process.stdout)));
    });
} catch (error) {
  code = error instanceof Exit || error instanceof MarblenetError ? error.exitCode : 1;
  process.exitCode = code; // for what runs this program within its own process
  if (!(error instanceof Exit)) {
    remarkError(asCalled(messageOf(error)));
    if (args.includes('--debug')) process.stderr.write(`${inspect(error)}\n`); // with what caused it
  }
  if (error instanceof Interrupted) unread = setTimeout(() => exitProcess(code), LAST_WORDS); // a reader that stalls is not waited for
}

endOnSignals();
isDone = true;

// A download that was interrupted gets a moment to remove its file; what hangs (a name look-up) is not waited for.
process.stdout.write('', () => {
  clearTimeout(unread);
  setTimeout(() => exitProcess(code), 1000).unref();
});
