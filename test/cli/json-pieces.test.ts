import { expect, it } from 'vitest';
import { jsonPieces } from '../../src/cli/json-pieces.js';

const numbers = Array.from({ length: 2500 }, (_, i) => i / 7);

it.each([
  [
    'an event',
    { event: 'forward', shape: [2, 3], tensors: { x: { min: -0.5, values: [1, Number.NaN] } }, none: undefined },
  ],
  ['nothing', {}],
  ['null', null],
  ['a long list', numbers],
  ['a list as long as a chunk', numbers.slice(0, 1000)],
  ['long lists inside', { a: { values: numbers }, b: numbers, 'a "name"': 'text\n' }],
])('gives in pieces what JSON has for %s', (_, value) => {
  const pieces = [...jsonPieces(value)];
  expect(pieces.join('')).toBe(JSON.stringify(value));
  for (const piece of pieces) expect(piece.length).toBeLessThan(25_000);
});
