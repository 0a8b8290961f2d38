import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { end, first, given, loop } from '../threads/elementwise';

/** value = value - rate * gradient */
export function descend(value: usize, gradient: usize, rate: Float, n: i32): void {
  loop(descendUnit, value, gradient, 0, rate, n);
}

function descendUnit(unit: i32): void {
  const value = given().out;
  const gradient = given().x;
  const rate = v128.splat<Float>(given().scalar);
  const last = end(unit);
  for (let i = first(unit); i < last; i += 32) {
    const a = v128.sub<Float>(v128.load(value + i), v128.mul<Float>(rate, v128.load(gradient + i)));
    const b = v128.sub<Float>(v128.load(value + i, 16), v128.mul<Float>(rate, v128.load(gradient + i, 16)));
    storeTwo(value + i, a, b);
  }
}
