// Pipeline files: the shipped ones, on a few drawn digits, with lines and values changed. `lint` and a run must agree.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as fc from 'fast-check';
import { outlineLoaded } from '../../../dist/node/environment.js';
import { loadPipeline } from '../../../dist/node/load-pipeline.js';
import { briefRun } from '../brief-run.mjs';
import { problemOfError, problemOfProgram } from '../must-hold.mjs';
import { product } from '../product.mjs';
import { shippedPipelines } from './shipped-pipelines.mjs';

const VALUES = [
  ...[
    '',
    '~',
    'null',
    'true',
    'no',
    '[]',
    '{}',
    '[1]',
    '[[1]]',
    '{ a: 1 }',
    '"',
    "'",
    '*a',
    '&a 1',
    '*x',
    '!!binary x',
  ],
  ...[
    '0',
    '1',
    '2',
    '3',
    '10',
    '-1',
    '-0',
    '0.5',
    '1.5',
    '0,1',
    '1e3',
    '1e-320',
    '1e308',
    '1e999',
    '-1e999',
    '.nan',
    '.inf',
  ],
  ...[
    '-.inf',
    '9007199254740993',
    '4294967295',
    '4294967296',
    '2147483648',
    '1000000',
    '100000',
    '0x10',
    '0o17',
    '1_000',
  ],
  ...[
    'relu',
    'sigmoid',
    'softmax',
    'dense',
    'digits',
    'mnist',
    'loss',
    'sgd',
    'adam',
    'float64',
    'typescript',
    'numpy',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'x-a',
    '<<',
    '2024-01-01',
    '12:30:45',
    'é',
    '數',
    '😀',
    '\u202e',
    '\ufeff',
  ],
  ...[
    '"\\0"',
    '"\\e[31m"',
    '"\\uD800"',
    '|',
    '>-',
    '---',
    '...',
    '# a',
    '%TAG',
    '@a',
    '`a`',
    '\t',
    ': :',
    '- -',
    '? a',
  ],
  ...['{ units: 3 }', '{ size: 1000 }', '{ normal: 0 }', '{ normal: 1e30 }', '{ of: loss }', 'dense: { units: 0 }'],
];

const value = fc.oneof(
  { arbitrary: fc.constantFrom(...VALUES), weight: 8 },
  { arbitrary: fc.integer().map(String), weight: 1 },
  { arbitrary: fc.double().map(String), weight: 1 },
  { arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }), weight: 1 },
  { arbitrary: fc.constantFrom(1000, 100_000).map((length) => 'x'.repeat(length)), weight: 1 },
);
const at = fc.nat(60);
const change = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('value'), at, value }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constant('word'), at, value }), weight: 3 },
  fc.record({ kind: fc.constant('remove'), at }),
  fc.record({ kind: fc.constant('twice'), at }),
  fc.record({ kind: fc.constant('swap'), at, other: at }),
  fc.record({ kind: fc.constant('move'), at, other: at }),
  fc.record({ kind: fc.constant('insert'), at, value, indent: fc.nat(6) }),
  fc.record({ kind: fc.constant('indent'), at, by: fc.integer({ min: -2, max: 3 }) }),
  fc.record({ kind: fc.constant('anchor'), at, other: at }),
  fc.record({ kind: fc.constant('cut'), at }),
);

/** What stands after a colon: in a line of its own, or in { }. */
const VALUE = /(?<=: )[^\s{}[\],][^{}[\],\n]*/g;
const WORD = /[A-Za-z]+/g;

const replaceNth = (text, pattern, n, replacement) => {
  const all = [...text.matchAll(pattern)];
  const found = all[n % Math.max(1, all.length)];
  if (found === undefined) return text;
  return text.slice(0, found.index) + replacement + text.slice(found.index + found[0].length);
};

function changed(text, { kind, at, other = 0, value = '', indent = 0, by = 0 }) {
  if (kind === 'value') return replaceNth(text, VALUE, at, value);
  if (kind === 'word') return replaceNth(text, WORD, at, value);
  const lines = text.split('\n');
  const line = at % lines.length;
  const second = other % lines.length;
  const spaces = by < 0 ? lines[line].replace(/^ {1,2}/, '') : ' '.repeat(by) + lines[line];
  switch (kind) {
    case 'remove':
      return lines.toSpliced(line, 1).join('\n');
    case 'twice':
      return lines.toSpliced(line, 0, lines[line]).join('\n');
    case 'swap':
      return lines.with(line, lines[second]).with(second, lines[line]).join('\n');
    case 'move':
      return lines.toSpliced(line, 1).toSpliced(second, 0, lines[line]).join('\n');
    case 'insert':
      return lines.toSpliced(line, 0, ' '.repeat(indent) + value).join('\n');
    case 'indent':
      return lines.with(line, spaces).join('\n');
    case 'anchor':
      return lines
        .with(line, lines[line].replace(/: /, ': &a '))
        .with(second, lines[second].replace(VALUE, '*a'))
        .join('\n');
    default:
      return lines.slice(0, line).join('\n');
  }
}

/** What is trained here only where it is small: what is large is the business of `lint`. */
const MOST_BYTES = 2 ** 28;

async function isLarge(path) {
  try {
    return outlineLoaded(await loadPipeline(path)).bytes > MOST_BYTES;
  } catch {
    return false; // it says why below
  }
}

/** Of these, `lint` looks at every trial, and `run` at none. */
const hasSweep = (path) => /^sweep:/m.test(readFileSync(path, 'utf8'));

async function problemOfFile(path) {
  let words = ['lint', path];
  let lint = await product.call(words);
  if (lint.code === 0 && lint.stdout.includes('as far as can be seen without data')) {
    words = [...words, '--data', dirname(path)];
    lint = await product.call(words);
  }
  const said = problemOfProgram(words, lint);
  if (said !== undefined) return `lint: ${said}`;
  if (lint.code === 0 && (await isLarge(path))) return undefined;
  const { error, problem } = await briefRun(path);
  if (problem !== undefined) return problem;
  const wrong = error && problemOfError(error);
  if (wrong !== undefined) return `run: ${wrong}`;
  const code = error?.exitCode === 2 ? 2 : 0;
  if (code === 0 && lint.code === 2 && hasSweep(path)) return undefined;
  if (lint.code !== code && !(lint.code === 3 && error?.exitCode === 3))
    return `lint ends with ${lint.code}: ${lint.stdout}, run with ${error?.exitCode}: ${error?.message}`;
  return code === 0 || lint.stdout.includes(error.message)
    ? undefined
    : `lint says ${lint.stdout}, run says ${error.message}`;
}

const pipelines = shippedPipelines();
export const textOf = ({ base, changes }) => changes.reduce(changed, pipelines[base]);

export const yamlInput = fc.record({
  base: fc.constantFrom(...Object.keys(pipelines)),
  changes: fc.array(change, { minLength: 1, maxLength: 4 }),
});

export const yaml = {
  trains: true,
  arbitrary: yamlInput,
  async attempt(input) {
    writeFileSync('pipeline.yaml', textOf(input));
    return problemOfFile('pipeline.yaml');
  },
  show: (input) => textOf(input).slice(0, 3000),
};
