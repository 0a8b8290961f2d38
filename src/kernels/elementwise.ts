import { Float } from './float';
import { BYTES } from './vector';

// Loops over n floats, a vector at a time. The last vector may reach past the end, into the room behind every buffer.

/** out = max(0, x) */
export function relu(out: usize, x: usize, n: i32): void {
  const zero = v128.splat<Float>(0);
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 16) {
    // pmax is one instruction where max is seven, and it keeps NaN
    v128.store(out + i, v128.pmax<Float>(v128.load(x + i), zero));
  }
}

/** dx = dout where x > 0, else 0 */
export function reluBackward(dx: usize, dout: usize, x: usize, n: i32): void {
  const zero = v128.splat<Float>(0);
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(dx + i, v128.and(v128.load(dout + i), v128.gt<Float>(v128.load(x + i), zero)));
  }
}

/** value = value - rate * gradient */
export function descend(value: usize, gradient: usize, rate: Float, n: i32): void {
  const r = v128.splat<Float>(rate);
  const end = <usize>n * BYTES;
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(value + i, v128.sub<Float>(v128.load(value + i), v128.mul<Float>(r, v128.load(gradient + i))));
  }
}

/** out[H, D] = w[D, H] with rows and columns exchanged. */
export function transpose(out: usize, w: usize, D: i32, H: i32): void {
  for (let d: i32 = 0; d < D; d++) {
    for (let h: i32 = 0; h < H; h++) {
      store<Float>(
        out + (<usize>h * <usize>D + <usize>d) * BYTES,
        load<Float>(w + (<usize>d * <usize>H + <usize>h) * BYTES),
      );
    }
  }
}
