/**
 * Loops over n floats, a vector at a time. The last vector may reach past the end, into the padding that every buffer has.
 */

/** out = max(0, x) */
// @ts-ignore: decorator
@inline
export function relu<T>(out: usize, x: usize, n: i32): void {
  const zero = v128.splat<T>(0);
  const end = <usize>n * sizeof<T>();
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(out + i, v128.pmax<T>(v128.load(x + i), zero)); // pmax is one instruction where max is seven, and keeps NaN
  }
}

/** dx = dout where x > 0, else 0 */
// @ts-ignore: decorator
@inline
export function reluBackward<T>(dx: usize, dout: usize, x: usize, n: i32): void {
  const zero = v128.splat<T>(0);
  const end = <usize>n * sizeof<T>();
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(dx + i, v128.and(v128.load(dout + i), v128.gt<T>(v128.load(x + i), zero)));
  }
}

/** value = value - rate * gradient */
// @ts-ignore: decorator
@inline
export function descend<T>(value: usize, gradient: usize, rate: T, n: i32): void {
  const r = v128.splat<T>(rate);
  const end = <usize>n * sizeof<T>();
  for (let i: usize = 0; i < end; i += 16) {
    v128.store(value + i, v128.sub<T>(v128.load(value + i), v128.mul<T>(r, v128.load(gradient + i))));
  }
}

/** out[H, D] = w[D, H] with rows and columns exchanged. */
// @ts-ignore: decorator
@inline
export function transpose<T>(out: usize, w: usize, D: i32, H: i32): void {
  for (let d: i32 = 0; d < D; d++) {
    for (let h: i32 = 0; h < H; h++) {
      store<T>(
        out + (<usize>h * <usize>D + <usize>d) * sizeof<T>(),
        load<T>(w + (<usize>d * <usize>H + <usize>h) * sizeof<T>()),
      );
    }
  }
}
