import { Float } from '../math/float';
import { BYTES } from '../math/vector';
import { end, first, given, loop } from '../threads/elementwise';

/** out[n] = table[byte], for each of n bytes: pixels become floats. */
export function lookUp(out: usize, bytes: usize, table: usize, n: i32): void {
  loop(lookUpUnit, out, bytes, table, 0, n);
}

function lookUpUnit(unit: i32): void {
  const out = given().out;
  const bytes = given().x;
  const table = given().y;
  const last = end(unit);
  for (let i = first(unit); i < last; i += BYTES) {
    const byte = <usize>load<u8>(bytes + i / BYTES);
    store<Float>(out + i, load<Float>(table + byte * BYTES));
  }
}
