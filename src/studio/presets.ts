/** The pipelines that the page has at hand. */
import digits from '../../pipelines/offline.yaml';
import mnist from '../../pipelines/relu.yaml';
import spirals from '../../pipelines/two-spirals.yaml';
import type { GivenFile } from './worker/protocol.js';

export const presets: readonly GivenFile[] = [
  { name: 'digits.yaml', text: digits },
  { name: 'mnist.yaml', text: mnist },
  { name: 'spirals.yaml', text: spirals },
];
