/** What `pipeline new` asks, and how answers are read, on a terminal and behind options alike. */
import { PipelineError } from '../core/errors.js';
import { activations, networks, optimizers, sources } from '../core/pipeline-file/new-file.js';
import type { Question } from './ask.js';

/** One of some words. */
const oneOf = <Word extends string>(text: string, words: readonly Word[]): Question<Word> => ({
  text: `${text} (${words.join(', ')})`,
  fallback: words[0],
  parse(answer) {
    const word = words.find((one) => one === answer);
    if (word === undefined) throw new PipelineError(`expected one of ${words.join(', ')}, found "${answer}"`);
    return word;
  },
});

const wholeNumber = (text: string, least: number, most: number, fallback: string): Question<number> => ({
  text,
  fallback,
  parse(answer) {
    const number = Number(answer);
    if (/^\d+$/.test(answer) && number >= least && number <= most) return number;
    throw new PipelineError(`expected a whole number from ${least} to ${most}, found "${answer}"`);
  },
});

const file = (text: string, fallback: string, what = 'a file'): Question<string> => ({
  text,
  fallback,
  parse(answer) {
    if (answer === '') throw new PipelineError(`expected ${what}, found nothing`);
    return answer;
  },
});

const units = wholeNumber('', 1, 65_536, '');
const pixels = wholeNumber('', 1, 4096, '');
const filters = wholeNumber('', 1, 4096, '');

/** Whole numbers parted by commas or spaces. */
const numbersOf = (answer: string, one: Question<number>): readonly number[] =>
  answer.split(/\s*,\s*|\s+/).map((word) => one.parse(word));

/** In the order in which they are asked; the files have the names that MNIST and its like are published under. */
export const questions = {
  source: oneOf(
    'Data: MNIST, digits that this program draws, a table of yours, IDX files, or pictures in a folder a class',
    sources,
  ),
  table: file('The table, a CSV file', 'table.csv'),
  target: {
    text: 'The column to predict from the others',
    fallback: '',
    parse: (answer) => answer,
  } as Question<string>,
  trainImages: file('Training samples, an IDX file', 'train-images-idx3-ubyte.gz'),
  trainLabels: file('Their labels', 'train-labels-idx1-ubyte.gz'),
  testImages: file('Test samples', 't10k-images-idx3-ubyte.gz'),
  testLabels: file('Their labels', 't10k-labels-idx1-ubyte.gz'),
  classes: wholeNumber('How many classes', 2, 65_536, '10'),
  pictures: file('The pictures, a folder that has one more for each class', 'pictures', 'a folder'),
  size: {
    text: 'Height and width of a sample in pixels: 32, or 48,64',
    fallback: '32',
    parse(answer) {
      const [height, width = height, ...more] = numbersOf(answer, pixels);
      if (more.length > 0) throw new PipelineError(`expected one number, or a height and a width, found "${answer}"`);
      return [height, width];
    },
  } as Question<readonly [height: number, width: number]>,
  network: oneOf(
    'Network: dense layers alone, or convolutions before them, which see what lies side by side',
    networks,
  ),
  filters: {
    text: 'Filters of the convolutions; the image is halved behind each, as long as there are pixels to halve: 16,32',
    fallback: '16,32',
    parse: (answer) => numbersOf(answer, filters),
  } as Question<readonly number[]>,
  hidden: {
    text: 'Units of the hidden layers: 50, or 100,50, or none',
    fallback: '50',
    parse: (answer) => (answer === 'none' ? [] : numbersOf(answer, units)),
  } as Question<readonly number[]>,
  activation: oneOf('Activation', activations),
  optimizer: oneOf('Optimizer', optimizers),
  epochs: wholeNumber('Epochs: how often training goes through the data', 1, 1_000_000, '10'),
  holdOut: {
    text: 'Share of the training examples to judge epochs by, 0 for none',
    fallback: '0.1',
    parse(answer) {
      if (/^(0|0?\.\d+)$/.test(answer)) return Number(answer);
      throw new PipelineError(`expected a number from 0 to below 1, as 0.1, found "${answer}"`);
    },
  } as Question<number>,
};

/** Answers that options gave. */
export type Given = {
  readonly [Name in keyof typeof questions]?: ReturnType<(typeof questions)[Name]['parse']> | undefined;
};
