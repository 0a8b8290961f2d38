/** The eight chapters: which pipeline each opens, and what its buttons do. Their words are in texts/guide-*.ts. */
import type { GivenFile } from '../worker/protocol.js';
import activation from './activation.yaml';
import batch from './batch.yaml';
import dense from './dense.yaml';
import descent from './descent.yaml';
import epoch from './epoch.yaml';
import gradient from './gradient.yaml';
import loss from './loss.yaml';
import pixels from './pixels.yaml';
import type { ChapterId, Move } from './words.js';

/** What is shown in a chapter below its text. */
type Exhibit = 'curves' | 'gradients' | 'check';

export interface Chapter {
  readonly id: ChapterId;
  readonly file: GivenFile;
  /** The buttons of each thing to try. */
  readonly tries: readonly (readonly Move[])[];
  readonly exhibits: readonly Exhibit[];
}

const [stage, step, epochMove, train, reset] = (['stage', 'step', 'epoch', 'train', 'reset'] as const).map((move) => ({
  move,
}));
const look = (place: string, name: string): Move => ({ move: 'look', place, name });
const swap = (from: string, to: string): Move => ({ move: 'edit', edit: 'swap', from, to });
const set = (option: string, to: string): Move => ({ move: 'edit', edit: 'set', option, to });
const split: Move = { move: 'edit', edit: 'split' };

export const chapters: readonly Chapter[] = [
  {
    id: 'pixels',
    file: { name: 'pixels.yaml', text: pixels },
    tries: [
      [step, look('train.0', 'shuffleBatch')],
      [reset, epochMove, look('network.0', 'dense')],
      [set('divisor', '1'), train],
    ],
    exhibits: ['curves'],
  },
  {
    id: 'dense',
    file: { name: 'dense.yaml', text: dense },
    tries: [
      [stage, look('network.0', 'dense')],
      [reset, train, look('network.0', 'dense')],
      [set('units', '16'), train],
    ],
    exhibits: ['curves'],
  },
  {
    id: 'activation',
    file: { name: 'activation.yaml', text: activation },
    tries: [
      [step, train],
      [swap('relu', 'sigmoid'), step, train],
      [swap('sigmoid', 'tanh'), step, train],
    ],
    exhibits: ['gradients', 'curves'],
  },
  {
    id: 'loss',
    file: { name: 'loss.yaml', text: loss },
    tries: [
      [step, look('train.2', 'softmaxCrossEntropy')],
      [split, step, look('network.3', 'softmax'), look('train.2', 'crossEntropy')],
      [set('weights', '{ normal: 5 }'), step],
    ],
    exhibits: ['curves'],
  },
  {
    id: 'gradient',
    file: { name: 'gradient.yaml', text: gradient },
    tries: [[], [swap('sigmoid', 'relu')], [set('units', '50')]],
    exhibits: ['check'],
  },
  {
    id: 'descent',
    file: { name: 'descent.yaml', text: descent },
    tries: [
      [step, look('network.2', 'dense')],
      [reset, train],
      [set('learningRate', '0.01'), set('learningRate', '2'), train],
    ],
    exhibits: ['curves'],
  },
  {
    id: 'batch',
    file: { name: 'batch.yaml', text: batch },
    tries: [[train], [set('size', '500'), train], [set('size', '1'), train]],
    exhibits: ['curves'],
  },
  {
    id: 'epoch',
    file: { name: 'epoch.yaml', text: epoch },
    tries: [
      [epochMove, train],
      [set('train', '20000'), train],
      [set('train', '100'), train],
    ],
    exhibits: ['curves'],
  },
];
