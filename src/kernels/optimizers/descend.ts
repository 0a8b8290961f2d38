import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { args, end, first, loop } from '../threads/elementwise';

/** value = value - rate * gradient */
export function descend(value: usize, gradient: usize, rate: Float, n: i32): void {
  loop(descendChunk, value, gradient, 0, rate, n);
}

function descendChunk(chunk: i32): void {
  const value = args().out;
  const gradient = args().x;
  const rate = v128.splat<Float>(args().scalar);
  const last = end(chunk);
  for (let i = first(chunk); i < last; i += 32) {
    const a = v128.sub<Float>(v128.load(value + i), v128.mul<Float>(rate, v128.load(gradient + i)));
    const b = v128.sub<Float>(v128.load(value + i, 16), v128.mul<Float>(rate, v128.load(gradient + i, 16)));
    storeTwo(value + i, a, b);
  }
}
