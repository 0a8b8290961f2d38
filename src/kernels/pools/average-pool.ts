/** The mean of each window, channel by channel; a chunk is an image. */
import { Float } from '../math/float';
import { BYTES, LANES, multiplyAdd, splatAt, storeFirst } from '../math/vector';
import { ARGUMENTS, argumentsAt } from '../threads/layout';
import { Arguments, forEachImage, listOf } from './windows';

/** out[B, OH, OW, C] = the mean of each window of x[B, H, W, C]. */
export function averagePool(windows: usize, out: usize, x: usize, B: i32): void {
  forEachImage(averagePoolChunk, windows, out, x, B);
}

function averagePoolChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const windows = a.windows;
  const C = windows.C;
  const x = a.x + <usize>chunk * windows.imageBytes;
  let out = a.out + <usize>chunk * windows.outBytes;
  for (let window = 0; window < windows.count; window++, out += <usize>(C * BYTES)) {
    const list = listOf(windows, window);
    const end = listOf(windows, window + 1);
    const share = splatAt(windows.shares + <usize>(window * BYTES));
    for (let c = 0; c < C; c += LANES) {
      const offset = <usize>(c * BYTES);
      let sum = v128.splat<Float>(0);
      for (let p = list; p < end; p += 4) sum = v128.add<Float>(sum, v128.load(x + load<u32>(p) + offset));
      storeFirst(out + offset, v128.mul<Float>(sum, share), min(LANES, C - c));
    }
  }
}

/** dx[B, H, W, C] = the share that each pixel has in the means of its windows, times dout. */
export function averagePoolBackward(windows: usize, dx: usize, dout: usize, B: i32): void {
  forEachImage(averagePoolBackwardChunk, windows, dx, dout, B);
}

function averagePoolBackwardChunk(chunk: i32): void {
  const a = argumentsAt<Arguments>(ARGUMENTS);
  const windows = a.windows;
  const C = windows.C;
  const dx = a.out + <usize>chunk * windows.imageBytes;
  let dout = a.x + <usize>chunk * windows.outBytes;
  memory.fill(dx, 0, windows.imageBytes);
  for (let window = 0; window < windows.count; window++, dout += <usize>(C * BYTES)) {
    const list = listOf(windows, window);
    const end = listOf(windows, window + 1);
    const share = splatAt(windows.shares + <usize>(window * BYTES));
    for (let c = 0; c < C; c += LANES) {
      const offset = <usize>(c * BYTES);
      const gradient = v128.load(dout + offset);
      for (let p = list; p < end; p += 4) {
        const to = dx + load<u32>(p) + offset;
        storeFirst(to, multiplyAdd(v128.load(to), gradient, share), min(LANES, C - c));
      }
    }
  }
}
