/** Puts runs side by side that are kept. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DataError } from '../../core/errors.js';
import { splits } from '../../core/kinds.js';
import { learnedText } from '../../core/model/origin-text.js';
import type { EndEvent, EpochEvent, Metrics, StartEvent } from '../../core/run/events.js';
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
import { readCommittee } from '../committee/committee-folder.js';
import { isThere } from '../is-there.js';
import { changesOf } from '../pipeline-changes.js';
import { type CheckedFiles, readEnvironment } from '../run-environment.js';
import { readEvents } from '../run-events.js';
import { files } from '../run-folder.js';

/** The runs of one pipeline, which differ in their seeds alone. */
export interface RunsOfVariant {
  readonly label: string;
  readonly folders: readonly string[];
  readonly failures?: readonly Failure[];
  /** The committee whose members the runs are. */
  readonly committee?: string;
}

/**
 * @param given runs that are complete; the first of them is what the others are held against
 * @throws DataError when what a run has kept is damaged.
 */
export async function compareRuns(given: readonly RunsOfVariant[]): Promise<Comparison> {
  const variants = await Promise.all(
    given.map(async ({ label, folders, failures = [], committee }): Promise<Read> => {
      const runs = await Promise.all(folders.map(readRun));
      const content = await contentOf(committee ?? folders[0]);
      const average = committee === undefined ? undefined : (await readCommittee(committee)).average;
      return { label, failures, runs, content, average, ...(committee !== undefined && { isCommittee: true }) };
    }),
  );
  const data = variants.flatMap(({ runs }) => runs.map((run) => run.data));
  const isSameData = data.every(({ key }) => key === data[0].key);
  const sources = variants.map(({ runs }) => [...new Set(runs.map((run) => run.data.words))].join('; ') || undefined);
  return {
    variants: variants.map(({ content: _, average: _a, ...variant }) => variant),
    differences: [
      ...(isSameData ? [] : [{ path: 'data', values: sources }]),
      ...differencesOf(variants.map(({ content }) => content)),
    ],
    measures: [...measuresOf(variants, isSameData), ...averagesOf(variants)].toSorted(byPlace),
    isSameData,
  };
}

interface RunRead extends ComparedRun {
  readonly parameters: number;
  readonly data: DataOfRun;
}

/** From what a run learned. */
interface DataOfRun {
  /** The same for the same data. */
  readonly key: string;
  /** `digits instead of mnist, 200 + 50 examples` */
  readonly words: string;
}

interface Read extends Variant {
  readonly runs: readonly RunRead[];
  /** Of its pipeline file; undefined where no run of it came to its end. */
  readonly content: unknown;
  /** What the average of a committee reached in the test. */
  readonly average: Metrics | undefined;
}

async function readRun(folder: string): Promise<RunRead> {
  const events = await readEvents(folder);
  const start = events.find((event): event is StartEvent => event.event === 'start');
  const end = events.findLast((event): event is EndEvent => event.event === 'end');
  if (start === undefined || end === undefined) throw new DataError(folder, 'the events of this run are damaged');
  const epochs = events.filter((event): event is EpochEvent => event.event === 'epoch');
  const report = join(folder, files.report);
  return {
    folder,
    seed: start.seed,
    epochs,
    end,
    parameters: start.parameters,
    data: dataOf(start, (await readEnvironment(folder)).data),
    ...((await isThere(report)) && { report }),
  };
}

/** Drawn data have no files: how many judge says as much as is known of them. */
function dataOf({ data }: StartEvent, read: CheckedFiles): DataOfRun {
  const files = read.map(({ sha256 }) => sha256).toSorted();
  const [first] = files;
  return {
    key: JSON.stringify([data.source, data.test, files]), // how many are learned from is what variants may differ in
    words: first === undefined ? learnedText(data) : `${learnedText(data)}, sha256 ${first.slice(0, 8)}`,
  };
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

function measuresOf(variants: readonly Read[], isSameData: boolean): Measure[] {
  const figures = variants.map(({ runs }) => runs.map((run) => ({ seed: run.seed, figures: figuresOf(run) })));
  const names = [...new Set(figures.flat().flatMap((run) => [...run.figures.keys()]))];
  return names.map((name) => {
    const bySeed = figures.map(
      (runs) =>
        new Map(
          runs.flatMap(({ seed, figures: of }) => (of.has(name) ? [[seed, of.get(name) as number] as const] : [])),
        ),
    );
    return {
      name,
      values: bySeed.map((values, i) =>
        spreadOf(values, i === 0 || !isSameData || UNTESTED.includes(name) ? undefined : bySeed[0]),
      ),
    };
  });
}

/** What the averages of committees reached: no figure of a single run. */
function averagesOf(variants: readonly Read[]): Measure[] {
  const names = new Set(variants.flatMap(({ average = {} }) => Object.keys(average)));
  return Array.from(names, (name) => ({
    name: `test ${name} of the average`,
    values: variants.map(({ average }) => {
      const value = average?.[name];
      return { all: value === undefined ? [] : [value], mean: value ?? Number.NaN, deviation: Number.NaN };
    }),
  }));
}

/** Averages behind the figures of the test, and what is not tested at the end, whichever variant has metrics of its own. */
const byPlace = (a: Measure, b: Measure): number => placeOf(a) - placeOf(b);

const placeOf = ({ name }: Measure): number =>
  UNTESTED.includes(name)
    ? 3 + UNTESTED.indexOf(name)
    : name.endsWith(' of the average')
      ? 1
      : name.startsWith('test ')
        ? 0
        : 2;

function spreadOf(values: ReadonlyMap<number, number>, against: ReadonlyMap<number, number> | undefined): Spread {
  const all = [...values.values()];
  const shared = against === undefined ? [] : [...values.keys()].filter((seed) => against.has(seed));
  const of = (from: ReadonlyMap<number, number>) => shared.map((seed) => from.get(seed) as number);
  const test = against && pairedTTest(of(against), of(values));
  return { all, mean: meanOf(all), deviation: deviationOf(all), test };
}
