/** The kernels for float64. What they do is said where they are written. */
import * as elementwise from './elementwise';
import * as dense from './product';
import * as sparse from './sparse';
import * as sparseDense from './sparse-product';

type Float = f64;

export { listEntries, turn } from './sparse';

export function product(
  out: usize,
  x: usize,
  w: usize,
  bias: usize,
  R: i32,
  K: i32,
  H: i32,
  xRow: usize,
  xColumn: usize,
): void {
  dense.product<Float>(out, x, w, bias, R, K, H, xRow, xColumn);
}

export function sparseProduct(
  out: usize,
  lists: usize,
  counts: usize,
  table: usize,
  w: usize,
  bias: usize,
  R: i32,
  H: i32,
): void {
  sparseDense.sparseProduct<Float>(out, lists, counts, table, w, bias, R, H);
}

export function expand(x: usize, lists: usize, counts: usize, table: usize, B: i32, D: i32): void {
  sparse.expand<Float>(x, lists, counts, table, B, D);
}

export function relu(out: usize, x: usize, n: i32): void {
  elementwise.relu<Float>(out, x, n);
}

export function reluBackward(dx: usize, dout: usize, x: usize, n: i32): void {
  elementwise.reluBackward<Float>(dx, dout, x, n);
}

export function descend(value: usize, gradient: usize, rate: Float, n: i32): void {
  elementwise.descend<Float>(value, gradient, rate, n);
}

export function transpose(out: usize, w: usize, D: i32, H: i32): void {
  elementwise.transpose<Float>(out, w, D, H);
}
