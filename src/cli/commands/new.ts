import { stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { messageOf, PipelineError } from '../../core/errors.js';
import {
  activations,
  type IdxFiles,
  type NewPipeline,
  type NewTable,
  networks,
  newFile,
  optimizers,
  sources,
} from '../../core/pipeline-file/new-file.js';
import { fitColumns, isOfClasses } from '../../core/tables/columns.js';
import { fileBytes } from '../../node/file-bytes.js';
import { openTable } from '../../node/open-table.js';
import { type Ask, canAsk, type Question, takeFallback, whileAsking } from '../ask.js';
import { asCalled, calledAs } from '../called-as.js';
import { command } from '../command.js';
import { questions } from '../new-questions.js';
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

type Given = { readonly [Name in keyof typeof questions]?: ReturnType<(typeof questions)[Name]['parse']> | undefined };

/** Options that only one source has. */
const OF = {
  csv: ['table', 'target'],
  idx: ['trainImages', 'trainLabels', 'testImages', 'testLabels', 'classes'],
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
  const idx = source === 'idx' ? await chosenFiles(dirname(path), given, ask) : undefined;
  const csv = source === 'csv' ? await chosenTable(dirname(path), given, ask) : undefined;
  const filters = await chosenFilters(source, given, ask);
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
    source,
    ...(idx && { idx }),
    ...(csv && { csv }),
    filters,
    hidden,
    activation,
    optimizer: given.optimizer ?? (await ask(questions.optimizer)),
    epochs: given.epochs ?? (await ask(csv ? { ...questions.epochs, fallback: EPOCHS_OF_TABLE } : questions.epochs)),
    holdOut: given.holdOut ?? (await ask(questions.holdOut)),
  };
}

/** None where no image is convolved. */
async function chosenFilters(source: NewPipeline['source'], given: Given, ask: Ask): Promise<NewPipeline['filters']> {
  if (source === 'csv' && given.network === 'conv') {
    throw new PipelineError('--network: a table has no images for convolutions; give --network dense, or leave it out');
  }
  const network = given.network ?? (source === 'csv' ? 'dense' : await ask(questions.network));
  if (network === 'conv') return given.filters ?? ask(questions.filters);
  if (given.filters === undefined) return [];
  throw new PipelineError('--filters: give --network conv, too: dense layers have none');
}

/** Tables are small: an epoch is few steps. */
const EPOCHS_OF_TABLE = '100';

/** Paths are given as seen from here; the file sees them from its folder. */
const seenFrom = (folder: string, named: string): string => (isAbsolute(named) ? named : relative(folder, named));

/** The table itself says which columns there are, and of how many classes the target is. */
async function chosenTable(folder: string, given: Given, ask: Ask): Promise<NewTable> {
  const path = given.table ?? (await ask(questions.table));
  const table = await openTable(path, () => fileBytes(path, 'a table of text'));
  const target = given.target ?? (await ask({ ...questions.target, fallback: table.names.at(-1) ?? '' }));
  const { columns } = await fitColumns(table, { target, missing: 'fill' });
  const classes = isOfClasses(columns.target) ? columns.target.values.length : undefined;
  return { table: seenFrom(folder, path), target, classes };
}

async function chosenFiles(folder: string, given: Given, ask: Ask): Promise<IdxFiles> {
  return {
    trainImages: seenFrom(folder, given.trainImages ?? (await ask(questions.trainImages))),
    trainLabels: seenFrom(folder, given.trainLabels ?? (await ask(questions.trainLabels))),
    testImages: seenFrom(folder, given.testImages ?? (await ask(questions.testImages))),
    testLabels: seenFrom(folder, given.testLabels ?? (await ask(questions.testLabels))),
    classes: given.classes ?? (await ask(questions.classes)),
  };
}

async function remarkMissing(path: string, { idx }: NewPipeline): Promise<void> {
  if (idx === undefined) return;
  const { classes: _, ...files } = idx;
  for (const named of Object.values(files)) {
    const file = resolve(dirname(path), named);
    if ((await stat(file).catch(() => undefined)) === undefined) remark(`it reads ${file}, which is not there yet`);
  }
}
