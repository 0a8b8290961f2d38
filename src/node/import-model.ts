/** A model of weights that another program learned, in a network that a pipeline file describes. */
import { firstValueFrom, of } from 'rxjs';
import { DataError } from '../core/errors.js';
import { type ForeignTensor, fitParameters } from '../core/formats/foreign-layers.js';
import { operatorsOf } from '../core/formats/graph.js';
import { activationsOf, readOnnx } from '../core/formats/read-onnx.js';
import { modelOf } from '../core/model/model.js';
import { decodeSafetensors } from '../core/model/safetensors.js';
import type { Pipeline } from '../core/pipeline/pipeline.js';
import { type DataOptions, openLoaded } from './environment.js';
import { isSafetensors, recognizeFormat } from './file-signature.js';
import type { NodeHostOptions } from './host.js';
import type { LoadedPipeline } from './load-pipeline.js';
import { type SavableModel, savable } from './model-file.js';
import { readRegularFile } from './regular-file.js';
import { decodeNpz, isZip } from './samples/npz.js';
import { reasonOf } from './system-error.js';

/**
 * Reads safetensors, npz or ONNX. The pipeline's data are opened, since they say how samples are scaled and what classes
 * are called.
 *
 * @throws DataError when the file cannot be read, or does not fit the network: with both shapes.
 */
export async function importModel(
  path: string,
  loaded: LoadedPipeline,
  options: DataOptions & Pick<NodeHostOptions, 'onRead'> = {},
): Promise<SavableModel> {
  const bytes = await bytesOf(path);
  const { tensors, activations } = weightsOf(path, bytes);
  const pipeline = await openLoaded(loaded, options);
  const fitted = fitParameters(tensors, pipeline.parameters, path);
  if (activations !== undefined) requireSame(activations, pipeline, path);
  const data = await firstValueFrom(of('train' as const).pipe(pipeline.data));
  for (const { name, value } of pipeline.parameters) {
    value.data.set(fitted.get(name) ?? value.data);
  }
  return savable(modelOf(pipeline, { data }));
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return Buffer.from(await readRegularFile(path));
  } catch (error) {
    throw new DataError(path, `expected weights: ${reasonOf(error)}`, { cause: error });
  }
}

/** By what the bytes say, whatever the file is called. */
function weightsOf(
  path: string,
  bytes: Buffer,
): { readonly tensors: readonly ForeignTensor[]; readonly activations?: readonly string[] } {
  if (isZip(bytes)) return { tensors: decodeNpz(path, bytes) };
  if (isSafetensors(bytes)) {
    const { tensors } = decodeSafetensors(bytes, path);
    return { tensors: Object.entries(tensors).map(([name, tensor]) => ({ name, ...tensor })) };
  }
  const found = bytes.length === 0 ? 'an empty file' : recognizeFormat(bytes);
  if (found !== undefined) throw new DataError(path, `found ${found}, expected weights: safetensors, npz or ONNX`);
  return readOnnx(bytes, path);
}

/** The same weights mean another thing behind another activation. */
function requireSame(found: readonly string[], { rows }: Pipeline, path: string): void {
  const ours = activationsOf(operatorsOf(rows.filter(({ section }) => section === 'network')));
  if (String(found) === String(ours)) return;
  const listed = ([...names]: readonly string[]) => names.join(', ') || 'none';
  throw new DataError(path, `its activations are ${listed(found)}; those of the pipeline are ${listed(ours)}`);
}
