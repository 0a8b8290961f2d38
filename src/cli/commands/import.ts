import { join } from 'node:path';
import { PipelineError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import type { DataOptions } from '../../node/environment.js';
import { importModel } from '../../node/import-model.js';
import { keepImport } from '../../node/keep-import.js';
import type { LoadedPipeline } from '../../node/load-pipeline.js';
import { files } from '../../node/run-folder.js';
import { command } from '../command.js';
import { dataOptions, remarkUnread } from '../data-options.js';
import { formatCount } from '../format-count.js';
import { loadGiven } from '../given-file.js';
import { withChanges, withData } from '../pipeline-options.js';
import { runsFolder } from '../runs-folder.js';
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
          describe:
            'Folder to keep it in, as a run; or NAME.safetensors, the model alone. Default: MARBLENET_RUNS, or runs',
        })
        .option('force', { type: 'boolean', default: false, describe: 'Replace a file that is there already' }),
    ),
  async handler({ file, into, set, swap, plugins, data, offline, out, force }) {
    const isFile = out?.endsWith('.safetensors') === true;
    if (isFile && !force) await requireNone([out]);
    const loaded = await loadGiven(into, { set, swap, plugins });
    remarkUnread(loaded, data);
    const options = dataOptions(data, offline);
    const { model, path } = isFile
      ? await alone(file, loaded, options, out)
      : await kept(file, loaded, options, out ?? runsFolder());
    const count = model.parameters.reduce((sum, { value }) => sum + value.data.length, 0);
    process.stdout.write(`wrote ${printable(path)}: ${formatCount(count)} weights of ${printable(file)}\n`);
  },
});

async function alone(file: string, loaded: LoadedPipeline, options: DataOptions, path: string) {
  const model = await importModel(file, loaded, options);
  await model.save(path);
  return { model, path };
}

/** In a folder as of a run; the path of the model in it. */
async function kept(file: string, loaded: LoadedPipeline, options: DataOptions, out: string | undefined) {
  if (out === undefined) {
    throw new PipelineError('MARBLENET_RUNS is none, so that nothing is kept: give a folder, --out FOLDER');
  }
  const { model, folder } = await keepImport(file, loaded, { ...options, out, command: process.argv.slice(2) });
  return { model, path: join(folder, files.model) };
}
