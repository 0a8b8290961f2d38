/** All kernels. Pointers are byte offsets; what each does is said where it is written. */
export { columnSums } from './column-sums';
export { descend, multiply, relu, reluBackward, scale } from './elementwise';
export { adaGrad, adam, momentum, nesterov, rmsProp, sumOfSquares } from './optimizers';
export { awaitPreparation, help, setHelpers } from './parallel';
export { setPanel } from './panel';
export { product } from './product';
export { sigmoid, sigmoidBackward } from './sigmoid';
export { softmaxCrossEntropy } from './softmax';
export { expand, listRows, prepare } from './sparse';
export { sparseDescend, sparseProduct } from './sparse-product';
export { tile, untile } from './tiles';
