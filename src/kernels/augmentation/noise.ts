import { Float } from '../math/float';
import { BYTES } from '../math/vector';
import { drawOf, keyAt } from './draws';
import { Job, numberAt, sampleBytes } from './job';

/** How often a pair may be drawn again. */
const TRIES: i32 = 32;

/** A draw of 32 bits as a number from -1 to 1. */
// @ts-ignore: decorator
@inline
function symmetric(draw: i32): f64 {
  return <f64>draw * (1.0 / 2147483648.0);
}

/** out = x + std normal, two numbers at a time: Marsaglia's polar method, as in src/core/kernels/distortion.ts. */
export function addNoise(job: Job, b: i32): void {
  const bytes = sampleBytes(job);
  const out = job.out + <usize>b * bytes;
  const x = job.x + <usize>b * bytes;
  const key = keyAt(job.settings + (<usize>b << 3));
  const std = numberAt(job, 0);
  const D = job.H * job.W * job.C;
  for (let i = 0; i < D; i += 2) {
    let u: f64 = 0;
    let v: f64 = 0;
    let s: f64 = 0;
    const first = (i >> 1) * TRIES;
    for (let n = first; n < first + TRIES; n++) {
      u = symmetric(drawOf(key, 2 * n));
      v = symmetric(drawOf(key, 2 * n + 1));
      s = u * u + v * v;
      if (s != 0 && s < 1) break;
      u = v = 0;
      s = 1;
    }
    const scale = std * Math.sqrt((-2 * Math.log(s)) / s);
    const at = <usize>(i * BYTES);
    store<Float>(out + at, load<Float>(x + at) + <Float>(u * scale));
    if (i + 1 < D) store<Float>(out + at + BYTES, load<Float>(x + at + BYTES) + <Float>(v * scale));
  }
}
