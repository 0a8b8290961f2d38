import { Float } from '../math/float';
import { BYTES, LANES, storeFirst } from '../math/vector';
import { ARGUMENTS, argumentsAt } from '../threads/layout';
import { parallelFor } from '../threads/parallel';

const TILE: i32 = 4 * LANES;

@unmanaged
class Arguments {
  out: usize;
  x: usize;
  B: i32;
  H: i32;
}

/** out[H] = the sums of the columns of x[B, H], rows ascending. */
export function columnSums(out: usize, x: usize, B: i32, H: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  a.out = out;
  a.x = x;
  a.B = B;
  a.H = H;
  parallelFor(columnSumsChunk, (H + TILE - 1) / TILE, B * H > 20_000);
}

function columnSumsChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const offset = <usize>(chunk * TILE * BYTES);
  const stride = <usize>(a.H * BYTES);
  const zero = v128.splat<Float>(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero;
  let p = a.x + offset;
  const end = p + <usize>a.B * stride;
  for (; p < end; p += stride) {
    a0 = v128.add<Float>(a0, v128.load(p));
    a1 = v128.add<Float>(a1, v128.load(p, 16));
    a2 = v128.add<Float>(a2, v128.load(p, 32));
    a3 = v128.add<Float>(a3, v128.load(p, 48));
  }
  const out = a.out + offset;
  const width = a.H - chunk * TILE;
  storeFirst(out, a0, width);
  if (width > LANES) storeFirst(out + 16, a1, width - LANES);
  if (width > 2 * LANES) storeFirst(out + 32, a2, width - 2 * LANES);
  if (width > 3 * LANES) storeFirst(out + 48, a3, width - 3 * LANES);
}
