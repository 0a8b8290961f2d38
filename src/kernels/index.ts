/** All kernels. Pointers are byte offsets; what each does is said where it is written. */
export { descend, relu, reluBackward, transpose } from './elementwise';
export { product, sparseProduct } from './product';
export { sigmoid, sigmoidBackward } from './sigmoid';
export { expand, listEntries, touch, turn } from './sparse';
