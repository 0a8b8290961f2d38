/**
 * What a float is, and whether products may be fused with sums (relaxed SIMD): these kernels are compiled four times, and
 * the build puts the other three answers here (scripts/kernels.mjs).
 */
export type Float = f32;
export const FUSED: bool = false;
