import { Float } from '../math/float';
import { BYTES } from '../math/vector';
import { Job, numberAt, sampleBytes } from './job';

/** out = x, and `value` in the rectangle from [top, left] on, [height, width] large. */
export function eraseSample(job: Job, b: i32): void {
  const bytes = sampleBytes(job);
  const out = job.out + <usize>b * bytes;
  memory.copy(out, job.x + <usize>b * bytes, bytes);
  const settings = job.settings + (<usize>b << 5);
  const top = <i32>load<f64>(settings);
  const left = <i32>load<f64>(settings, 8);
  const height = <i32>load<f64>(settings, 16);
  const width = <i32>load<f64>(settings, 24);
  const value = <Float>numberAt(job, 0);
  for (let y = top; y < top + height; y++) {
    const row = out + <usize>((y * job.W + left) * job.C * BYTES);
    for (let i = 0; i < width * job.C * BYTES; i += BYTES) store<Float>(row + i, value);
  }
}
