import { basename, dirname } from 'node:path';
import { messageOf, PipelineError } from '../../core/errors.js';
import {
  activations,
  type NewPipeline,
  networks,
  newFile,
  optimizers,
  sources,
} from '../../core/pipeline-file/new-file.js';
import { type Ask, canAsk, type Question, takeFallback, whileAsking } from '../ask.js';
import { asCalled, calledAs } from '../called-as.js';
import { command } from '../command.js';
import { chosenData, type NewData, remarkMissing } from '../new-data.js';
import { type Given, questions } from '../new-questions.js';
import { quoted } from '../text/quoted.js';
import { remark } from '../text/say.js';
import { requireNone, write } from './export.js';

/** An option whose value is read as the answer to a question. */
const optionFor = <Answer>(name: string, { fallback, parse }: Question<Answer>, describe: string) => ({
  type: 'string' as const,
  requiresArg: true,
  defaultDescription: fallback,
  describe,
  coerce(given: string | undefined): Answer | undefined {
    try {
      return given === undefined ? undefined : parse(given);
    } catch (error) {
      throw new PipelineError(`--${name}: ${messageOf(error)}`);
    }
  },
});

const choiceOf = <Word extends string>(choices: readonly Word[], describe: string) => ({
  choices,
  requiresArg: true,
  defaultDescription: choices[0],
  describe,
});

export const newCommand = command({
  command: 'new [name]',
  describe: 'Write a pipeline file of your own, commented, that runs; on a terminal it asks what is to be in it',
  builder: (yargs) =>
    yargs
      .positional('name', {
        type: 'string',
        default: 'my-network',
        coerce: checkedName,
        describe: 'What it is called; the file is NAME.yaml',
      })
      .option('source', choiceOf(sources, 'Where the data come from'))
      .option('table', optionFor('table', questions.table, 'Of csv: the table, which is opened to see its columns'))
      .option('target', {
        ...optionFor('target', questions.target, 'Of csv: the column to predict from the others'),
        defaultDescription: 'the last one',
      })
      .option('train-images', optionFor('train-images', questions.trainImages, 'Of idx: samples to learn from'))
      .option('train-labels', optionFor('train-labels', questions.trainLabels, 'Of idx: their labels'))
      .option('test-images', optionFor('test-images', questions.testImages, 'Of idx: samples to be judged by'))
      .option('test-labels', optionFor('test-labels', questions.testLabels, 'Of idx: their labels'))
      .option('classes', optionFor('classes', questions.classes, 'Of idx: how many classes there are'))
      .option(
        'pictures',
        optionFor('pictures', questions.pictures, 'Of images: a folder that has one more for each class'),
      )
      .option(
        'size',
        optionFor('size', questions.size, 'Of images: height and width of a sample in pixels: 32, or 48,64'),
      )
      .option('network', choiceOf(networks, 'Of images: dense layers alone, or convolutions before them'))
      .option('filters', optionFor('filters', questions.filters, 'Of conv: filters of each convolution, 16,32'))
      .option('hidden', optionFor('hidden', questions.hidden, 'Units of each hidden layer: 50, or 100,50, or none'))
      .option('activation', choiceOf(activations, 'What stands behind each hidden layer'))
      .option('optimizer', choiceOf(optimizers, 'What moves the weights'))
      .option('epochs', optionFor('epochs', questions.epochs, 'How often training goes through the data'))
      .option('hold-out', optionFor('hold-out', questions.holdOut, 'Share of the training data for a validation, or 0'))
      .option('yes', { type: 'boolean', default: false, describe: 'Ask nothing: what is not given is as by default' })
      .option('force', { type: 'boolean', default: false, describe: 'Replace a file that is there already' }),
  async handler({ name, yes, force, ...given }) {
    const path = /\.ya?ml$/.test(name) ? name : `${name}.yaml`;
    if (!force) await requireNone([path]);
    const choose = (ask: Ask) => chosen(path, given, ask);
    const pipeline = await (yes || !canAsk() ? choose(takeFallback) : whileAsking(choose));
    await write(path, asCalled(newFile(pipeline)));
    process.stdout.write(`wrote ${path}\n`);
    await remarkMissing(path, pipeline);
    remark(`train it: ${calledAs} run ${quoted(path)}`);
  },
});

function checkedName(name: string): string {
  if (/\p{Cc}/u.test(name) || /(^|[\\/])(\.ya?ml)?$/.test(name)) {
    throw new PipelineError(`expected the name of a file, found ${JSON.stringify(name)}`);
  }
  return name;
}

/** Options that only one source has. */
const OF = {
  csv: ['table', 'target'],
  idx: ['trainImages', 'trainLabels', 'testImages', 'testLabels', 'classes'],
  images: ['pictures', 'size'],
} as const satisfies { readonly [Source in NewPipeline['source']]?: readonly (keyof Given)[] };

function requireNoStray(source: NewPipeline['source'], given: Given): void {
  for (const [owner, options] of Object.entries(OF)) {
    const stray = owner === source ? undefined : options.find((option) => given[option] !== undefined);
    if (stray === undefined) continue;
    const option = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new PipelineError(`--${option}: give --source ${owner}, too: other data need none`);
  }
}

/** What was not given is asked for, one thing after another. */
async function chosen(path: string, given: Given, ask: Ask): Promise<NewPipeline> {
  const source = given.source ?? (await ask(questions.source));
  requireNoStray(source, given);
  const data = await chosenData(source, dirname(path), given, ask);
  const filters = await chosenFilters(data, given, ask);
  const hidden = given.hidden ?? (await ask(questions.hidden));
  const isStraight = hidden.length === 0 && filters.length === 0;
  if (isStraight && given.activation !== undefined) {
    throw new PipelineError(
      '--activation: there is no hidden layer to stand behind; give --hidden 50, or leave it out',
    );
  }
  const activation = isStraight ? 'relu' : (given.activation ?? (await ask(questions.activation)));
  return {
    name: basename(path).replace(/\.ya?ml$/, ''),
    ...data,
    filters,
    hidden,
    activation,
    optimizer: given.optimizer ?? (await ask(questions.optimizer)),
    epochs: given.epochs ?? (await ask({ ...questions.epochs, fallback: EPOCHS[source] ?? questions.epochs.fallback })),
    holdOut: given.holdOut ?? (await ask(questions.holdOut)),
  };
}

/** Where data are small, an epoch is few steps. */
const EPOCHS: { readonly [Source in NewPipeline['source']]?: string } = { csv: '100', images: '20' };

/** None where no image is convolved. */
async function chosenFilters({ source, image }: NewData, given: Given, ask: Ask): Promise<NewPipeline['filters']> {
  if (image === undefined && given.network === 'conv') {
    const what = source === 'csv' ? 'a table has' : 'these samples are';
    throw new PipelineError(`--network: ${what} no images for convolutions; give --network dense, or leave it out`);
  }
  const question = source === 'images' ? { ...questions.network, fallback: 'conv' } : questions.network;
  const network = given.network ?? (image === undefined ? 'dense' : await ask(question));
  if (network === 'conv') return given.filters ?? ask(questions.filters);
  if (given.filters === undefined) return [];
  throw new PipelineError('--filters: give --network conv, too: dense layers have none');
}
