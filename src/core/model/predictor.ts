/** What predicts: one network that has learned, or several that are averaged. */
import type { OperatorFunction } from 'rxjs';
import { largestColumn, type Shape, type Tensor, widthOf } from '../tensor.js';
import type { ModelDescription } from './description.js';
import type { Samples } from './samples.js';
import type { UnseenValue } from './table-rows.js';

/** What is said of n samples, in their order. */
export interface Prediction {
  /** [n] The class of the largest output of each sample; empty where the network learned from real-valued targets. */
  readonly classes: readonly number[];
  /** [n] What those classes are called: by the data, or else their numbers. */
  readonly names: readonly string[];
  /**
   * [n, C] How probable each class is; [n, m] how probable a yes is to each question. Undefined where the network says
   * something else: real-valued targets, or numbers that no softmax follows.
   */
  readonly probabilities: Tensor | undefined;
  /**
   * [n, C] What the network's last stage said: logits or probabilities of each class, or real numbers in the targets' units. A
   * committee says probabilities where its members have some.
   */
  readonly outputs: Tensor;
  /** Values of rows of a table that no row to learn from has, so that they count for none; empty where there are none. */
  readonly unseen: readonly UnseenValue[];
}

/** How samples are read, and what is said of them: as much as all members of a committee have in common. */
export type SampleDescription = Pick<ModelDescription, 'input' | 'columns' | 'pictures'>;

/** What takes samples as they were before any stage of data, and says what they are. */
export interface Predictor {
  /** The pipeline's. */
  readonly name: string;
  /** The shape of a sample: [28, 28]. */
  readonly shape: Shape;
  /** What each class is called, by its number; undefined where the network learned from real-valued targets. */
  readonly classNames: readonly string[] | undefined;
  /** What each number is called that is said of a sample, where it learned from a table's numbers, or yes and no. */
  readonly targetNames: readonly string[];
  /** How it reads samples. */
  readonly description: SampleDescription;
  /**
   * Predicts from features as they were before normalization (bytes 0 to 255 for images); the training data's scaling is
   * applied. Takes one sample, `pixels`, a list of samples, `[first, second]`, or one array of n samples and its shape,
   * `{ shape: [n, 28, 28], data }`. A network that learned from a table takes its rows, too: `{ width: 1.5, colour: 'red' }`,
   * or a list of them. Several calls may be under way at once.
   *
   * @throws RangeError when a sample has another size than the network takes; RunError when a feature, or what the network
   * says of a sample, is not a finite number.
   */
  predict(samples: Samples): Promise<Prediction>;
  /** The same as an operator of RxJS, one prediction for each emission, in order. */
  operator(): OperatorFunction<Samples, Prediction>;
}

/** The classes of the largest outputs [n, C], and their names; none where there are no classes. */
export function classesIn(
  outputs: Tensor,
  classNames: readonly string[] | undefined,
): Pick<Prediction, 'classes' | 'names'> {
  if (classNames === undefined) return { classes: [], names: [] };
  const C = widthOf(outputs);
  const classes = Array.from({ length: outputs.shape[0] }, (_, row) => largestColumn(outputs.data, row * C, C));
  return { classes, names: classes.map((label) => classNames[label]) };
}
