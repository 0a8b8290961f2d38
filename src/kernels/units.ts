/** Which kernels can be shared, by number, and what one unit of each is. */
import { columnSumsUnit } from './column-sums';
import { descendUnit, multiplyUnit, scaleUnit } from './elementwise';
import { eluBackwardUnit, eluUnit } from './elu';
import { leakyReluBackwardUnit, leakyReluUnit } from './leaky-relu';
import { lookUpUnit } from './look-up';
import { productUnit } from './product';
import { reluBackwardUnit, reluUnit } from './relu';
import { sigmoidBackwardUnit, sigmoidUnit } from './sigmoid';
import { softplusBackwardUnit, softplusUnit } from './softplus';
import { countEntriesUnit, listEntriesUnit } from './sparse';
import { sparseOuterUnit } from './sparse-outer';
import { sparseDescendUnit, sparseHalfUnit, sparseProductUnit } from './sparse-product';
import { sparseTurnedUnit } from './sparse-turned';
import { tanhBackwardUnit, tanhUnit } from './tanh';
import { tileUnit, untileUnit } from './tiles';

export const PRODUCT: i32 = 0;
export const SPARSE_PRODUCT: i32 = 1;
export const SPARSE_DESCEND: i32 = 2;
export const COLUMN_SUMS: i32 = 3;
export const TILE: i32 = 4;
export const UNTILE: i32 = 5;
export const RELU: i32 = 6;
export const RELU_BACKWARD: i32 = 7;
export const LEAKY_RELU: i32 = 8;
export const LEAKY_RELU_BACKWARD: i32 = 9;
export const ELU: i32 = 10;
export const ELU_BACKWARD: i32 = 11;
export const SIGMOID: i32 = 12;
export const SIGMOID_BACKWARD: i32 = 13;
export const TANH: i32 = 14;
export const TANH_BACKWARD: i32 = 15;
export const SOFTPLUS: i32 = 16;
export const SOFTPLUS_BACKWARD: i32 = 17;
export const DESCEND: i32 = 18;
export const SCALE: i32 = 19;
export const MULTIPLY: i32 = 20;
export const LOOK_UP: i32 = 21;
export const SPARSE_OUTER: i32 = 22;
export const COUNT_ENTRIES: i32 = 23;
export const LIST_ENTRIES: i32 = 24;
export const SPARSE_HALF: i32 = 25;
export const SPARSE_TURNED: i32 = 26;

export function runUnit(kernel: i32, unit: i32): void {
  switch (kernel) {
    case PRODUCT: return productUnit(unit);
    case SPARSE_PRODUCT: return sparseProductUnit(unit);
    case SPARSE_DESCEND: return sparseDescendUnit(unit);
    case COLUMN_SUMS: return columnSumsUnit(unit);
    case TILE: return tileUnit(unit);
    case UNTILE: return untileUnit(unit);
    case RELU: return reluUnit(unit);
    case RELU_BACKWARD: return reluBackwardUnit(unit);
    case LEAKY_RELU: return leakyReluUnit(unit);
    case LEAKY_RELU_BACKWARD: return leakyReluBackwardUnit(unit);
    case ELU: return eluUnit(unit);
    case ELU_BACKWARD: return eluBackwardUnit(unit);
    case SIGMOID: return sigmoidUnit(unit);
    case SIGMOID_BACKWARD: return sigmoidBackwardUnit(unit);
    case TANH: return tanhUnit(unit);
    case TANH_BACKWARD: return tanhBackwardUnit(unit);
    case SOFTPLUS: return softplusUnit(unit);
    case SOFTPLUS_BACKWARD: return softplusBackwardUnit(unit);
    case DESCEND: return descendUnit(unit);
    case SCALE: return scaleUnit(unit);
    case MULTIPLY: return multiplyUnit(unit);
    case LOOK_UP: return lookUpUnit(unit);
    case SPARSE_OUTER: return sparseOuterUnit(unit);
    case COUNT_ENTRIES: return countEntriesUnit(unit);
    case LIST_ENTRIES: return listEntriesUnit(unit);
    case SPARSE_HALF: return sparseHalfUnit(unit);
    case SPARSE_TURNED: return sparseTurnedUnit(unit);
  }
}
