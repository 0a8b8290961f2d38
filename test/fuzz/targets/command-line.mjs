// Command lines: the program's own words, shuffled, misspelt, empty and long.
import { mkdirSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { problemOfProgram } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { tallyProgram } from '../tally.mjs';
import { shippedPipelines } from './shipped-pipelines.mjs';

const COMMANDS = [
  'run',
  'lint',
  'summary',
  'graph',
  'print',
  'trace',
  'tap',
  'check',
  'list',
  'explain',
  'schema',
  'doctor',
];
const OPTIONS = [
  ...[
    '--set',
    '--swap',
    '--data',
    '--json',
    '--quiet',
    '--every-step',
    '--offline',
    '--values',
    '--sample',
    '--strict',
  ],
  ...[
    '--plugin',
    '--no-plugins',
    '--debug',
    '--help',
    '--version',
    '--step',
    '--steps',
    '--split',
    '--format',
    '--markdown',
  ],
  ...[
    '-h',
    '-v',
    '-',
    '--',
    '--no-json',
    '--json=false',
    '--set=epochs=1',
    '--__proto__',
    '--constructor.x',
    '--a.b=c',
  ],
];
const VALUES = [
  ...[
    'epochs=1',
    'seed=3',
    'train.sgd.learningRate=0.05',
    'network.0.dense.units=5',
    'network.9=relu',
    'epochs=',
    '=',
    'a=b=c',
  ],
  ...[
    'relu=sigmoid',
    'relu=rleu',
    'sgd=adam',
    'train=1',
    'data.0.digits.train=50',
    '__proto__.x=1',
    'network.0=[',
    'x-a=1',
  ],
  ...[
    'relu',
    'dense',
    'adam',
    'softmaxCrossEntropy',
    'all',
    '0',
    '1',
    '3',
    '-1',
    '1e9',
    'NaN',
    'test',
    'train',
    'network',
  ],
  ...['network.relu', 'train.forward', 'forward', 'mermaid', 'dot', 'svg', 'true', 'false'],
];
const FILES = ['tiny.yaml', 'wrong.yaml', 'empty.yaml', 'missing.yaml', 'folder', '.', '/dev/null', 'binary.yaml'];

/** What `run` takes, so that some of the command lines are trained on. */
const RIGHT = [
  ['--json'],
  ['--every-step'],
  ['--quiet'],
  ['--offline'],
  ['--no-plugins'],
  ['--set', 'train.sgd.learningRate=0.05'],
  ['--swap', 'relu=sigmoid'],
];

const word = fc.oneof(
  { arbitrary: fc.constantFrom(...COMMANDS), weight: 2 },
  { arbitrary: fc.constantFrom(...OPTIONS), weight: 4 },
  { arbitrary: fc.constantFrom(...VALUES), weight: 4 },
  { arbitrary: fc.constantFrom(...FILES), weight: 2 },
  { arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => text.replaceAll('\0', '')), weight: 1 },
  { arbitrary: fc.constantFrom('', ' ', 'x'.repeat(5000), '\n', '\u001b[31m', '😀'), weight: 1 },
);

const misspelt = fc
  .tuple(word, fc.nat(20), fc.constantFrom('remove', 'twice', 'upper', 'none', 'none', 'none', 'none'))
  .map(([text, at, kind]) => {
    const place = text.length === 0 ? 0 : at % text.length;
    const letter = text[place] ?? '';
    if (kind === 'none') return text;
    const other = { remove: '', twice: letter + letter, upper: letter.toUpperCase() }[kind];
    return text.slice(0, place) + other + text.slice(place + 1);
  });

export const commandLineInput = fc.oneof(
  fc.array(misspelt, { maxLength: 6 }),
  fc
    .tuple(
      fc.constantFrom(...COMMANDS),
      fc.constantFrom(...FILES, 'tiny.yaml', 'tiny.yaml', 'relu'),
      fc.array(misspelt, { maxLength: 4 }),
    )
    .map(([command, file, more]) => [command, file, ...more]),
  fc.subarray(RIGHT).map((more) => ['run', 'tiny.yaml', ...more.flat()]),
);

/** The files that command lines name, in the working directory. */
export function writeNamedFiles() {
  mkdirSync('folder', { recursive: true });
  const tiny = shippedPipelines()['relu.yaml'].replace('epochs: 20', 'epochs: 1');
  writeFileSync('tiny.yaml', tiny);
  writeFileSync('wrong.yaml', tiny.replace('relu\n', 'rleu\n'));
  writeFileSync('empty.yaml', '');
  writeFileSync('binary.yaml', Buffer.of(0, 255, 254, 10));
}

export const commandLine = {
  trains: true,
  arbitrary: commandLineInput,
  async attempt(words) {
    writeNamedFiles();
    const said = await product.call(words);
    tallyProgram(words, said);
    return problemOfProgram(words, said);
  },
  show: (words) => `marblenet ${words.map((text) => JSON.stringify(text.slice(0, 80))).join(' ')}`,
};
