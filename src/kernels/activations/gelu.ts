import { Float } from '../math/float';
import { bell, distribution, halfSquare } from '../math/gaussian';
import { end, first, given, loop, rows } from '../threads/elementwise';

// One vector a round: of two side by side in so long an expression, V8 makes wrong machine code on Node 24 (13.6, float64).

/** out = x Φ(x) */
export function gelu(out: usize, x: usize, n: i32, H: i32): void {
  loop(geluUnit, out, x, 0, 0, n, H);
}

function geluUnit(unit: i32): void {
  const out = given().out;
  const x = given().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) v128.store(out + i, geluOf(v128.load(x + i)));
  }
}

// @ts-ignore: decorator
@inline
function geluOf(x: v128): v128 {
  const half = halfSquare(x);
  return v128.mul<Float>(x, distribution(x, half, bell(half)));
}

/** dx = dout (Φ(x) + x φ(x)), where φ(x) = exp(-x² / 2) / √(2π) */
export function geluBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32): void {
  loop(geluBackwardUnit, dx, dout, x, 0, n, H);
}

function geluBackwardUnit(unit: i32): void {
  const dx = given().out;
  const dout = given().x;
  const x = given().y;
  for (let r = 0; r < rows(); r++) {
    const last = end(unit, r);
    for (let i = first(unit, r); i < last; i += 16) {
      v128.store(dx + i, v128.mul<Float>(v128.load(dout + i), slopeOf(v128.load(x + i))));
    }
  }
}

// @ts-ignore: decorator
@inline
function slopeOf(x: v128): v128 {
  const half = halfSquare(x);
  const height = bell(half);
  const density = v128.mul<Float>(height, v128.splat<Float>(<Float>(1 / Math.sqrt(2 * Math.PI))));
  return v128.add<Float>(distribution(x, half, height), v128.mul<Float>(x, density));
}
