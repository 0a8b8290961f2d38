import { BYTES } from '../math/vector';

/** What `kind` may be. */
export const WARP: i32 = 0;
export const NOISE: i32 = 1;
export const ERASE: i32 = 2;
export const MIX: i32 = 3;

/** A distortion and what it is given: src/core/wasm/distortion.ts writes it, in this order. */
@unmanaged
export class Job {
  kind: i32;
  /** [B, H, W, C]; where height and width do not matter, both are 1. */
  H: i32;
  W: i32;
  C: i32;
  /** [B, S] float64: what each sample is given. */
  settings: usize;
  /** [2] float64: of `warp`, what stands outside of an image, and alpha; of the others, their number. */
  numbers: usize;
  /** Of `warp`: whether the nearest pixel stands outside of an image instead. */
  isEdge: i32;
  /** Of an elastic field: [2 radius + 1] floats, a Gaussian; 0 without. */
  weights: usize;
  radius: i32;
  /** Whether the panels of workers have room for it. */
  fitsWorkers: i32;
  /** Of each call. */
  out: usize;
  x: usize;
  B: i32;
  /** The one after it, of those that are left for later; 0 for the last. */
  next: usize;
}

/** Bytes of a sample. */
// @ts-ignore: decorator
@inline
export function sampleBytes(job: Job): usize {
  return <usize>(job.H * job.W * job.C) * <usize>BYTES;
}

/** Number i of `numbers`. */
// @ts-ignore: decorator
@inline
export function numberAt(job: Job, i: usize): f64 {
  return load<f64>(job.numbers + (i << 3));
}
