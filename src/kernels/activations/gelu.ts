import { Float } from '../math/float';
import { gaussian, halfSquare, normalCdf } from '../math/gaussian';
import { args, end, first, loop, rows } from '../threads/elementwise';

// One vector a round: of a pair in so long an expression V8 makes wrong machine code on Node 24 (V8 13.6, float64).

/** out = x Φ(x) */
export function gelu(out: usize, x: usize, n: i32, H: i32): void {
  loop(geluChunk, out, x, 0, 0, n, H);
}

function geluChunk(chunk: i32): void {
  const out = args().out;
  const x = args().x;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 16) v128.store(out + i, geluOf(v128.load(x + i)));
  }
}

// @ts-ignore: decorator
@inline
function geluOf(x: v128): v128 {
  const half = halfSquare(x);
  return v128.mul<Float>(x, normalCdf(x, half, gaussian(half)));
}

/** dx = dout (Φ(x) + x φ(x)), where φ(x) = exp(-x² / 2) / √(2π) */
export function geluBackward(dx: usize, dout: usize, x: usize, n: i32, H: i32): void {
  loop(geluBackwardChunk, dx, dout, x, 0, n, H);
}

function geluBackwardChunk(chunk: i32): void {
  const dx = args().out;
  const dout = args().x;
  const x = args().y;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 16) {
      v128.store(dx + i, v128.mul<Float>(v128.load(dout + i), derivativeOf(v128.load(x + i))));
    }
  }
}

// @ts-ignore: decorator
@inline
function derivativeOf(x: v128): v128 {
  const half = halfSquare(x);
  const height = gaussian(half);
  const density = v128.mul<Float>(height, v128.splat<Float>(<Float>(1 / Math.sqrt(2 * Math.PI))));
  return v128.add<Float>(normalCdf(x, half, height), v128.mul<Float>(x, density));
}
