// Command lines: the program's own words, shuffled, misspelt, empty and long.
import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { runPipeline } from '../../../dist/index.js';
import { problemOfProgram } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { tallyProgram } from '../tally.mjs';
import { shippedPipelines } from './shipped-pipelines.mjs';

const COMMANDS = [
  'run',
  'lint',
  'data',
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
  'new',
  'resume',
  'runs',
  'report',
  'compare',
  'committee',
  'sweep',
  'predict',
  'evaluate',
  'export',
  'import',
  'completion',
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
  ...['--out', '--no-out', '--to', '--into', '--names', '--logits', '--force', '--as-is', '--show', '--pipeline'],
  ...[
    '--members',
    '--seeds',
    '--trials',
    '--strategy',
    '--over',
    '--metric',
    '--csv',
    '--html',
    '--no-report',
    '--profile',
  ],
  ...['--source', '--hidden', '--activation', '--optimizer', '--epochs', '--hold-out', '--yes', '--train-images'],
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
  ...['onnx', 'js', 'npz', 'json', 'safetensors', 'notebook', 'bash', 'epochs=2'],
  ...['mnist', 'digits', 'idx', 'none', '5,3', '0.1'],
];
const FILES = [
  ...['tiny.yaml', 'wrong.yaml', 'empty.yaml', 'missing.yaml', 'folder', '.', '/dev/null', 'binary.yaml'],
  ...['run', 'model.safetensors', 'digit.npy'],
];

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

/** What commands take that use what was learned. */
const RIGHT_OF_RUNS = [
  ['predict', 'run', 'digit.npy', '--json'],
  ['predict', 'model.safetensors', 'digit.npy', '--show'],
  ['evaluate', 'run'],
  ['evaluate', 'model.safetensors', '--pipeline', 'tiny.yaml'],
  ['export', 'run', '--to', 'onnx', '--force'],
  ['export', 'model.safetensors', '--to', 'js', '--force'],
  ['import', 'model.safetensors', '--into', 'tiny.yaml'],
  ['resume', 'run', '--set', 'epochs=2'],
  ['runs', '--json'],
  ['report', 'run'],
  ['compare', 'run', 'tiny.yaml', '--no-report'],
  ['committee', 'tiny.yaml', '--members', '2', '--no-report'],
  ['new', 'my', '--force', '--hidden', '20,10', '--activation', 'tanh'],
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
  fc.constantFrom(...RIGHT_OF_RUNS),
  fc.subarray(RIGHT).map((more) => ['run', 'tiny.yaml', ...more.flat()]),
);

/** A run that ended, in a folder of its own. */
let kept;

/** What command lines name, in the working directory, as it was before the last of them. */
export async function writeNamedFiles() {
  mkdirSync('folder', { recursive: true });
  const tiny = shippedPipelines()['relu.yaml'].replace('epochs: 20', 'epochs: 1');
  writeFileSync('tiny.yaml', tiny);
  writeFileSync('wrong.yaml', tiny.replace('relu\n', 'rleu\n'));
  writeFileSync('empty.yaml', '');
  writeFileSync('binary.yaml', Buffer.of(0, 255, 254, 10));
  writeFileSync('digit.npy', npyOf(28 * 28));
  if (kept === undefined) rmSync('kept', { recursive: true, force: true }); // that of a process before this one
  kept ??= (await runPipeline('tiny.yaml', { out: 'kept' })).folder;
  for (const left of ['run', 'runs']) rmSync(left, { recursive: true, force: true });
  cpSync(kept, 'run', { recursive: true });
  copyFileSync(join(kept, 'model.safetensors'), 'model.safetensors');
}

/** One black sample of so many pixels. */
function npyOf(size) {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (1, ${size}), }\n`;
  return Buffer.concat([
    Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]),
    Buffer.from(header),
    Buffer.alloc(size),
  ]);
}

export const commandLine = {
  trains: true,
  arbitrary: commandLineInput,
  async attempt(words) {
    await writeNamedFiles();
    const said = await product.call(words);
    tallyProgram(words, said);
    return problemOfProgram(words, said);
  },
  show: (words) => `marblenet ${words.map((text) => JSON.stringify(text.slice(0, 80))).join(' ')}`,
};
