/** All kernels. Pointers are byte offsets; what each does is said where it is written. */
export { columnSums } from './column-sums';
export { descend, relu, reluBackward } from './elementwise';
export { awaitPreparation, help, setHelpers } from './parallel';
export { product, setPanel } from './product';
export { sigmoid, sigmoidBackward } from './sigmoid';
export { softmaxCrossEntropy } from './softmax';
export { expand, listEntries, prepare } from './sparse';
export { sparseDescend, sparseProduct } from './sparse-product';
