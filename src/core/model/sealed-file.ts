/** Files of ours: safetensors that say what they are, in which version, and the SHA-256 of all the rest. */
import { DataError } from '../errors.js';
import { isTensor, type Json, type StateDict } from '../state.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  type Numbers,
  type Safetensors,
  type StoredTensor,
} from './safetensors.js';
import { sha256 } from './sha256.js';

/** What a file holds: a description, and a state dict. */
export interface Contents {
  /** `model` or `checkpoint` */
  readonly kind: string;
  /** What JSON can say. */
  readonly description: unknown;
  readonly state: StateDict;
  /** Other texts, for people and other programs. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** Files of another version are refused: what they mean is not known. */
const VERSION = '1';

/** What holds what JSON can say, and which tensors are plain arrays: a safetensors file has neither. */
interface Rest {
  readonly values: Readonly<Record<string, Json>>;
  readonly arrays: readonly string[];
}

export async function seal({ kind, description, state, notes }: Contents): Promise<Uint8Array<ArrayBuffer>> {
  const tensors: Record<string, StoredTensor> = {};
  const values: Record<string, Json> = {};
  const arrays: string[] = [];
  for (const [name, value] of Object.entries(state)) {
    if (isTensor(value)) {
      tensors[name] = { shape: value.shape, data: value.data };
    } else if (ArrayBuffer.isView(value)) {
      arrays.push(name);
      tensors[name] = { shape: [value.length], data: value as Numbers };
    } else {
      values[name] = value;
    }
  }
  const rest: Rest = { values, arrays };
  const metadata = {
    marblenet: kind,
    version: VERSION,
    ...notes,
    description: JSON.stringify(description),
    state: JSON.stringify(rest),
  };
  return encodeSafetensors({ tensors, metadata: { ...metadata, sha256: await sumOf({ tensors, metadata }) } });
}

const sumOf = (file: Safetensors): Promise<string> => sha256(encodeSafetensors(file));

/**
 * @param path the file's name, for the messages.
 * @throws DataError when this is not such a file, or was changed after it was written.
 */
export async function unseal(bytes: Uint8Array, kind: string, path: string): Promise<Contents> {
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const { marblenet, version, sha256: sum, description, state, ...notes } = metadata;
  if (marblenet === undefined) throw new DataError(path, `this is a safetensors file, but no ${kind} of marblenet`);
  if (marblenet !== kind) throw new DataError(path, `this is a ${marblenet}, expected a ${kind}`);
  if (version !== VERSION) {
    throw new DataError(path, `this is a ${kind} in version ${version}; this marblenet reads version ${VERSION}`);
  }
  const { sha256: _, ...unsummed } = metadata;
  if (sum !== (await sumOf({ tensors, metadata: unsummed }))) {
    throw new DataError(path, 'the file was changed or damaged after it was written: its SHA-256 is another');
  }
  const { values, arrays } = JSON.parse(state) as Rest;
  const entries = Object.entries(tensors).map(
    ([name, stored]) => [name, arrays.includes(name) ? stored.data : stored] as const,
  );
  return {
    kind,
    description: JSON.parse(description),
    state: { ...Object.fromEntries(entries), ...values } as StateDict,
    notes,
  };
}
