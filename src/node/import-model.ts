/** A model of weights that another program learned, in a network that a pipeline file describes. */
import { firstValueFrom, of } from 'rxjs';
import { DataError } from '../core/errors.js';
import { isSafetensors, recognizeFormat } from '../core/files/file-signature.js';
import { decodeNpz, isZip } from '../core/files/npz.js';
import { carriedTensors } from '../core/formats/carried-tensors.js';
import { type ForeignTensor, fitTensors } from '../core/formats/foreign-layers.js';
import { operatorsOf } from '../core/formats/graph.js';
import { type OnnxChain, type OutputScaling, readOnnx, stepsOf } from '../core/formats/read-onnx.js';
import type { Scaling } from '../core/kinds.js';
import { describePipeline, type ModelDescription } from '../core/model/description.js';
import { modelOf, networkStages } from '../core/model/model.js';
import { decodeSafetensors } from '../core/model/safetensors.js';
import { isOutermost } from '../core/pipeline/assembly.js';
import { countOf, type Pipeline } from '../core/pipeline/pipeline.js';
import { isTensor, type StateDict } from '../core/state.js';
import { formatShape } from '../core/tensor.js';
import { type DataOptions, openLoaded } from './environment.js';
import type { NodeHostOptions } from './host.js';
import type { LoadedPipeline } from './load-pipeline.js';
import { type SavableModel, savable } from './model-file.js';
import { readRegularFile } from './regular-file.js';
import { reasonOf } from './system-error.js';
import { inflate } from './unpacked-bytes.js';

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
  const pipeline = await openLoaded(loaded, options);
  const { tensors, chain } = weightsOf(path, bytes, pipeline);
  const { rows, network, learned } = pipeline;
  const state = learned.state();
  const fitted = fitTensors(tensors, carriedTensors(networkStages(rows), network.input.shape, state), path);
  const data = await firstValueFrom(of('train' as const).pipe(pipeline.data));
  if (chain !== undefined) requireSameNetwork(chain, pipeline, describePipeline(pipeline, { data }), path);
  learned.restore(withNumbers(state, fitted));
  return savable(modelOf(pipeline, { data }));
}

/** A state with other numbers in some of its tensors. */
const withNumbers = (state: StateDict, numbers: ReadonlyMap<string, ArrayLike<number>>): StateDict =>
  Object.fromEntries(
    Object.entries(state).map(([name, value]) => {
      const given = numbers.get(name);
      if (given !== undefined && isTensor(value)) value.data.set(given);
      return [name, value];
    }),
  );

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
  { parameters }: Pipeline,
): { readonly tensors: readonly ForeignTensor[]; readonly chain?: OnnxChain } {
  if (isZip(bytes)) return { tensors: decodeNpz(path, bytes, inflate, SPARE + BYTES * countOf(parameters)) };
  if (isSafetensors(bytes)) {
    const { tensors } = decodeSafetensors(bytes, path);
    return { tensors: Object.entries(tensors).map(([name, tensor]) => ({ name, ...tensor })) };
  }
  const found = bytes.length === 0 ? 'an empty file' : recognizeFormat(bytes);
  if (found !== undefined) throw new DataError(path, `found ${found}, expected weights: safetensors, npz or ONNX`);
  const chain = readOnnx(bytes, path);
  return { tensors: chain.tensors, chain };
}

/** What a number takes at most, and what an archive may unpack to beside the weights: it is refused for its shapes then. */
const BYTES = 8;
const SPARE = 2 ** 25;

/** The same weights mean another thing between other operators. */
function requireSameNetwork(
  { steps, outputScaling }: OnnxChain,
  { rows, network }: Pipeline,
  { outputs, targetScaling }: ModelDescription,
  path: string,
): void {
  const layers = rows.filter((row) => row.section === 'network' && isOutermost(row));
  const ours = stepsOf(operatorsOf(layers, network.input.shape));
  const [found, expected] = [steps, ours].map((some) => withoutEnd(some, outputs));
  if (String(found) !== String(expected)) {
    const listed = ([...names]: readonly string[]) => names.join(', ') || 'none';
    throw new DataError(path, `its operators are ${listed(steps)}; those of the pipeline are ${listed(ours)}`);
  }
  if (outputScaling === undefined || isScaledBy(outputScaling, targetScaling)) return;
  const said = ({ std, mean }: { readonly std: unknown; readonly mean: unknown }) =>
    `x ${listOf(std)} + ${listOf(mean)}`;
  const own = targetScaling === undefined ? 'as the network says them' : said(targetScaling);
  throw new DataError(
    path,
    `its outputs are ${said(outputScaling)}, those of the pipeline are ${own}: targets that were scaled in another way`,
  );
}

/** What makes probabilities of logits is the loss's matter; it may be in the file or not. */
function withoutEnd(steps: readonly string[], outputs: ModelDescription['outputs']): readonly string[] {
  return ENDS[outputs].includes(steps.at(-1) ?? '') ? steps.slice(0, -1) : steps;
}

const SOFTMAXES = ['Softmax', 'LogSoftmax'];
const ENDS: Readonly<Record<ModelDescription['outputs'], readonly string[]>> = {
  logits: SOFTMAXES,
  probabilities: SOFTMAXES,
  binaryLogits: ['Sigmoid'],
  numbers: [],
};

/** Whether these are the pipeline's own targets, up to the float32 of the file. */
function isScaledBy(found: OutputScaling, own: Scaling | undefined): boolean {
  if (own === undefined) return false;
  return (['std', 'mean'] as const).every((part) => {
    const [theirs, ours] = [Array.from(found[part]), [own[part]].flat()];
    const scale = Math.max(...ours.map(Math.abs), ...[own.std].flat());
    return theirs.every((value, i) => Math.abs(value - ours[i % ours.length]) <= 1e-5 * scale);
  });
}

/** `3.5`, or `[3.5, 1]`. */
function listOf(numbers: unknown): string {
  const all = typeof numbers === 'number' ? [numbers] : Array.from(numbers as ArrayLike<number>);
  const short = all.map((value) => Number(value.toPrecision(6)));
  return short.length === 1 ? `${short[0]}` : formatShape(short);
}
