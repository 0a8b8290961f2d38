/** How good predictions of classes are, from the probabilities and the true classes alone. */
import { calibrationBin, calibrationError } from '../calibration.js';
import { describeGiven, describeTensor, formatShape, isTensorOf, largestColumn, type Tensor } from '../tensor.js';

/** One class against all others. A number is NaN where it would be 0 / 0: a class that never came, or was never said. */
export interface ClassScore {
  /** Of the samples that were taken for this class, how many are of it. */
  readonly precision: number;
  /** Of the samples of this class, how many were taken for it. */
  readonly recall: number;
  /** The harmonic mean of the two: 2 right / (said + there). */
  readonly f1: number;
  /** How many samples are of this class. */
  readonly support: number;
}

/** How well probabilities fit the labels of a set of samples. */
export interface Evaluation {
  /** Cross-entropy: the mean of -ln(the probability of the true class). Infinite where one had none. */
  readonly loss: number;
  readonly accuracy: number;
  readonly classes: readonly ClassScore[];
  /** [true class][predicted class] How often. */
  readonly confusionMatrix: readonly (readonly number[])[];
  /**
   * How far confidence is from accuracy, 0 to 1: the mean over all samples of the difference between the two, in 15 bins of
   * equal width by the probability of the predicted class. Source: Guo, Pleiss, Sun and Weinberger (2017), equation 3.
   */
  readonly expectedCalibrationError: number;
  /** The same bins, from the least confident on: how confident the network is there, and how often right. */
  readonly calibration: readonly CalibrationBin[];
  /** Samples that were taken for another class, by their number, the most confident first. */
  readonly mistakes: readonly Mistake[];
}

/** Predictions of about the same confidence; means over them, NaN where there are none. */
export interface CalibrationBin {
  readonly count: number;
  readonly confidence: number;
  readonly accuracy: number;
}

/** A sample that was taken for another class. */
export interface Mistake {
  readonly sample: number;
  readonly label: number;
  readonly predicted: number;
  /** Of the predicted class. */
  readonly probability: number;
}

const BINS = 15;

/**
 * Holds probabilities [n, C] against true classes [n].
 *
 * @throws RangeError when there is no sample, not one label a sample, a label is none of the classes, or a probability is
 * no number from 0 to 1.
 */
export function evaluate(probabilities: Tensor, labels: ArrayLike<number>): Evaluation {
  check(probabilities, labels);
  const { shape, data } = probabilities;
  const [count, columns] = shape;
  const confusionMatrix = Array.from({ length: columns }, () => new Array<number>(columns).fill(0));
  const [confidence, right, counts] = [0, 1, 2].map(() => new Float64Array(BINS));
  const mistakes: Mistake[] = [];
  let loss = 0;
  for (let sample = 0; sample < count; sample++) {
    const label = labels[sample];
    const predicted = largestColumn(data, sample * columns, columns);
    const probability = data[sample * columns + predicted];
    confusionMatrix[label][predicted]++;
    loss -= Math.log(data[sample * columns + label]);
    const bin = calibrationBin(probability, BINS);
    confidence[bin] += probability;
    counts[bin]++;
    if (predicted === label) right[bin]++;
    else mistakes.push({ sample, label, predicted, probability });
  }
  return {
    loss: loss / count,
    accuracy: (count - mistakes.length) / count,
    classes: confusionMatrix.map((row, label) => scoreOf(row, label, confusionMatrix)),
    confusionMatrix,
    expectedCalibrationError: calibrationError(confidence, right, count),
    calibration: Array.from(counts, (count, bin) => ({
      count,
      confidence: confidence[bin] / count,
      accuracy: right[bin] / count,
    })),
    mistakes: mistakes.sort((a, b) => b.probability - a.probability),
  };
}

function scoreOf(row: readonly number[], label: number, matrix: readonly (readonly number[])[]): ClassScore {
  const right = row[label];
  const support = row.reduce((sum, often) => sum + often, 0);
  const said = matrix.reduce((sum, others) => sum + others[label], 0);
  return { precision: right / said, recall: right / support, f1: (2 * right) / (said + support), support };
}

function check(probabilities: Tensor, labels: ArrayLike<number>): void {
  if (!isTensorOf(probabilities?.shape ?? [], probabilities) || typeof labels?.length !== 'number') {
    const found = `${describeTensor(probabilities)} and ${describeGiven(labels)}`;
    throw new RangeError(`evaluate: found ${found}, expected probabilities [n, C] and n labels`);
  }
  const { shape, data } = probabilities;
  const [count, columns] = shape;
  if (shape.length !== 2 || count < 1 || labels.length !== count) {
    throw new RangeError(
      `found ${labels.length} labels for ${formatShape(shape)} probabilities, expected n for [n, C]`,
    );
  }
  const wrong = Array.from(labels).find((label) => !Number.isInteger(label) || label < 0 || label >= columns);
  if (wrong !== undefined) throw new RangeError(`found the label ${wrong}, expected 0 to ${columns - 1}`);
  const outside = data.find((probability) => !(probability >= 0 && probability <= 1 + 1e-6));
  if (outside !== undefined) throw new RangeError(`found the probability ${outside}, expected one from 0 to 1`);
}
