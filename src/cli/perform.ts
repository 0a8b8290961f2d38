/** A command line: parse, call, print. What a command does is in its own file; what ends the program is in program.ts. */
import { inspect } from 'node:util';
import yargs from 'yargs';
import { MarblenetError, messageOf } from '../core/errors.js';
import { asCalled, calledAs } from './called-as.js';
import type { AnyCommand } from './command.js';
import { checkWords, isOption, withGlobalOptions, wrongWords } from './command-line.js';
import { run } from './commands/run.js';
import { Exit } from './exit.js';
import { HELP_END, layOutHelp } from './help-text.js';
import { proseColumnsOf } from './text/layout.js';
import { remarkError } from './text/say.js';

/** What a command line came to. */
export interface Ended {
  /** 0 where all went well. */
  readonly code: number;
  /** What it threw, if so; it has been printed. */
  readonly error?: unknown;
}

/** `run` is what people wait for, and its work is done on another thread: what the others need is loaded for them alone. */
const commandsFor = async ([name]: readonly string[]): Promise<readonly AnyCommand[]> =>
  name === 'run' ? [run] : [run, ...(await import('./commands/other-commands.js')).otherCommands];

/**
 * Does what the words of a command line say, and prints what comes of it, errors too.
 *
 * @param begin called when the words have been read, and the command begins
 */
export async function perform(given: readonly string[], begin: () => void): Promise<Ended> {
  const args = given[0] === 'help' ? [...given.slice(1), '--help'] : given; // `help run` is `run --help`
  try {
    await parse(args, await commandsFor(args), begin);
    return { code: 0 };
  } catch (error) {
    if (!(error instanceof Exit)) {
      remarkError(asCalled(messageOf(error)));
      if (args.includes('--debug')) process.stderr.write(`${inspect(error)}\n`); // with what caused it
    }
    return { code: error instanceof Exit || error instanceof MarblenetError ? error.exitCode : 1, error };
  }
}

/** What options that must be there are like. */
const REQUIRED: ReadonlyMap<string | undefined, string> = new Map([
  ['stage', '--stage train.forward'],
  ['to', '--to onnx'],
  ['into', '--into pipelines/relu.yaml'],
  ['store', '--store file:///mnt/sweeps'],
]);

async function parse(args: readonly string[], commands: readonly AnyCommand[], begin: () => void): Promise<void> {
  if (args[0] === 'completion' && args.length > 2) {
    const { complete } = await import('./complete.js');
    process.stdout.write(await complete(args[1], args.slice(2), commands));
    return;
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
    .middleware(begin) // between the command line, which prints help itself, and the command
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
}
