/** All kernels. Pointers are byte offsets; what each does is said where it is written. */
export { columnSums } from './column-sums';
export { descend, multiply, scale } from './elementwise';
export { elu, eluBackward } from './elu';
export { leakyRelu, leakyReluBackward } from './leaky-relu';
export { lookUp } from './look-up';
export { adaGrad, adam, momentum, nesterov, rmsProp, sumOfSquares } from './optimizers';
export { CONSTANTS_BYTES, awaitPreparation, finish, help, setHelpers } from './parallel';
export { setPanel } from './panel';
export { product } from './product';
export { relu, reluBackward } from './relu';
export { sigmoid, sigmoidBackward } from './sigmoid';
export { softmaxCrossEntropy } from './softmax';
export { softplus, softplusBackward } from './softplus';
export { MOST_PLACES, UNPACKED_BYTES, countEntries, expand, listRows, prepare } from './sparse';
export { sparseOuter } from './sparse-outer';
export { sparseDescend, sparseProduct } from './sparse-product';
export { tanh, tanhBackward } from './tanh';
export { bytesInTiles, hasFewTiles, tile, untile } from './tiles';
