import { expect, it } from 'vitest';
import { formatMetric } from '../../src/cli/format-metric.js';

it.each([
  [0.1234567, '0.1235'],
  [2.3, '2.3000'],
  [0, '0.0000'],
  [1, '1.0000'],
  [0.001, '0.0010'],
  [0.00042, '4.2e-4'],
  [4.2e-6, '4.2e-6'],
  [-4.2e-6, '-4.2e-6'],
  [123456.7, '123456.7000'],
  [1.5e20, '1.5000e+20'],
])('%d is %s', (value, text) => {
  expect(formatMetric(value)).toBe(text);
});
