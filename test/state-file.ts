/** A state as it comes back from a file, which holds bytes and JSON and knows nothing of stages. */
import { expect } from 'vitest';
import type { Json, StateDict, StateValue } from '../src/core/state.js';

/** @throws when a value is neither numbers nor what JSON can say. */
export const throughFile = (state: StateDict): StateDict =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, valueThroughFile(value)]));

function valueThroughFile(value: StateValue): StateValue {
  if (ArrayBuffer.isView(value)) return numbersThroughFile(value);
  if (typeof value === 'object' && value !== null && 'data' in value && ArrayBuffer.isView(value.data)) {
    const { shape, data } = value as { shape: readonly number[]; data: Float32Array };
    return { shape: JSON.parse(JSON.stringify(shape)), data: numbersThroughFile(data) };
  }
  const read: Json = JSON.parse(JSON.stringify(value));
  expect(read).toStrictEqual(value);
  return read;
}

/** The same numbers in memory of their own, which may be that of a whole file. */
function numbersThroughFile<T extends Float32Array | Float64Array | Int32Array | Uint8Array>(numbers: T): T {
  const file = new Uint8Array(8 + numbers.byteLength);
  file.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), 8);
  const Numbers = numbers.constructor as new (buffer: ArrayBuffer, offset: number, length: number) => T;
  return new Numbers(file.buffer, 8, numbers.length);
}

/** A state as one text, every number by its bytes: quicker to compare than long arrays number by number. */
export const textOf = (state: StateDict): string =>
  JSON.stringify(state, (_, value) => {
    if (!ArrayBuffer.isView(value)) return value;
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return `${value.constructor.name} ${bytes.toString('base64')}`;
  });
