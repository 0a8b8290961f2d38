import { Float } from '../math/float';
import { BYTES, LANES, storeFirst } from '../math/vector';
import { Job, sampleBytes } from './job';

/** out = share x + (1 - share) x[row] */
export function mixSample(job: Job, b: i32): void {
  const bytes = sampleBytes(job);
  const settings = job.settings + (<usize>b << 4);
  const out = job.out + <usize>b * bytes;
  const x = job.x + <usize>b * bytes;
  const other = job.x + <usize>(<i32>load<f64>(settings)) * bytes;
  const share = load<f64>(settings, 8);
  const own = v128.splat<Float>(<Float>share);
  const rest = v128.splat<Float>(<Float>(1 - share));
  const D = <i32>bytes / BYTES;
  for (let d = 0; d < D; d += LANES) {
    const at = <usize>(d * BYTES);
    const mixed = v128.add<Float>(
      v128.mul<Float>(own, v128.load(x + at)),
      v128.mul<Float>(rest, v128.load(other + at)),
    );
    storeFirst(out + at, mixed, min(LANES, D - d));
  }
}
