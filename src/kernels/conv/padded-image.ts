/** Images [B, H, W, C] and the zeros around them. */
import { BYTES } from '../math/vector';

/** How every plan of a convolution begins: an image [H, W, C], where it is with its padding, and how large that is. */
@unmanaged
export class PaddedImage {
  H: i32;
  W: i32;
  C: i32;
  top: i32;
  left: i32;
  paddedH: i32;
  paddedW: i32;

  get isPadded(): bool {
    return this.paddedH != this.H || this.paddedW != this.W;
  }

  get imageBytes(): usize {
    return <usize>(this.H * this.W * this.C * BYTES);
  }

  get paddedBytes(): usize {
    return <usize>(this.paddedH * this.paddedW * this.C * BYTES);
  }
}

/** An image with its padding: itself where it has none, else a copy in `room`. */
export function padded(plan: PaddedImage, room: usize, image: usize): usize {
  if (!plan.isPadded) return image;
  const row = <usize>(plan.W * plan.C * BYTES);
  const paddedRow = <usize>(plan.paddedW * plan.C * BYTES);
  const left = <usize>(plan.left * plan.C * BYTES);
  let to = room + <usize>plan.top * paddedRow;
  memory.fill(room, 0, to - room);
  for (let y = 0; y < plan.H; y++, to += paddedRow, image += row) {
    memory.fill(to, 0, left);
    memory.copy(to + left, image, row);
    memory.fill(to + left + row, 0, paddedRow - left - row);
  }
  memory.fill(to, 0, room + plan.paddedBytes - to);
  return room;
}

/** The image in the middle of a padded one. */
export function withoutPadding(plan: PaddedImage, image: usize, from: usize): void {
  const row = <usize>(plan.W * plan.C * BYTES);
  const paddedRow = <usize>(plan.paddedW * plan.C * BYTES);
  from += <usize>plan.top * paddedRow + <usize>(plan.left * plan.C * BYTES);
  for (let y = 0; y < plan.H; y++, from += paddedRow, image += row) memory.copy(image, from, row);
}
