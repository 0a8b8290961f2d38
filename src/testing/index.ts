/**
 * `marblenet/testing`: everything to test a stage of your own, as the built-in ones are tested.
 *
 * @module marblenet/testing
 */
export { gradientError, lossGradientError } from './gradients.js';
export { type MarbleOptions, marbles } from './marbles.js';
export { batchOf, examplesOf, stepOf, type Truth } from './samples.js';
