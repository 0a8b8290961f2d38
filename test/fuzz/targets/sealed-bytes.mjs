// Files of marblenet's own that were changed: their bytes; or what they say and hold, under a SHA-256 that is right again, so
// that what comes after that check is reached, too.
import * as fc from 'fast-check';
import { decodeSafetensors, encodeSafetensors } from '../../../dist/core/model/safetensors.js';
import { sha256 } from '../../../dist/core/model/sha256.js';
import { damage, damaged } from './mutated-bytes.mjs';

const names = fc.constantFrom(
  ...['network.0.W', 'network.0.b', 'network.2.W', 'network.9.W', 'random', 'best.network.0.W', '0', ''],
  ...['__proto__', 'constructor', '__metadata__', 'shape', 'data', 'x'.repeat(3000)],
);

/** What JSON can say, and an honest file does not. */
const value = fc.oneof(
  fc.constantFrom(
    0,
    1,
    2,
    3,
    10,
    0.5,
    -1,
    -0,
    1e-320,
    1e308,
    2 ** 31,
    2 ** 31 - 1,
    2 ** 40,
    2 ** 53,
    null,
    true,
    false,
  ),
  fc.constantFrom(
    '',
    'relu',
    'sigmoid',
    'dense',
    'dropout',
    'sgd',
    'logits',
    'float64',
    'numpy',
    '__proto__',
    '\u0000',
    '1',
  ),
  fc.constantFrom([], {}, [28, 28], [0], [2 ** 31], [2 ** 31, 2 ** 31], [1e5, 1e5], [[]], [null], { normal: 1 }),
  fc.constant({ units: 2 ** 30 }),
  names,
);

/** A text of the metadata becomes another, such as one that is no JSON, or JSON that is deep. */
const text = fc.record({
  kind: fc.constant('text'),
  key: fc.constantFrom('marblenet', 'version', 'description', 'state', 'events', '__proto__'),
  to: fc.oneof(
    fc.constantFrom(
      undefined,
      '',
      '{',
      'null',
      '[]',
      '{}',
      '1',
      '2',
      'model',
      'checkpoint',
      '{"values":{}}',
      '{"arrays":[]}',
    ),
    fc.constantFrom('{"values":null,"arrays":null}', '{"values":{"network.0.W":1},"arrays":[]}', '-1', '1e99', 'NaN'),
    fc.constantFrom('{"values":{},"arrays":["network.0.W"]}', '{"values":{"__proto__":{"x":1}},"arrays":[]}'),
    fc.constantFrom(10, 5000, 200_000).map((depth) => ({ depth })),
  ),
});

/** One value in the JSON of a text of the metadata: another, gone, or under another name. */
const inside = fc.record({
  kind: fc.constant('inside'),
  key: fc.constantFrom('description', 'description', 'state'),
  at: fc.nat(400),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'rename'),
  to: value,
  name: names,
});

const tensor = fc.record({
  kind: fc.constant('tensor'),
  at: fc.nat(20),
  how: fc.oneof(
    fc.constant({ remove: true }),
    fc.record({ rename: names }),
    fc.record({ shape: fc.array(fc.constantFrom(0, 1, 2, 3, 10, 784), { maxLength: 4 }) }),
    fc.record({ type: fc.constantFrom('Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array') }),
    fc.record({ fill: fc.constantFrom(0, 1, -1, 1e30, 3e38, Number.NaN, Number.POSITIVE_INFINITY) }),
  ),
});

/** A field of the header, which says how the bytes are to be read. */
const header = fc.record({
  kind: fc.constant('header'),
  at: fc.nat(20),
  field: fc.constantFrom('dtype', 'shape', 'data_offsets', 'surplus'),
  to: fc.oneof(
    fc.constantFrom('F16', 'BF16', 'I64', 'F64', 'U8', 'F8', 'toString', 1, null),
    fc.constantFrom(
      [],
      [0],
      [1, 1],
      [0, 8],
      [8, 0],
      [0, 2 ** 53],
      [2 ** 31, 2 ** 31],
      [-1, 1],
      [0.5, 1],
      Array(40).fill(1),
    ),
    value,
  ),
});

const edit = fc.oneof(text, { arbitrary: inside, weight: 6 }, { arbitrary: tensor, weight: 2 }, header);

/** What is done to a file. */
export const changes = fc.record({
  edits: fc.oneof({ arbitrary: fc.array(edit, { minLength: 1, maxLength: 3 }), weight: 3 }, fc.constant([])),
  damages: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, fc.array(damage, { maxLength: 3 })),
});

/** The bytes of such a file. */
export async function changedFile(bytes, { edits, damages }) {
  if (edits.length === 0) return damaged(bytes, damages);
  const file = decodeSafetensors(bytes, 'the base');
  const tensors = { ...file.tensors };
  const { sha256: _, ...metadata } = file.metadata;
  for (const edit of edits) change[edit.kind]?.(edit, { tensors, metadata });
  const sum = await sha256(encodeSafetensors({ tensors, metadata }));
  let sealed = encodeSafetensors({ tensors, metadata: { ...metadata, sha256: sum } });
  for (const edit of edits.filter(({ kind }) => kind === 'header')) sealed = withHeader(sealed, edit);
  return damaged(sealed, damages);
}

const change = {
  text({ key, to }, { metadata }) {
    if (to === undefined) delete metadata[key];
    else metadata[key] = typeof to === 'string' ? to : '['.repeat(to.depth) + ']'.repeat(to.depth);
  },
  inside({ key, at, how, to, name }, { metadata }) {
    if (metadata[key]?.startsWith('[[[')) return; // deep already: it could not be written again
    const content = parsed(metadata[key]);
    const places = placesIn(content);
    if (places.length === 0) return;
    const [holder, own] = places[at % places.length];
    if (how === 'replace') holder[own] = to;
    else if (Array.isArray(holder)) holder.splice(own, 1, ...(how === 'rename' ? [holder[own], holder[own]] : []));
    else {
      if (how === 'rename') Object.defineProperty(holder, name, { value: holder[own], enumerable: true });
      delete holder[own];
    }
    metadata[key] = JSON.stringify(content);
  },
  tensor({ at, how: { remove, rename, shape, type, fill } }, { tensors }) {
    const all = Object.keys(tensors);
    if (all.length === 0) return;
    const name = all[at % all.length];
    const { shape: before, data } = tensors[name];
    if (remove || rename !== undefined) delete tensors[name];
    if (rename !== undefined) tensors[rename] = { shape: before, data };
    if (shape !== undefined) {
      const size = shape.reduce((product, length) => product * length, 1);
      if (size <= 2 ** 20)
        tensors[name] = { shape, data: data.constructor.from({ length: size }, (_, i) => data[i] ?? 0) };
    }
    if (type !== undefined) tensors[name] = { shape: before, data: globalThis[type].from(data) };
    if (fill !== undefined) tensors[name] = { shape: before, data: data.slice().fill(fill) };
  },
};

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it was made something else before
  }
}

/** Each value of a JSON content, by what holds it and its name there; what lies very deep is left out. */
function placesIn(content, depth = 0) {
  if (typeof content !== 'object' || content === null || depth > 50) return [];
  return Object.keys(content).flatMap((key) => [[content, key], ...placesIn(content[key], depth + 1)]);
}

function withHeader(bytes, { at, field, to }) {
  const view = new DataView(bytes.buffer, bytes.byteOffset); // a second header is in a buffer that shares its memory
  const length = Number(view.getBigUint64(0, true));
  const content = JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString());
  const entries = Object.values(content);
  entries[at % entries.length][field] = to;
  const json = Buffer.from(JSON.stringify(content));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([size, json, bytes.subarray(8 + length)]);
}
