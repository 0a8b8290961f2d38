/** The worker of the studio: reads pipeline files, trains, and answers. */

import { expose } from 'comlink';
import {
  builtInStages,
  filesHost,
  type Host,
  type Picture,
  pictureSample,
  pipelineJsonSchema,
  type Split,
} from 'marblenet/page';
import { catalogueOf } from './catalogue.js';
import { check } from './check.js';
import { describe, type Read } from './describe.js';
import { edit, readSettings, readStage } from './edit/edit.js';
import { loadKernels } from './kernel-files.js';
import { fileWithModel, MODEL } from './model-file.js';
import { whyNoMore } from './no-more.js';
import { findData, pathsOf, pipelineForPictures, pipelineForTable, tablesAmong } from './own-data.js';
import { plotOf } from './plot.js';
import type { Change, Description, Extended, GivenFile, OpenedModel, Report, StageInfo } from './protocol.js';
import { zipOfRun } from './run-folder.js';
import { type Ended, Session } from './session.js';

/** Milliseconds that a file waits which takes the place of one that still opens: more may follow, as while a key is held down. */
const PATIENCE = 300;

let tell: (report: Report) => void = () => {};
let session: Session | undefined;
/** Files that the page holds, by the paths that pipelines have for them. */
const held = new Map<string, Blob>();
let host = openHost();
let runs = 0;

let known: StageInfo[] | undefined;
const stages = (): StageInfo[] => {
  known ??= catalogueOf(builtInStages);
  return known;
};

function openHost(): Host {
  return filesHost(held, {
    onDownload: ({ file, received, total }) =>
      tell({ tell: 'downloading', run: runs, download: { name: file, loaded: received, total } }),
  });
}

interface Beginning {
  /** The run that it goes on from. */
  readonly before?: Ended;
  /** Milliseconds. */
  readonly wait?: number;
}

/** Opens what can be opened, after the answer. */
function begin(number: number, file: GivenFile, read: Read, { before, wait = 0 }: Beginning): void {
  if (read.file === undefined) return;
  const { file: pipeline } = read;
  const opening = new Session(number, file, (report) => report.run === runs && tell(report), before);
  session = opening;
  setTimeout(() => opening.open(pipeline, host).catch((error) => opening.fail(error)), wait);
}

/** All that the page may ask. */
const studioWorker = {
  /** Whom to tell what happens. */
  listen(listener: (report: Report) => void): void {
    tell = listener;
  },

  /**
   * Opens a file in place of what was open. What it is like is said at once, with the number of its run; when its data are read, the
   * run is told to be ready, and waits for its first step. One whose place is taken meanwhile frees what it has, and opens no more.
   */
  async open(chosen: GivenFile): Promise<Description & { readonly run: number }> {
    const number = ++runs;
    const wait = session?.isOpening ? PATIENCE : 0;
    session?.close();
    session = undefined;
    await loadKernels('float32'); // a file is judged by what can compute here
    const read = await describe(chosen, host, held);
    if (number === runs) begin(number, chosen, read, { wait });
    return { ...read.description, run: number };
  },

  /** Opens a file that gives the run that has ended more epochs, to go on from its end. */
  async extend(longer: GivenFile): Promise<Extended> {
    const ended = session?.ended;
    if (ended === undefined) return { refused: 'the run has not ended' };
    const number = runs;
    const read = await describe(longer, host, held);
    const refused = whyNoMore(ended, read);
    if (refused !== undefined) return { refused };
    if (number !== runs) return { refused: 'another file was opened meanwhile' };
    session?.close();
    begin(number, longer, read, { before: ended });
    return { file: longer, description: read.description };
  },

  /** Files that pipelines may read from now on. */
  give(files: readonly (readonly [path: string, file: Blob])[]): void {
    for (const [path, file] of files) held.set(path, file);
    host = openHost();
  },

  play: () => session?.play(),
  pause: () => session?.pause(),
  step: () => session?.step(),
  finishEpoch: () => session?.finishEpoch(),

  /** What can be learned from among the files that were given. */
  findData: () => findData(pathsOf(held), host),
  pipelineForTable: (path: string, target: string) => pipelineForTable(path, target, host),
  pipelineForPictures: (path: string, side: number) => pipelineForPictures(path, side, host),
  /** The first examples of a split. */
  examples: (split: Split, count: number) => session?.examples(split, count),

  parametersOf: (place: string) => session?.parametersOf(place) ?? [],
  surface: () => session?.surface(),
  example: (split: Split, index: number) => session?.example(split, index),
  ask: (sample: ArrayLike<number>, label?: number) => session?.ask(sample, label),
  /** Of a picture, made a sample as `predict` makes one. */
  askOfPicture(picture: Picture, label?: number) {
    const model = session?.model;
    return model && session?.ask(pictureSample(picture, model), label);
  },
  export: (format: Parameters<Session['export']>[0]) => session?.export(format),

  /** A zip of the run folder, under the name that it gets; undefined before the data are read. */
  async runFolder(folder: string) {
    const run = session?.runSoFar();
    return run && zipOfRun(run, held, folder);
  },

  /** Keeps a model, and says which file begins with its weights: that of its run, where there is one. */
  async openModel(model: Blob, pipeline?: GivenFile): Promise<OpenedModel> {
    await loadKernels('float32');
    const opened = await fileWithModel(
      new Uint8Array(await model.arrayBuffer()),
      pipeline,
      tablesAmong(held.keys()),
      host,
    );
    this.give([[MODEL, model]]);
    return opened;
  },

  /** Holds the gradients of a file against slopes of its loss; undefined where the file cannot run. */
  async check(given: GivenFile) {
    await loadKernels('float32');
    const { file } = await describe(given, host, held);
    return file && check(file, host);
  },

  /** The JSON Schema of pipeline files. */
  schema: () => pipelineJsonSchema(builtInStages),
  /** All stages that a file may name. */
  stages: () => stages(),
  /** The text of a file after a change to it. */
  edit: (text: string, change: Change) => edit(text, change, stages()),
  /** A stage as a text has it. */
  readStage: (text: string, place: string) => readStage(text, place, stages()),
  /** What a text sets for the whole file. */
  readSettings,
  /** What an activation does to each number, with these options. */
  plot: plotOf,
};

export type StudioWorker = typeof studioWorker;

expose(studioWorker);
