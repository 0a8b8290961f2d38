import { Float } from '../math/float';
import { storeTwo } from '../math/vector';
import { args, end, first, loop, rows } from '../threads/elementwise';

/** out = a + b, in rows of H */
export function add(out: usize, a: usize, b: usize, n: i32, H: i32): void {
  loop(addChunk, out, a, b, 0, n, H);
}

function addChunk(chunk: i32): void {
  const out = args().out;
  const a = args().x;
  const b = args().y;
  for (let r = 0; r < rows(); r++) {
    const last = end(chunk, r);
    for (let i = first(chunk, r); i < last; i += 32) {
      const low = v128.add<Float>(v128.load(a + i), v128.load(b + i));
      const high = v128.add<Float>(v128.load(a + i, 16), v128.load(b + i, 16));
      storeTwo(out + i, low, high);
    }
  }
}
