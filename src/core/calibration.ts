/** Whether probabilities are what they say. Source: Guo, Pleiss, Sun and Weinberger (2017), equation 3. */

/** Which of so many bins of equal width, each without its lower end and with its upper one. */
export const calibrationBin = (probability: number, bins: number): number =>
  Math.min(bins, Math.max(1, Math.ceil(probability * bins))) - 1;

/**
 * The expected calibration error, 0 to 1.
 *
 * @param confidence by bin: the sum of the probabilities of the predicted classes
 * @param right by bin: how many of the predictions were right
 */
export function calibrationError(confidence: ArrayLike<number>, right: ArrayLike<number>, count: number): number {
  let apart = 0;
  for (let bin = 0; bin < confidence.length; bin++) apart += Math.abs(right[bin] - confidence[bin]);
  return apart / count;
}
