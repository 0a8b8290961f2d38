import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { createKernels, wasmInWords } from '../../core/create-kernels.js';
import { defaultCacheFolder, environment } from '../../node/cache-folder.js';
import { proxyVariable } from '../../node/network-fetch.js';
import { chooseSimd } from '../../node/simd.js';
import { codeOf, reasonOf } from '../../node/system-error.js';
import { threads } from '../../node/threads.js';
import { version } from '../../node/version.js';
import { command } from '../command.js';
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
    data: environment('MARBLENET_DATA') ?? 'MARBLENET_DATA names no folder',
    cache: await cache(),
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

async function cache(): Promise<string> {
  const folder = await defaultCacheFolder();
  if (folder === undefined) return 'none, for there is no home folder; MARBLENET_CACHE names one';
  const problem = await whyNotWritten(folder);
  return problem === undefined ? folder : `${folder} cannot be written to (${problem}): nothing is kept`;
}

/** A folder that is not there is made, where the nearest one above it may be written to. */
async function whyNotWritten(folder: string): Promise<string | undefined> {
  if (process.permission?.has('fs.write', folder) === false) return "Node's --permission denies it";
  try {
    await access(folder, constants.W_OK);
    return undefined;
  } catch (error) {
    return codeOf(error) === 'ENOENT' && dirname(folder) !== folder ? whyNotWritten(dirname(folder)) : reasonOf(error);
  }
}

function network(): string {
  const variable = proxyVariable('https:');
  return variable === undefined ? 'no proxy is set' : `through the proxy of ${variable}`;
}
