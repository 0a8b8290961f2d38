/**
 * pipelines/notebook.yaml against the notebook itself in NumPy, bench/peers/notebook.py: its losses and weights as
 * bench/peers/numpy_fixtures.py wrote them down, and as NumPy says them now where there is one.
 *
 * The digits are made by a formula, so that NumPy and the tests see the same ones; those of MNIST need MARBLENET_DATA.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Backend, runPipeline } from 'marblenet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeMadeUpDigits } from './fixtures/made-up.js';

interface Learned {
  readonly activation: string;
  readonly seed: number;
  readonly batch: number;
  readonly hidden: number;
  readonly rate: number;
  readonly accuracy: number;
  /** Of W1, b1, W2 and b2 after the last step. */
  readonly sums: readonly number[];
  /** Of each step's batch, before its update. */
  readonly losses: readonly number[];
}

const fromRoot = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const fixtures = (name: string): Learned[] => JSON.parse(readFileSync(fromRoot(`test/fixtures/${name}`), 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'marblenet-notebook-'));
beforeAll(() => writeMadeUpDigits(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function learn({ activation, seed, batch, hidden, rate, losses }: Learned, dataFolder: string, backend: Backend) {
  const found: number[] = [];
  const file = activation === 'relu' ? 'notebook' : `notebook-${activation}`;
  const { test, network } = await runPipeline(fromRoot(`pipelines/${file}.yaml`), {
    dataFolder,
    set: [
      `seed=${seed}`,
      `backend=${backend}`,
      `network.0.dense.units=${hidden}`,
      `train.0.drawBatch={ size: ${batch}, steps: ${losses.length} }`,
      `train.4.sgd.learningRate=${rate}`,
    ],
    everyStep: true,
    onEvent: (event) => {
      if (event.event === 'step') found.push(event.loss);
    },
  });
  const sums = network.parameters.map(({ value }) => Array.from(value.data).reduce((a, b) => a + b, 0));
  return { accuracy: test?.accuracy, sums, losses: found };
}

const isNumPys = async (expected: Learned, dataFolder: string, backend: Backend): Promise<void> => {
  const found = await learn(expected, dataFolder, backend);
  expect(found.losses).toHaveLength(expected.losses.length);
  const apart = expected.losses.map((loss, step) => Math.abs(found.losses[step] / loss - 1));
  expect(Math.max(...apart)).toBeLessThan(1e-9);
  expect(found.sums).toHaveLength(4);
  for (const [i, sum] of expected.sums.entries()) expect(Math.abs(found.sums[i] - sum)).toBeLessThan(1e-8);
  expect(found.accuracy).toBe(expected.accuracy);
};

const title = '$activation, seed $seed, batch $batch, $hidden hidden units, rate $rate';

describe.each<Backend>(['wasm', 'typescript'])('300 steps of the notebook, backend %s', (backend) => {
  it.each(fixtures('notebook.json'))(`on made-up digits: ${title}`, (expected) => isNumPys(expected, folder, backend));

  const mnist = process.env.MARBLENET_DATA ?? '';
  // one of each activation in TypeScript, which takes longer, and reads the same digits
  const digits = fixtures('notebook-mnist.json').filter(({ seed }) => backend === 'wasm' || seed === 7);
  it.skipIf(mnist === '').each(digits)(`on MNIST: ${title}`, (expected) => isNumPys(expected, mnist, backend));
});

/** Debian's own Python first, as in bench/python.mjs: it sees Debian's NumPy. */
const interpreter = [process.env.PYTHON, '/usr/bin/python3', 'python3'].find(
  (name) => name && spawnSync(name, ['-c', 'import numpy']).status === 0,
);

describe.skipIf(interpreter === undefined)('NumPy and the pipeline, side by side', () => {
  const compare = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [fromRoot('bench/parity.mjs'), '--data', folder, '--steps', '100', ...args],
      { encoding: 'utf8', env: { ...process.env, PYTHON: interpreter } },
    );
    return { status, verdict: stdout.trim().split('\n').at(-1), stderr };
  };

  it.each([
    ['relu', ['--seed', '20011']],
    ['relu in TypeScript', ['--seed', '20011', '--set', 'backend=typescript']],
    ['sigmoid', ['--activation', 'sigmoid', '--seed', '31', '--hidden', '21', '--batch', '17', '--rate', '0.7']],
  ])('agree: %s', (_, args) => {
    expect(compare(...args)).toEqual({ status: 0, verdict: 'the same, number for number', stderr: '' });
  });

  it.each(['dtype=float32', 'random=perStage', 'train.2.softmaxCrossEntropy.epsilon=0'])(
    'do not agree with %s',
    (change) => {
      expect(compare('--steps', '20', '--set', change)).toEqual({ status: 1, verdict: 'NOT the same', stderr: '' });
    },
  );
});

describe('notebook.yaml and notebook-sigmoid.yaml', () => {
  it('differ in the name and one word', async () => {
    const [relu, sigmoid] = await Promise.all(
      ['notebook', 'notebook-sigmoid'].map((name) => readFile(fromRoot(`pipelines/${name}.yaml`), 'utf8')),
    );
    expect(relu.replace('name: notebook', 'name: notebook-sigmoid').replace('- relu', '- sigmoid')).toBe(sigmoid);
  });
});
