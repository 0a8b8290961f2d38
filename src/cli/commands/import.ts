import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../core/printable.js';
import { importModel } from '../../node/import-model.js';
import { createRunFolder, files, notKept } from '../../node/run-folder.js';
import { command } from '../command.js';
import { dataOptions } from '../data-options.js';
import { formatCount } from '../format-count.js';
import { loadGiven } from '../given-file.js';
import { withChanges, withData } from '../pipeline-options.js';
import { requireNone } from './export.js';

export const importCommand = command({
  command: 'import <file>',
  describe: 'Weights of another program (safetensors, npz, ONNX) in the network of a pipeline file',
  builder: (yargs) =>
    withChanges(
      withData(
        yargs.positional('file', {
          type: 'string',
          demandOption: true,
          describe: 'Weights: .safetensors, .npz, or an .onnx file of dense layers',
        }),
      )
        .option('into', {
          type: 'string',
          requiresArg: true,
          demandOption: true,
          describe: 'Pipeline file whose network gets the weights',
        })
        .option('out', {
          type: 'string',
          requiresArg: true,
          describe: 'Model file to write; default: a folder in runs',
        })
        .option('force', { type: 'boolean', default: false, describe: 'Replace a file that is there already' }),
    ),
  async handler({ file, into, set, swap, plugins, data, offline, out, force }) {
    if (out !== undefined && !force) await requireNone([out]);
    const loaded = await loadGiven(into, { set, swap, plugins });
    const model = await importModel(file, loaded, dataOptions(data, offline));
    const path = out ?? (await folderFor(model.name, loaded.resolved));
    await model.save(path);
    const count = model.parameters.reduce((sum, { value }) => sum + value.data.length, 0);
    process.stdout.write(`wrote ${printable(path)}: ${formatCount(count)} weights of ${printable(file)}\n`);
  },
});

/** A folder as of a run, with the pipeline that the weights are of; the path of its model. */
async function folderFor(name: string, resolved: string): Promise<string> {
  const folder = createRunFolder('runs', name);
  try {
    await writeFile(join(folder, files.pipeline), resolved);
  } catch (error) {
    throw notKept(folder, error);
  }
  return join(folder, files.model);
}
