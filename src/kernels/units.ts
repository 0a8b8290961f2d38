/** Which kernels can be shared, by number, and what one unit of each is. */
import { columnSumsUnit } from './column-sums';
import { descendUnit, multiplyUnit, reluBackwardUnit, reluUnit, scaleUnit } from './elementwise';
import { productUnit } from './product';
import { sigmoidBackwardUnit, sigmoidUnit } from './sigmoid';
import { sparseDescendUnit, sparseProductUnit } from './sparse-product';
import { tileUnit, untileUnit } from './tiles';

export const PRODUCT: i32 = 0;
export const SPARSE_PRODUCT: i32 = 1;
export const SPARSE_DESCEND: i32 = 2;
export const COLUMN_SUMS: i32 = 3;
export const RELU: i32 = 4;
export const RELU_BACKWARD: i32 = 5;
export const SIGMOID: i32 = 6;
export const SIGMOID_BACKWARD: i32 = 7;
export const DESCEND: i32 = 8;
export const SCALE: i32 = 9;
export const MULTIPLY: i32 = 10;
export const TILE: i32 = 11;
export const UNTILE: i32 = 12;

export function runUnit(kernel: i32, unit: i32): void {
  switch (kernel) {
    case PRODUCT: return productUnit(unit);
    case SPARSE_PRODUCT: return sparseProductUnit(unit);
    case SPARSE_DESCEND: return sparseDescendUnit(unit);
    case COLUMN_SUMS: return columnSumsUnit(unit);
    case RELU: return reluUnit(unit);
    case RELU_BACKWARD: return reluBackwardUnit(unit);
    case SIGMOID: return sigmoidUnit(unit);
    case SIGMOID_BACKWARD: return sigmoidBackwardUnit(unit);
    case DESCEND: return descendUnit(unit);
    case SCALE: return scaleUnit(unit);
    case MULTIPLY: return multiplyUnit(unit);
    case TILE: return tileUnit(unit);
    case UNTILE: return untileUnit(unit);
  }
}
