/** Fine-tuning: a network that begins with what another has learned. */
import { joined } from '../bytes.js';
import { messageOf, PipelineError } from '../errors.js';
import type { Host } from '../host.js';
import { restoreWhole, type StateDict, type Stateful } from '../state.js';
import type { PipelineDefinition } from './definition.js';
import type { Locate } from './sections.js';
import { initialWeights as schema } from './settings.js';

/** @throws DataError when the bytes are no model. */
export type DecodeWeights = (bytes: Uint8Array, path: string) => Promise<StateDict>;

interface Means {
  readonly host?: Host;
  readonly decodeWeights?: DecodeWeights;
}

/**
 * Puts the weights of `initialWeights:` in the place of those that were drawn, layer by layer, by their places.
 *
 * @throws DataError when the file is missing, or is no model; PipelineError that names what does not fit, with both shapes.
 */
export async function takeInitialWeights(
  { learned, locate }: { readonly learned: Stateful; readonly locate: Locate },
  { initialWeights }: Pick<PipelineDefinition, 'initialWeights'>,
  { host, decodeWeights }: Means,
): Promise<void> {
  if (initialWeights === undefined) return;
  const at = locate('initialWeights');
  if (host === undefined || decodeWeights === undefined) throw new PipelineError(`${at}: there is no host to read it`);
  const parsed = schema.parse(initialWeights);
  const { file, except } = typeof parsed === 'string' ? { file: parsed, except: [] } : parsed;
  const given = await decodeWeights(await bytesOf(host, file), file);
  const isExcepted = ([name]: readonly [string, unknown]): boolean =>
    except.some((place) => name.startsWith(`${place}.`));
  const own = Object.entries(learned.state()).filter(isExcepted);
  const taken = Object.entries(given).filter((entry) => !isExcepted(entry));
  try {
    restoreWhole(learned, Object.fromEntries([...own, ...taken]));
  } catch (error) {
    const advice = 'layers that are to be drawn anew stand in except: [network.2]';
    throw new PipelineError(`${at}: ${file} does not fit: ${messageOf(error)}; ${advice}`, { cause: error });
  }
}

async function bytesOf(host: Host, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of host.readFile(path, 'a model')) chunks.push(chunk.slice());
  return joined(chunks);
}
