import { Float } from './float';
import { ARGUMENTS, share } from './parallel';
import { DESCEND, MULTIPLY, SCALE } from './units';
import { BYTES } from './vector';

/** Bytes of a unit of a loop over floats. */
const CHUNK: i32 = 16_384;

@unmanaged
class Arguments {
  out: usize;
  x: usize;
  y: usize;
  scalar: Float;
  bytes: i32;
}

// @ts-ignore: decorator
@inline
export function given(): Arguments {
  return changetype<Arguments>(ARGUMENTS);
}

/** Shares a loop over n floats, whose units `kernel` names. The last vector may reach past the end, where there is room. */
export function loop(kernel: i32, out: usize, x: usize, y: usize, scalar: Float, n: i32): void {
  const a = given();
  a.out = out;
  a.x = x;
  a.y = y;
  a.scalar = scalar;
  a.bytes = n * BYTES;
  share(kernel, (a.bytes + CHUNK - 1) / CHUNK, a.bytes > 4 * CHUNK);
}

/** Where a unit's bytes begin, seen from the start of its tensors. */
// @ts-ignore: decorator
@inline
export function first(unit: i32): usize {
  return <usize>(unit * CHUNK);
}

/** Where they end. */
// @ts-ignore: decorator
@inline
export function end(unit: i32): usize {
  return <usize>min((unit + 1) * CHUNK, given().bytes);
}

/** value = value - rate * gradient */
export function descend(value: usize, gradient: usize, rate: Float, n: i32): void {
  loop(DESCEND, value, gradient, 0, rate, n);
}

export function descendUnit(unit: i32): void {
  const value = given().out;
  const gradient = given().x;
  const rate = v128.splat<Float>(given().scalar);
  const last = end(unit);
  for (let i = first(unit); i < last; i += 16) {
    v128.store(value + i, v128.sub<Float>(v128.load(value + i), v128.mul<Float>(rate, v128.load(gradient + i))));
  }
}

/** value = factor * value */
export function scale(value: usize, factor: Float, n: i32): void {
  loop(SCALE, value, value, 0, factor, n);
}

export function scaleUnit(unit: i32): void {
  const value = given().out;
  const factor = v128.splat<Float>(given().scalar);
  const last = end(unit);
  for (let i = first(unit); i < last; i += 16) {
    v128.store(value + i, v128.mul<Float>(factor, v128.load(value + i)));
  }
}

/** out = a * b */
export function multiply(out: usize, a: usize, b: usize, n: i32): void {
  loop(MULTIPLY, out, a, b, 0, n);
}

export function multiplyUnit(unit: i32): void {
  const out = given().out;
  const a = given().x;
  const b = given().y;
  const last = end(unit);
  for (let i = first(unit); i < last; i += 16) {
    v128.store(out + i, v128.mul<Float>(v128.load(a + i), v128.load(b + i)));
  }
}
