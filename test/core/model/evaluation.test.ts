/** What is said of predictions, computed by hand. */
import { evaluate, tensor } from 'marblenet';
import { describe, expect, it } from 'vitest';

const PROBABILITIES = tensor(
  [
    [0.9, 0.05, 0.05], // 0, right
    [0.6, 0.3, 0.1], // 1, taken for 0
    [0.1, 0.8, 0.1], // 1, right
    [0.95, 0.03, 0.02], // 1, taken for 0, and sure of it
  ],
  'float64',
);

const evaluation = evaluate(PROBABILITIES, [0, 1, 1, 1]);

describe('of three classes, one of which never comes', () => {
  it('counts', () => {
    expect(evaluation.accuracy).toBe(0.5);
    expect(evaluation.confusionMatrix).toEqual([
      [1, 0, 0],
      [2, 1, 0],
      [0, 0, 0],
    ]);
    expect(evaluation.loss).toBeCloseTo(-(Math.log(0.9) + Math.log(0.3) + Math.log(0.8) + Math.log(0.03)) / 4, 12);
  });

  it('scores each class', () => {
    expect(evaluation.classes).toEqual([
      { precision: 1 / 3, recall: 1, f1: 0.5, support: 1 },
      { precision: 1, recall: 1 / 3, f1: 0.5, support: 3 },
      { precision: Number.NaN, recall: Number.NaN, f1: Number.NaN, support: 0 },
    ]);
  });

  it('orders mistakes by confidence', () => {
    expect(evaluation.mistakes).toEqual([
      { sample: 3, label: 1, predicted: 0, probability: 0.95 },
      { sample: 1, label: 1, predicted: 0, probability: 0.6 },
    ]);
  });

  it('compares confidence and accuracy in bins', () => {
    // 0.9 in (13/15, 14/15], right; 0.6 in (8/15, 9/15], wrong; 0.8 in (11/15, 12/15], right; 0.95 in the last, wrong
    expect(evaluation.expectedCalibrationError).toBeCloseTo((0.1 + 0.6 + 0.2 + 0.95) / 4, 12);
  });
});

it('samples of a bin are averaged before they are compared', () => {
  const same = tensor(
    [
      [0.75, 0.25],
      [0.75, 0.25],
      [0.75, 0.25],
      [0.75, 0.25],
    ],
    'float64',
  );
  expect(evaluate(same, [0, 0, 0, 1]).expectedCalibrationError).toBe(0);
});

it('one who is always sure and right is calibrated; who is sure and wrong has an infinite loss', () => {
  const sure = tensor([[1, 0]], 'float64');
  expect(evaluate(sure, [0])).toMatchObject({ loss: 0, accuracy: 1, expectedCalibrationError: 0, mistakes: [] });
  expect(evaluate(sure, [1])).toMatchObject({
    loss: Number.POSITIVE_INFINITY,
    accuracy: 0,
    expectedCalibrationError: 1,
  });
});

it.each([
  ['no labels', [], /found 0 labels for \[4, 3\] probabilities/],
  ['a label that is no class', [0, 1, 3, 1], /found the label 3, expected 0 to 2/],
])('refused: %s', (_, labels, reason) => {
  expect(() => evaluate(PROBABILITIES, labels)).toThrow(reason);
});

it('refused: what are no probabilities', () => {
  expect(() => evaluate(tensor([[2, -1]]), [0])).toThrow('found the probability 2, expected one from 0 to 1');
});
