/** What the folder of a run holds, for its report. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, messageOf } from '../../core/errors.js';
import { graphOf } from '../../core/inspect/graph/pipeline-graph.js';
import { pipelineSvg } from '../../core/inspect/graph/svg.js';
import { learnedText } from '../../core/model/origin-text.js';
import { placeOf } from '../../core/pipeline/assembly.js';
import { countOf, type Outline } from '../../core/pipeline/pipeline.js';
import type { EndEvent, EpochEvent, ProfileEvent, ScalarsEvent, StartEvent } from '../../core/run/events.js';
import { formatShape } from '../../core/tensor.js';
import type { RunReport, StageLine } from '../../report/run/run-report.js';
import { anyMemory, type DataOptions, outlineLoaded, outlineOpened } from '../environment.js';
import { isThere } from '../is-there.js';
import { recordOf } from '../list-runs.js';
import { type LoadedPipeline, loadPipeline } from '../load-pipeline.js';
import { type RunEnvironment, readEnvironment } from '../run-environment.js';
import { readEvents } from '../run-events.js';
import { files } from '../run-folder.js';
import { shownPath } from '../shown-path.js';
import { lookIntoModel } from './look-into-model.js';

/** Where the data of a run are by now. */
export interface ReadOptions extends DataOptions {
  /** Whether its pipeline may name plug-ins, which are code that runs as soon as they are loaded. Default true. */
  readonly plugins?: boolean;
  /** A pipeline file with its data, in the place of its own. */
  readonly pipeline?: string;
}

/**
 * Gathers what there is to report of a run, also of one that did not come to its end. Where its data are gone, what its model
 * does with them is left out, and the report says why.
 *
 * @param folder `runs/relu/3`
 * @throws DataError when this is no folder of a run, or nothing was trained in it.
 */
export async function readRun(folder: string, { plugins, pipeline, ...given }: ReadOptions = {}): Promise<RunReport> {
  const environment = await readEnvironment(folder);
  const { status, began } = await recordOf(folder);
  const events = await readEvents(folder);
  const start = events.find((event): event is StartEvent => event.event === 'start');
  if (start === undefined) {
    throw new DataError(folder, 'nothing was trained in this run, so there is nothing to report', { placed: true });
  }
  const pipelineFile = join(folder, files.pipeline);
  const loading = plugins === undefined ? {} : { plugins };
  const loaded = await loadPipeline(pipelineFile, loading);
  const judging = pipeline === undefined ? loaded : await loadPipeline(pipeline, loading);
  const { dataFolder, offline } = environment;
  const options = { offline, ...(dataFolder !== undefined && { dataFolder }), ...given };
  const last = events.findLast(({ event }) => event === 'end') as LastLine | undefined;
  const outline = await outlineOpened(loaded, options, anyMemory).catch(() => outlineLoaded(loaded, anyMemory));
  return {
    folder,
    status,
    error: last?.error,
    began,
    start,
    epochs: events.filter((event): event is EpochEvent => event.event === 'epoch'),
    scalars: events.filter((event): event is ScalarsEvent => event.event === 'scalars'),
    profile: events.findLast((event): event is ProfileEvent => event.event === 'profile'),
    end: last?.status === 'completed' ? (last as EndEvent) : undefined,
    picture: pipelineSvg(start.name, graphOf(outline.rows)),
    stages: outline.rows.map(stageLine),
    yaml: await readFile(pipelineFile, 'utf8'),
    ...(await modelOf(folder, judging, options)),
    environment: environmentPairs(environment, start),
  };
}

/** The last line of a run, however it ended. */
type LastLine = Omit<EndEvent, 'status'> & { readonly status: string; readonly error?: string };

async function modelOf(
  folder: string,
  loaded: LoadedPipeline,
  options: DataOptions,
): Promise<Pick<RunReport, 'judged' | 'notJudged' | 'weights' | 'filters'>> {
  const model = join(folder, files.model);
  if (!(await isThere(model))) {
    return { judged: undefined, notJudged: 'The run has no model: it ended before one was written.', weights: [] };
  }
  const { test, validation } = loaded.definition;
  const split = test !== undefined ? 'test' : validation !== undefined ? 'validation' : 'train';
  try {
    return await lookIntoModel(model, loaded, split, options);
  } catch (error) {
    // the report is of use without them: the data may be gone by now
    return {
      judged: undefined,
      notJudged: `What the model does with its data cannot be shown: ${messageOf(error)}`,
      weights: [],
    };
  }
}

function stageLine(row: Outline['rows'][number]): StageLine {
  const output = 'output' in row ? row.output : undefined;
  const parameters = 'output' in row ? countOf(row.parameters) : 0;
  return { place: placeOf(row), name: row.name, output: outputText(output), parameters };
}

function outputText(output: { readonly kind: string; readonly shape?: readonly number[] } | undefined): string {
  if (output?.shape === undefined) return output?.kind ?? '?';
  return formatShape([output.kind === 'examples' ? 'N' : 'B', ...output.shape]);
}

/** The process that ended the run is the last one. */
function environmentPairs(
  { sessions, data }: RunEnvironment,
  { data: from, dtype }: StartEvent,
): RunReport['environment'] {
  const { marblenet, node, v8, system, processor, memory, threads, kernels, vectors, git, command, host } =
    sessions[sessions.length - 1];
  return [
    ['data', learnedText(from)],
    ...data.map(({ path, sha256 }) => [shownPath(path), `SHA-256 ${sha256}`] as const),
    ['numbers', dtype],
    ['kernels', `${kernels}; ${vectors}`],
    ['marblenet', marblenet],
    ['Node', `${node}, V8 ${v8}`],
    ['system', `${system}, ${processor}, ${threads} threads, ${(memory / 2 ** 30).toFixed(1)} GiB, ${host}`],
    ...(git ? [['commit', `${git.commit}${git.changed ? ', and changed since' : ''}`] as const] : []),
    ...(command ? [['command', command.join(' ')] as const] : []),
    ...(sessions.length > 1 ? [['begun anew', `${sessions.length - 1} times, from a checkpoint`] as const] : []),
  ];
}
