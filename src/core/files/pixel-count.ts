import { viewOf } from '../bytes.js';
import { isPng } from './png.js';

/**
 * How many pixels a PNG or JPEG says that it has, by its first header: what it will take to decode it, before anything is
 * decoded. 0 where it does not say.
 */
export function pixelCount(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  if (isPng(bytes)) return bytes.length < 24 ? 0 : view.getUint32(16) * view.getUint32(20);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return 0;
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = bytes[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return view.getUint16(at + 5) * view.getUint16(at + 7);
  }
  return 0;
}
