/** The command line: parse, call, print. What a command does is in its own file; what ends it is here. */
import { basename } from 'node:path';
import { inspect } from 'node:util';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { MarblenetError, messageOf, PipelineError } from '../core/errors.js';
import { guardProcess, strayError } from '../node/guard-process.js';
import { run } from './commands/run.js';
import { Exit } from './exit.js';
import { version } from './version.js';

const exit = process.exit.bind(process);
process.on('uncaughtException', (error) => {
  process.stderr.write(`${strayError(error).message}\n`);
  process.exitCode = 1; // whatever comes of the command
});

// `pipeline list | head` closes the pipe early, and that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => exit(error.code === 'EPIPE' ? 0 : 1));
process.stderr.on('error', () => {}); // remarks without a reader; the exit code says what came of the run

const args = hideBin(process.argv);

/** The command has two names; other words are the paths of files that led here. */
const calledAs = basename(process.argv[1] ?? '') === 'marblenet' ? 'marblenet' : 'pipeline';

try {
  const cli = yargs(args)
    .scriptName(calledAs)
    .locale('en') // or half of the help would be in the reader's language
    .updateStrings({
      'Did you mean %s?': 'unknown command; did you mean "%s"?',
      'Not enough non-option arguments: got %s, need at least %s': {
        one: 'expected a name or a file after the command: found %s, need %s',
        other: 'expected a name or a file after the command: found %s, need %s',
      } as unknown as string, // yargs has no type for its plurals
      'Missing required argument: %s': { one: 'expected --%s', other: 'expected --%s' } as unknown as string,
      'Not enough arguments following: %s': 'expected a value after --%s',
    })
    .usage('$0 COMMAND\n\nTrains small neural networks from first principles, as a pipeline of streaming stages.')
    .command(run);
  // `run` is what people wait for, and its work is done on another thread: what the others need is loaded for them alone.
  if (args[0] !== 'run') (await import('./commands/other-commands.js')).addOtherCommands(cli);

  await cli
    .option('debug', { type: 'boolean', default: false, describe: 'Show stack traces' })
    .example('$0 run pipelines/relu.yaml', 'train on MNIST')
    .example('$0 run FILE --swap relu=sigmoid', 'the same, with another activation')
    .demandCommand(1, 'expected a command')
    .middleware(guardProcess) // between the command line, which prints help itself, and the command
    .recommendCommands()
    .strict()
    .version(version)
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .fail((problem, error) => {
      // yargs goes on to the handler unless this throws; what it throws itself is a wrong command line, too
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new PipelineError(`${problem} ("pipeline --help" shows what there is)`);
    })
    .parseAsync();
} catch (error) {
  process.exitCode = error instanceof Exit || error instanceof MarblenetError ? error.exitCode : 1;
  if (!(error instanceof Exit)) {
    process.stderr.write(`${messageOf(error)}\n`);
    if (args.includes('--debug')) process.stderr.write(`${inspect(error)}\n`); // with what caused it
  }
}

// A download that was interrupted gets a moment to remove its file; what hangs (a name look-up) is not waited for.
process.stdout.write('', () => void setTimeout(() => exit(), 1000).unref());
