/** What a float is: these kernels are compiled twice, once for f32, once for f64 (scripts/kernels.mjs). */
export type Float = f32;
