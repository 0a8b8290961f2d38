import { cpus } from 'node:os';
import { wasmInWords } from '../../core/create-kernels.js';
import { chooseSimd } from '../../node/simd.js';
import { threads } from '../../node/threads.js';
import { command } from '../command.js';
import { formatTable } from '../table.js';
import { version } from '../version.js';

export const doctor = command({
  command: 'doctor',
  describe: 'What this machine has that a run will use, for a report of a problem',
  builder: (yargs) => yargs.option('json', { type: 'boolean', describe: 'As one JSON object' }),
  handler({ json = false }) {
    const found = diagnosis();
    const text = json
      ? `${JSON.stringify(found)}\n`
      : formatTable(Object.entries(found).map(([name, fact]) => [name, fact]));
    process.stdout.write(text);
  },
});

/** Facts by name, each a line. */
function diagnosis(): Readonly<Record<string, string>> {
  const { versions, platform, arch } = process;
  return {
    marblenet: version,
    node: `${versions.node}, V8 ${versions.v8}`,
    system: `${platform} ${arch}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    kernels: wasmInWords(),
    vectors: chooseSimd(versions, arch).reason,
    threads: `${threads.available} can run at the same time`,
  };
}
