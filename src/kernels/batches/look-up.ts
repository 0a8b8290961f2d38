import { Float } from '../math/float';
import { BYTES } from '../math/vector';
import { args, end, first, loop } from '../threads/elementwise';

/** out[i] = table[bytes[i]] for each of n bytes: pixels become floats. */
export function lookUp(out: usize, bytes: usize, table: usize, n: i32): void {
  loop(lookUpChunk, out, bytes, table, 0, n);
}

function lookUpChunk(chunk: i32): void {
  const out = args().out;
  const bytes = args().x;
  const table = args().y;
  const last = end(chunk);
  for (let i = first(chunk); i < last; i += BYTES) {
    const byte = <usize>load<u8>(bytes + i / BYTES);
    store<Float>(out + i, load<Float>(table + byte * BYTES));
  }
}
