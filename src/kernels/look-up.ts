import { end, first, given, loop } from './elementwise';
import { Float } from './float';
import { LOOK_UP } from './units';
import { BYTES } from './vector';

/** out[n] = table[byte], for each of n bytes: pixels become floats. */
export function lookUp(out: usize, bytes: usize, table: usize, n: i32): void {
  loop(LOOK_UP, out, bytes, table, 0, n);
}

export function lookUpUnit(unit: i32): void {
  const out = given().out;
  const bytes = given().x;
  const table = given().y;
  const last = end(unit);
  for (let i = first(unit); i < last; i += BYTES) {
    const byte = <usize>load<u8>(bytes + i / BYTES);
    store<Float>(out + i, load<Float>(table + byte * BYTES));
  }
}
