/** What a network says, at this moment, of examples that it does not learn from. */
import { type Examples, evaluate, type Model, sizeOf } from 'marblenet/page';
import { predicted } from './predicted.js';
import type { Judgement } from './protocol.js';

/** How many mistakes are shown. */
const MISTAKES = 24;

/** @returns undefined where there are no classes. */
export async function judge(
  model: Model,
  examples: Examples,
  most: number,
): Promise<Omit<Judgement, 'step'> | undefined> {
  const { labels, features, shape, split } = examples;
  const { classNames } = model;
  if (labels === undefined || classNames === undefined || features.length === 0) return undefined;
  const width = sizeOf(shape);
  const count = Math.min(most, labels.length);
  const data = features.subarray(0, count * width);
  const { probabilities } = (await predicted(model, { shape: [count, ...shape], data })) ?? {};
  if (probabilities === undefined) return undefined;
  const { accuracy, confusionMatrix: matrix, mistakes } = evaluate(probabilities, labels.subarray(0, count));
  const shown = mistakes.slice(0, MISTAKES).map(({ sample, label, predicted: taken, probability }) => ({
    sample,
    said: classNames[taken],
    truth: classNames[label],
    confidence: probability,
    features: features.slice(sample * width, (sample + 1) * width),
  }));
  return { split, examples: count, accuracy, matrix, classNames, mistakes: shown };
}
