import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { createKernels, wasmInWords } from '../../core/create-kernels.js';
import { messageOf } from '../../core/errors.js';
import { findMnist } from '../../core/families/mnist-files.js';
import { inWords } from '../../core/pipeline/memory.js';
import { defaultCacheFolder, environment } from '../../node/cache-folder.js';
import { diskOf } from '../../node/disk.js';
import { createNodeHost } from '../../node/host.js';
import { proxyVariable } from '../../node/network-fetch.js';
import { chooseSimd } from '../../node/simd.js';
import { threads } from '../../node/threads.js';
import { version } from '../../node/version.js';
import { command } from '../command.js';
import { runsFolder } from '../runs-folder.js';
import { styled } from '../text/style.js';
import { formatTable } from '../text/table.js';

export const doctor = command({
  command: 'doctor',
  describe: 'What this machine has that a run will use, for a report of a problem',
  builder: (yargs) => yargs.option('json', { type: 'boolean', describe: 'As one JSON object' }),
  async handler({ json = false }) {
    const found = await diagnosis();
    const text = json
      ? `${JSON.stringify(found)}\n`
      : formatTable(Object.entries(found).map(([name, fact]) => [styled('bold', name), fact]));
    process.stdout.write(text);
  },
});

/** Facts by name, each a line. */
async function diagnosis(): Promise<Readonly<Record<string, string>>> {
  const { versions, platform, arch } = process;
  return {
    marblenet: version(),
    node: `${versions.node}, V8 ${versions.v8}`,
    system: `${platform} ${arch}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    ...kernels(),
    vectors: chooseSimd(versions, arch).reason,
    data: await data(),
    cache: await cache(),
    runs: await runs(),
    network: network(),
  };
}

/** What computes, and on how many threads: tried out, as a run would. */
function kernels(): Readonly<Record<'kernels' | 'threads', string>> {
  const { available, start } = threads;
  const tried = createKernels('float32', 'wasm', { count: 2, start });
  const { stop, fallback } = tried.startThreads();
  stop();
  const parallel = `${available} can run at the same time`;
  return tried.backend === 'wasm'
    ? { kernels: wasmInWords(), threads: [parallel, tried.fallback ?? fallback].filter(Boolean).join('; ') }
    : { kernels: tried.fallback ?? tried.backend, threads: 'one, with these kernels' };
}

async function data(): Promise<string> {
  const folder = environment('MARBLENET_DATA');
  if (folder === undefined) {
    return 'MARBLENET_DATA is not set: without --data, MNIST comes from the cache, or is downloaded into it';
  }
  return findMnist(createNodeHost({ dataFolder: folder })).then(
    ({ origin }) => `${origin.path}, which has MNIST`,
    messageOf,
  );
}

async function cache(): Promise<string> {
  const folder = await defaultCacheFolder();
  if (folder === undefined) return 'none, for there is no home folder; MARBLENET_CACHE names one';
  return onDisk(folder, 'nothing is kept');
}

async function runs(): Promise<string> {
  const folder = runsFolder();
  if (folder === undefined) return 'none are kept: MARBLENET_RUNS is none';
  return onDisk(
    resolve(folder),
    'runs end with exit 1, unless --out names another folder or --no-out is given',
    CHECKPOINT,
  );
}

const CHECKPOINT = 'a checkpoint of pipelines/relu.yaml takes 0.2 MB';

/** `/home/me/runs, 12.3 GB free`, and more that is of interest where it can be written. */
async function onDisk(folder: string, without: string, more?: string): Promise<string> {
  const { problem, free } = await diskOf(folder);
  if (problem !== undefined) return `${folder} cannot be written to (${problem}): ${without}`;
  const room = [...(free === undefined ? [] : [`${inWords(free)} free`]), ...(more === undefined ? [] : [more])];
  return [folder, ...room].join(', ');
}

function network(): string {
  const variable = proxyVariable('https:');
  return variable === undefined ? 'no proxy is set' : `through the proxy of ${variable}`;
}
