/** Fine-tuning: a network that begins with what another has learned. */
import { joined } from '../bytes.js';
import { DataError, didYouMean, messageOf, PipelineError } from '../errors.js';
import type { Host } from '../host.js';
import { shortened } from '../printable.js';
import { isTensor, requireSameKind, restoreWhole, type StateDict, type Stateful, type StateValue } from '../state.js';
import { type PlacedStage, placeOf, type StageRow } from './assembly.js';
import type { PipelineDefinition } from './definition.js';
import type { Locate } from './sections.js';
import { initialWeights as schema } from './settings.js';

/** @throws DataError when the bytes are no model. */
export type DecodeWeights = (bytes: Uint8Array, path: string) => Promise<SavedWeights>;

/** What a network had learned. */
export interface SavedWeights {
  readonly state: StateDict;
  /** The names of its stages by their places. */
  readonly network: ReadonlyMap<string, string>;
}

/** The network whose weights another begins with. */
export interface BegunWith extends Pick<SavedWeights, 'network'> {
  /** Places of the layers that do not take their weights from it, `network.2`. */
  readonly except: readonly string[];
}

interface Means {
  readonly host?: Host;
  readonly decodeWeights?: DecodeWeights;
}

/** A file, and the layers that do not take their weights from it. */
function parsed(given: NonNullable<PipelineDefinition['initialWeights']>): {
  readonly file: string;
  readonly except: readonly string[];
} {
  const weights = schema.parse(given);
  return typeof weights === 'string' ? { file: weights, except: [] } : weights;
}

/** @throws PipelineError when a layer is excepted that is not there, or has no weights. */
export function requireExcepted(
  { initialWeights }: Pick<PipelineDefinition, 'initialWeights'>,
  rows: readonly StageRow[],
  locate: Locate,
): void {
  if (initialWeights === undefined) return;
  const layers = rows.filter(({ section, parameters }) => section === 'network' && parameters.length > 0);
  const holding = rows.filter((row) => layers.some((layer) => placeOf(layer).startsWith(`${placeOf(row)}.`)));
  const places = [...layers, ...holding].map(placeOf);
  const unknown = parsed(initialWeights).except.find((place) => !places.includes(place));
  if (unknown === undefined) return;
  const meant = PLACE.test(unknown) ? '' : didYouMean(unknown, places); // of two numbers, none is nearer
  const known = layers.map((row) => `${placeOf(row)} (${row.name})`).join(', ') || 'none';
  throw new PipelineError(
    `${locate('initialWeights')}: except: "${shortened(unknown)}" is no layer with weights${meant}; ` +
      `those of the network are ${known}`,
  );
}

const PLACE = /^network(\.\d+)+$/;

/**
 * Puts the weights of `initialWeights:` in the place of those that were drawn, layer by layer, by their places.
 *
 * @returns the network that they are of; undefined where there are none.
 * @throws DataError when the file is missing, or is no model; PipelineError that names what does not fit, with both shapes.
 */
export async function takeInitialWeights(
  { learned, locate }: { readonly learned: Stateful; readonly locate: Locate },
  { initialWeights }: Pick<PipelineDefinition, 'initialWeights'>,
  { host, decodeWeights }: Means,
): Promise<BegunWith | undefined> {
  if (initialWeights === undefined) return undefined;
  const at = locate('initialWeights');
  if (host === undefined || decodeWeights === undefined) throw new PipelineError(`${at}: there is no host to read it`);
  const { file, except } = parsed(initialWeights);
  const { state: given, network } = await decodedFrom(file, at, host, decodeWeights);
  const isExcepted = ([name]: readonly [string, unknown]): boolean =>
    except.some((place) => name.startsWith(`${place}.`));
  const before = learned.state();
  const own = Object.entries(before).filter(isExcepted);
  const taken = Object.entries(given)
    .filter((entry) => !isExcepted(entry))
    .map(([name, value]) => [name, inTypeOf(before[name], value)] as const);
  try {
    restoreWhole(learned, Object.fromEntries([...own, ...taken]));
  } catch (error) {
    throw misfit(at, file, messageOf(error), error);
  }
  return { network, except };
}

/**
 * Looks whether the weights of `initialWeights:` are there, and fit, of a pipeline of which nothing is allocated.
 *
 * @throws as `takeInitialWeights`.
 */
export async function requireInitialWeights(
  { rows, locate }: { readonly rows: readonly (StageRow | PlacedStage)[]; readonly locate: Locate },
  { initialWeights }: Pick<PipelineDefinition, 'initialWeights'>,
  { host, decodeWeights }: Means,
): Promise<BegunWith | undefined> {
  if (initialWeights === undefined || host === undefined || decodeWeights === undefined) return undefined;
  const at = locate('initialWeights');
  const { file, except } = parsed(initialWeights);
  const { state: given, network } = await decodedFrom(file, at, host, decodeWeights);
  const learning = rows.flatMap((row) => (row.section === 'network' && 'parameters' in row ? [row] : []));
  const isExcepted = (name: string): boolean => except.some((place) => name.startsWith(`${place}.`));
  const own = learning.flatMap((row) => row.parameters.map(({ name, value }) => [name, value] as const));
  const before = Object.fromEntries(own.filter(([name]) => !isExcepted(name)));
  const taken = Object.entries(given)
    .filter(([name]) => !isExcepted(name))
    .map(([name, value]) => [name, inTypeOf(before[name], value)] as const);
  try {
    requireSameKind(before, Object.fromEntries(taken));
  } catch (error) {
    throw misfit(at, file, messageOf(error), error);
  }
  return { network, except };
}

const misfit = (at: string, file: string, problem: string, cause?: unknown): PipelineError => {
  const advice = 'layers that are to be drawn anew stand in except: [network.2]';
  return new PipelineError(`${at}: ${file} does not fit: ${problem}; ${advice}`, { cause });
};

/** @throws DataError with the place of the setting when the file is missing, or is no model. */
async function decodedFrom(file: string, at: string, host: Host, decode: DecodeWeights): Promise<SavedWeights> {
  try {
    return await decode(await bytesOf(host, file), file);
  } catch (error) {
    if (error instanceof DataError) throw new DataError(at, error.message, { placed: true, cause: error });
    throw error;
  }
}

/** The numbers of a tensor in the type that the pipeline computes with. */
function inTypeOf(own: StateValue | undefined, value: StateValue): StateValue {
  if (own === undefined || !isTensor(own) || !isTensor(value)) return value;
  return {
    shape: value.shape,
    data: own.data instanceof Float64Array ? Float64Array.from(value.data) : Float32Array.from(value.data),
  };
}

async function bytesOf(host: Host, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const content = host.readModel?.(path) ?? host.readFile(path, 'a model');
  for await (const chunk of content) chunks.push(chunk.slice());
  return joined(chunks);
}
