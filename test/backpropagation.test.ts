/**
 * docs/backpropagation.md and its Chinese twin: both show every file of examples/backpropagation whole, with what it
 * prints, and state no number that no file has.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromRoot } from './cli/pipeline-command.js';

const FOLDER = 'examples/backpropagation';
/** What the others import; they print nothing, and the pages need not show all of them. */
const imported = ['print.ts', 'loss-of.ts'];
const files = readdirSync(fromRoot(FOLDER)).filter((name) => !imported.includes(name));

/** What each file prints, run as the pages say. */
const printed = new Map<string, string>();
beforeAll(async () => {
  for (const file of files) {
    const jiti = fromRoot('node_modules/.bin/jiti');
    const { stdout } = await promisify(execFile)(process.execPath, [jiti, `${FOLDER}/${file}`], { cwd: fromRoot('.') });
    printed.set(file, stdout);
  }
}, 300_000);

const numbersIn = (text: string): number[] => [...text.matchAll(/-?\d+\.\d+/g)].map(([number]) => Number(number));

describe.each(['docs/backpropagation.md', 'docs/backpropagation.zh.md'])('%s', (path) => {
  const page = readFileSync(fromRoot(path), 'utf8');
  /** Each file that is shown, and the block behind it. */
  const shown = [
    ...page.matchAll(
      /\]\(\.\.\/([\w/-]+)\/([\w-]+\.ts)\)[:：]\n\n```ts\n([\s\S]*?)^```\n(?:\n```\n([\s\S]*?)^```\n)?/gm,
    ),
  ].map(([, folder, file, code, output = '']) => ({ folder, file, code, output }));

  test('shows the files whole, with what they print', () => {
    expect(shown.map(({ file }) => file).sort()).toEqual(files);
    for (const { folder, file, code, output } of shown) {
      expect(folder).toBe(FOLDER);
      expect(code).toBe(readFileSync(fromRoot(`${FOLDER}/${file}`), 'utf8'));
      expect(output, file).toBe(printed.get(file));
    }
  });

  test('has no number in its text that no file has', () => {
    const known = new Set(numbersIn([...printed.values(), ...shown.map(({ code }) => code)].join('\n')));
    const stated = numbersIn(page.replace(/^```[\s\S]*?^```$/gm, ''));
    expect(stated.length).toBeGreaterThan(20);
    expect(stated.filter((number) => !known.has(number))).toEqual([]);
  });
});

test('the gradients are the numerical ones', () => {
  const output = printed.get('gradient.ts') ?? '';
  const matrixOf = (name: string) => numbersIn(new RegExp(`^${name} = ([^a-z]*)$`, 'm').exec(output)?.[1] ?? '');
  for (const parameter of ['W1', 'b1', 'W2', 'b2']) {
    const found = matrixOf(`d${parameter}`);
    expect(found.length).toBeGreaterThan(1);
    expect(found).toEqual(matrixOf(`numerical d${parameter}`));
  }
});
