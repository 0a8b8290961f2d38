/** The folder of a run, as `pipeline run` keeps one, of what a page knows of it. docs/runs.md says what lies in it. */
import {
  builtInStages,
  type Checkpoint,
  encodeCheckpoint,
  encodeZip,
  type Model,
  type PipelineEvent,
  resolvePipelineFile,
  wasmInWords,
} from 'marblenet/page';
import { plainPath } from './plain-path.js';
import type { GivenFile } from './protocol.js';
import { type HeldFiles, readGiven } from './read-file.js';

/** What a session knows of its run. */
export interface RunSoFar {
  readonly file: GivenFile;
  readonly model: Model;
  /** Its start, its epochs, and its end if it has come. */
  readonly events: readonly PipelineEvent[];
  /** The newest, and how many of the events came before it; undefined where it begins anew. */
  readonly left: { readonly checkpoint: Checkpoint; readonly events: number } | undefined;
  readonly began: Date;
}

type Entry = [name: string, content: Uint8Array];

/** In the folder: what the pipeline reads. */
const GIVEN = 'files';

/** Where a file of the page lies in there; of an address, which a file was given for, no address is left. */
const inFolder = (path: string): string => `${GIVEN}/${path.replace('://', '/')}`;

/** A zip of the folder, under such a name. */
export async function zipOfRun(run: RunSoFar, given: HeldFiles, folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const { events, left, model } = run;
  const encoded = model.encode(); // as it is at this moment
  const { text, files } = await pipelineOf(run.file, given);
  const entries: Entry[] = [
    ['pipeline.yaml', bytesOf(text)],
    ['events.jsonl', bytesOf([...events, ...endOf(run)].map(lineOf).join(''))],
    ['environment.json', bytesOf(`${JSON.stringify(environmentOf(run), undefined, 2)}\n`)],
    ['model.safetensors', await encoded],
    ...files,
  ];
  if (left !== undefined) {
    const { epoch, step } = left.checkpoint;
    const name = `epoch-${String(epoch).padStart(7, '0')}-step-${String(step).padStart(10, '0')}.safetensors`;
    // behind the line of the start
    const before = events.slice(1, left.events).map(lineOf).join('');
    const notes = { events: String(bytesOf(before).length) };
    entries.push([`checkpoints/${name}`, await encodeCheckpoint(left.checkpoint, notes)]);
  }
  return encodeZip(new Map(entries.map(([name, content]) => [`${folder}/${name}`, content])));
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const lineOf = (event: object): string => `${JSON.stringify(event)}\n`;

/** The file as it ran, every default written out, and the files that it reads beside it. */
async function pipelineOf(file: GivenFile, given: HeldFiles) {
  const needed = new Map<string, Blob>();
  const { resolved } = resolvePipelineFile(await readGiven(file, given), builtInStages, {
    rebase(named) {
      const path = plainPath(named);
      const found = [...given].filter(([file]) => file === path || file.startsWith(`${path}/`));
      for (const [file, content] of found) needed.set(inFolder(file), content);
      return found.length === 0 ? named : inFolder(path);
    },
  });
  const files = Array.from(needed, async ([file, content]): Promise<Entry> => [file, await bytesIn(content)]);
  return { text: resolved, files: await Promise.all(files) };
}

const bytesIn = async (content: Blob): Promise<Uint8Array> => new Uint8Array(await content.arrayBuffer());

/** Of a run that was left: the command line would say so, too. */
function endOf({ events, model }: RunSoFar): object[] {
  if (events.at(-1)?.event === 'end') return [];
  const { runId, epoch: epochs, step: steps } = model.description.reached ?? {};
  return [{ event: 'end', runId, status: 'interrupted', epochs, steps }];
}

function environmentOf({ events: [first], began }: RunSoFar): object {
  const [, browser = navigator.userAgent] = /((?:Chrome|Firefox|Version)\/[\d.]+)/.exec(navigator.userAgent) ?? [];
  return {
    offline: false,
    everyStep: false,
    scalars: false,
    runId: first.runId,
    data: [],
    sessions: [
      {
        began: began.toISOString(),
        pid: 0,
        host: 'a page',
        marblenet: PACKAGE_VERSION,
        node: 'none, but a browser',
        v8: browser,
        system: navigator.userAgent,
        processor: 'unknown',
        memory: 0,
        threads: navigator.hardwareConcurrency,
        kernels: wasmInWords(),
        vectors: 'as the browser has them',
      },
    ],
  };
}
