/** Files of ours: safetensors that say what they are, in which version, and the SHA-256 of all the rest. */
import * as z from 'zod';
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

/** What JSON can say of a state, and which tensors are plain arrays: a safetensors file has neither. */
const restSchema = z.strictObject({
  values: z.record(z.string(), z.unknown()), // read from JSON, so it is
  arrays: z.array(z.string()),
});

type Rest = z.output<typeof restSchema>;

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
  const { marblenet, version, sha256: sum, description: _description, state: _state, ...notes } = metadata;
  if (marblenet === undefined) throw new DataError(path, `this is a safetensors file, but no ${kind} of marblenet`);
  if (marblenet !== kind) throw new DataError(path, `this is a ${marblenet}, expected a ${kind}`);
  if (version !== VERSION) {
    throw new DataError(path, `this is a ${kind} in version ${version}; this marblenet reads version ${VERSION}`);
  }
  const { sha256: _, ...unsummed } = metadata;
  if (sum !== (await sumOf({ tensors, metadata: unsummed }))) {
    throw new DataError(path, 'the file was changed or damaged after it was written: its SHA-256 is another');
  }
  const rest = restSchema.safeParse(jsonIn(metadata, 'state', path));
  if (!rest.success) throw new DataError(path, 'its state is wrong: expected values, and the names of arrays');
  const { values } = rest.data;
  const arrays = new Set(rest.data.arrays);
  const entries = Object.entries(tensors).map(
    ([name, stored]) => [name, arrays.has(name) ? stored.data : stored] as const,
  );
  return {
    kind,
    description: jsonIn(metadata, 'description', path),
    state: Object.fromEntries([...entries, ...Object.entries(values)]) as StateDict,
    notes,
  };
}

/** @throws DataError when there is none. */
function jsonIn(metadata: Safetensors['metadata'], name: 'description' | 'state', path: string): unknown {
  try {
    return JSON.parse(metadata[name]);
  } catch (error) {
    throw new DataError(path, `its ${name} is no JSON`, { cause: error });
  }
}
