/** `marblenet/testing`: everything to test a stage of your own, as the built-in ones are tested. */
export { gradientError, lossGradientError } from './gradients.js';
export { type MarbleOptions, marbles } from './marbles.js';
export { batchOf, examplesOf, stepOf } from './samples.js';
