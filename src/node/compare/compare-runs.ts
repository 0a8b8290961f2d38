/** Puts runs side by side that are kept. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DataError } from '../../core/errors.js';
import { splits } from '../../core/kinds.js';
import type { EndEvent, EpochEvent, StartEvent } from '../../core/run/events.js';
import { pairedTTest } from '../../core/statistics/paired-t-test.js';
import { deviationOf, meanOf } from '../../core/statistics/summary.js';
import type {
  ComparedRun,
  Comparison,
  Difference,
  Failure,
  Measure,
  Spread,
  Variant,
} from '../../report/compare/comparison.js';
import { changesOf } from '../pipeline-changes.js';
import { readEvents } from '../run-events.js';
import { files } from '../run-folder.js';

/** The runs of one pipeline, which differ in their seeds alone. */
export interface RunsOfVariant {
  readonly label: string;
  readonly folders: readonly string[];
  readonly failures?: readonly Failure[];
}

/**
 * @param given runs that are complete; the first of them is what the others are held against
 * @throws DataError when what a run has kept is damaged.
 */
export async function compareRuns(given: readonly RunsOfVariant[]): Promise<Comparison> {
  const variants = await Promise.all(
    given.map(async ({ label, folders, failures = [] }): Promise<Read> => {
      const runs = await Promise.all(folders.map(readRun));
      return { label, failures, runs, content: await contentOf(folders[0]) };
    }),
  );
  return {
    variants: variants.map(({ content: _, ...variant }) => variant),
    differences: differencesOf(variants.map(({ content }) => content)),
    measures: measuresOf(variants),
  };
}

interface RunRead extends ComparedRun {
  readonly parameters: number;
}

interface Read extends Variant {
  readonly runs: readonly RunRead[];
  /** Of its pipeline file; undefined where no run of it came to its end. */
  readonly content: unknown;
}

async function readRun(folder: string): Promise<RunRead> {
  const events = await readEvents(folder);
  const start = events.find((event): event is StartEvent => event.event === 'start');
  const end = events.findLast((event): event is EndEvent => event.event === 'end');
  if (start === undefined || end === undefined) throw new DataError(folder, 'the events of this run are damaged');
  const epochs = events.filter((event): event is EpochEvent => event.event === 'epoch');
  return { folder, seed: start.seed, epochs, end, parameters: start.parameters };
}

/** What tells variants apart: not what they are called, and not their seeds. */
async function contentOf(folder: string | undefined): Promise<unknown> {
  if (folder === undefined) return undefined;
  const {
    name: _,
    description: _d,
    seed: _s,
    dataSeed: _ds,
    ...content
  } = parse(await readFile(join(folder, files.pipeline), 'utf8'));
  return content;
}

/** By path: where the first variant says something else than another one. */
function differencesOf([first, ...others]: readonly unknown[]): Difference[] {
  const rows = new Map<string, (string | undefined)[]>();
  for (const [i, other] of others.entries()) {
    if (first === undefined || other === undefined) continue;
    for (const { path, was, is } of changesOf(first, other)) {
      const values = rows.get(path) ?? new Array(others.length + 1).fill(was);
      values[i + 1] = is;
      rows.set(path, values);
    }
  }
  return Array.from(rows, ([path, values]) => ({ path, values }));
}

/** What a run reached, by name. */
function figuresOf({ end, parameters }: RunRead): ReadonlyMap<string, number> {
  const metrics = splits
    .toReversed()
    .flatMap((split) => Object.entries(end[split] ?? {}).map(([name, value]) => [`${split} ${name}`, value] as const));
  return new Map([...metrics, ['time in seconds', end.seconds], ['parameters', parameters]]);
}

/** Chance has no part in how many parameters there are, nor in the time that other work on the machine takes. */
const UNTESTED = ['time in seconds', 'parameters'];

function measuresOf(variants: readonly Read[]): Measure[] {
  const figures = variants.map(({ runs }) => runs.map((run) => ({ seed: run.seed, figures: figuresOf(run) })));
  const names = [...new Set(figures.flat().flatMap((run) => [...run.figures.keys()]))];
  // those of the last names come last, whichever variant has metrics of its own
  const ordered = [
    ...names.filter((name) => !UNTESTED.includes(name)),
    ...UNTESTED.filter((name) => names.includes(name)),
  ];
  return ordered.map((name) => {
    const bySeed = figures.map(
      (runs) =>
        new Map(
          runs.flatMap(({ seed, figures: of }) => (of.has(name) ? [[seed, of.get(name) as number] as const] : [])),
        ),
    );
    return {
      name,
      values: bySeed.map((values, i) => spreadOf(values, i === 0 || UNTESTED.includes(name) ? undefined : bySeed[0])),
    };
  });
}

function spreadOf(values: ReadonlyMap<number, number>, against: ReadonlyMap<number, number> | undefined): Spread {
  const all = [...values.values()];
  const shared = against === undefined ? [] : [...values.keys()].filter((seed) => against.has(seed));
  const of = (from: ReadonlyMap<number, number>) => shared.map((seed) => from.get(seed) as number);
  const test = against && pairedTTest(of(against), of(values));
  return { all, mean: meanOf(all), deviation: deviationOf(all), test };
}
