import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { end, first, given, loop, rows } from '../threads/elementwise';

/** out = a * b, in rows of H */
export function multiply(out: usize, a: usize, b: usize, n: i32, H: i32): void {
  loop(multiplyUnit, out, a, b, 0, n, H);
}

function multiplyUnit(unit: i32): void {
  const out = given().out;
  const a = given().x;
  const b = given().y;
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 32) {
      const low = v128.mul<Float>(v128.load(a + i), v128.load(b + i));
      const high = v128.mul<Float>(v128.load(a + i, 16), v128.load(b + i, 16));
      storeTwo(out + i, low, high);
    }
  }
}
