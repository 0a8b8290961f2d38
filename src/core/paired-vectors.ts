/**
 * Whether V8 makes one vector of two (src/node/simd.ts). WebAssembly cannot see it, so what allows it says so; kernels that are
 * planned from then on have blocks of the shape that suits it (src/kernels/conv/gather-block.ts). Either shape computes the
 * same bits.
 */
let paired = false;

export const vectorsArePaired = (): boolean => paired;

export function pairVectors(): void {
  paired = true;
}
