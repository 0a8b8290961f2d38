import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PipelineError, RunError } from '../../core/errors.js';
import { type ExportFormat, exportFormats, exportModel } from '../../core/formats/export-model.js';
import { type Naming, namings } from '../../core/formats/named-tensors.js';
import { loadPredictor } from '../../node/load-predictor.js';
import { asFolderName } from '../../node/run-folder.js';
import { codeOf, reasonOf } from '../../node/system-error.js';
import { writeWholeFile } from '../../node/whole-file.js';
import { command } from '../command.js';
import { formatCount } from '../format-count.js';
import { modelRun } from '../model-run.js';
import { withPlugins } from '../pipeline-options.js';
import { catalogueOf } from '../plugins.js';

export const exportCommand = command({
  command: 'export <run>',
  describe: 'A trained model as a JavaScript module, ONNX, safetensors, npz or JSON',
  builder: (yargs) =>
    withPlugins(
      yargs.positional('run', {
        type: 'string',
        demandOption: true,
        describe: 'Folder of a run or of a committee (ONNX alone), or the file of a model (model.safetensors)',
      }),
    )
      .option('to', { choices: exportFormats, demandOption: true, describe: 'Format' })
      .option('out', { type: 'string', requiresArg: true, describe: 'File to write; default: NAME.FORMAT here' })
      .option('names', { choices: namings, describe: 'How safetensors and npz call the tensors; default: pytorch' })
      .option('logits', { type: 'boolean', describe: 'ONNX gives logits, not probabilities' })
      .option('force', { type: 'boolean', default: false, describe: 'Replace files that are there already' }),
  async handler({ run, to, out, names, logits, force, plugin }) {
    const { registry } = await catalogueOf(plugin);
    const model = await loadPredictor(await modelRun(run), { registry });
    const files = await exportModel(model, to as ExportFormat, {
      ...(names !== undefined && { names: names as Naming }),
      ...(logits && { logits }),
    });
    const [{ extension }] = files;
    const first = out ?? `${asFolderName(model.name)}${extension}`;
    const paths = files.map((file, i) => (i === 0 ? first : besides(first, file.extension)));
    if (!force) await requireNone(paths);
    for (const [i, { content }] of files.entries()) {
      await write(paths[i], content);
      process.stdout.write(`wrote ${paths[i]}: ${formatCount(content.length)} bytes\n`);
    }
  },
});

/** The types beside a module: `relu.d.ts` of relu.js, `relu.d.mts` of relu.mjs. */
function besides(path: string, extension: string): string {
  if (/\.mjs$/.test(path)) return path.replace(/\.mjs$/, '.d.mts');
  return path.replace(/\.js$/, '') + extension;
}

export async function requireNone(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined); // what cannot be looked at is said when it is written
    if (found !== undefined) throw new PipelineError(`${path} is there already; --force replaces it`);
  }
}

/** @throws RunError when it cannot be written. */
export async function write(path: string, content: Uint8Array | string): Promise<void> {
  try {
    await writeWholeFile(path, content);
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? `there is no folder ${dirname(path)}` : reasonOf(error);
    throw new RunError(`${path}: the file cannot be written: ${reason}`, { cause: error });
  }
}
