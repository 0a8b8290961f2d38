/**
 * The type of a float, and whether a product and a sum may be fused (relaxed SIMD). The kernels are compiled four times:
 * scripts/kernels.mjs replaces this file by one for each combination.
 */
export type Float = f32;
export const FUSED: bool = false;
