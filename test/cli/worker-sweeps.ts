/** Sweeps that workers train, as tests of them have in common: a small table, and what comes of it. */
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { eventsOf, fromRoot, linesOf, pipeline, type Started, scratchFolder } from './pipeline-command.js';
import { PASSWORD } from './redis-server.js';

/** A table that is in the data folder of each worker; with a plug-in beside it, each step waits for 60 milliseconds, so that a busy machine, too, sees a trial on its way. */
export const TABLE = `name: table
seed: 1
epochs: 4
data:
  - csv: { train: points.csv, target: class }
  - holdOut: { validation: 0.2 }
  - standardize
  - oneHot
network:
  - dense: { units: 4 }
  - relu
  - dense: { units: 2 }
train:
  - shuffleBatch: { size: 10 }
  - forward
  - softmaxCrossEntropy
  - backward
  - sgd: { learningRate: 0.1 }
  - mean: { of: loss }
validation:
  - batch: { size: 30 }
  - forward
  - softmaxCrossEntropy
  - mean: { of: loss }
sweep:
  strategy: grid
  over:
    network.0.dense.units: [2, 4]
    train.sgd.learningRate: [0.1, 0.3]
`;
const [head, judged] = TABLE.split(/^validation:\n|^sweep:\n/m);
/** The same for a committee, whose members vary. */
export const COMMITTEE = `${head.replace('validation: 0.2', 'test: 0.2')}test:\n${judged}vary: { network.0.dense.units: [2, 4, 8] }\n`;
export const SLOW = TABLE.replace('epochs: 4', 'epochs: 4\nplugins: [linger.ts]\ncheckpoint: { every: epoch }').replace(
  '  - forward',
  '  - linger: { milliseconds: 60 }\n  - forward',
);
/** Two of its four trials. */
export const halfOf = (text: string): string => text.replace('units: [2, 4]', 'units: [4]');
export const POINTS = `x,y,class\n${Array.from({ length: 100 }, (_, i) => `${i % 10},${(i * 7) % 13},${(i % 10) + ((i * 7) % 13) > 10 ? 'in' : 'out'}\n`).join('')}`;

export interface Trial {
  readonly trial: number;
  readonly id: string;
  readonly status: string;
  readonly folder: string;
  readonly value?: number;
  readonly weights?: string;
  readonly reason?: string;
}

export interface Result {
  readonly status: string;
  readonly folder: string;
  readonly trials: readonly Trial[];
}

/** A folder that each machine has at a place of its own. */
export async function dataFolder(): Promise<string> {
  const folder = await scratchFolder();
  await writeFile(join(folder, 'points.csv'), POINTS);
  await copyFile(fromRoot('test/cli/linger.ts'), join(folder, 'linger.ts'));
  return folder;
}

export async function fileOf(text: string): Promise<string> {
  const path = join(await dataFolder(), 'table.yaml');
  await writeFile(path, text);
  return path;
}

export const urlOf = (folder: string): string => pathToFileURL(folder).href;

export async function resultOf(started: Started): Promise<Result> {
  const ended = await started.ended;
  expect(ended.stderr).not.toContain(PASSWORD);
  expect(ended.stdout, ended.stderr).not.toBe('');
  return eventsOf(ended).at(-1) as unknown as Result;
}

export async function stop(...workers: readonly Started[]): Promise<void> {
  for (const { child } of workers) child.kill('SIGTERM');
  for (const { ended } of workers) {
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(0);
    expect(stdout + stderr).not.toContain(PASSWORD);
  }
}

/** What the local engine comes to for the same file. */
export function locally(file: string, text: string): Promise<Result> {
  const known = local.get(text) ?? sweepHere(file);
  local.set(text, known);
  return known;
}

const local = new Map<string, Promise<Result>>();

async function sweepHere(file: string): Promise<Result> {
  const ended = await pipeline(['sweep', file, '--out', await scratchFolder(), '--jobs', '2', '--json']);
  return eventsOf(ended).at(-1) as unknown as Result;
}

/** All but where, and how long. */
export const rowsOf = ({ trials }: Result) =>
  trials.map(({ trial, id, status, value, weights }) => ({ trial, id, status, value, weights }));

export async function sessionsOf({ folder }: Pick<Trial, 'folder'>): Promise<number> {
  return JSON.parse(await readFile(join(folder, 'environment.json'), 'utf8')).sessions.length;
}

export async function epochsIn({ folder }: Pick<Trial, 'folder'>): Promise<number[]> {
  const events = linesOf(await readFile(join(folder, 'events.jsonl'), 'utf8')).map((line) => JSON.parse(line));
  return events.filter(({ event }) => event === 'epoch').map(({ epoch }) => epoch);
}
