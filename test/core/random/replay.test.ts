import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/core/random/random.js';
import { Replay } from '../../../src/core/random/replay.js';

const drawFrom = (random: ReturnType<ReturnType<Replay['over']>['stream']>) => [
  random.uniform(),
  random.normal(),
  ...random.permutation(3),
  ...random.choice(10, 2),
];

test('deals the draws since its start again, and goes on where they end', () => {
  const plain = seededRandom(1).stream('a');
  const [before, first, second] = [drawFrom(plain), drawFrom(plain), drawFrom(plain)];

  const replay = new Replay();
  const random = replay.over(seededRandom(1)).stream('a');
  expect(drawFrom(random)).toEqual(before);
  replay.start();
  expect(drawFrom(random)).toEqual(first);
  replay.rewind();
  expect(drawFrom(random)).toEqual(first);
  expect(drawFrom(random)).toEqual(second);
  replay.rewind();
  expect([...drawFrom(random), ...drawFrom(random)]).toEqual([...first, ...second]);
});

test('each stream has its own', () => {
  const replay = new Replay();
  const source = replay.over(seededRandom(1));
  const [a, b] = [source.stream('a'), source.stream('b')];
  replay.start();
  const [fromA, fromB] = [drawFrom(a), drawFrom(b)];
  expect(fromA).not.toEqual(fromB);
  replay.rewind();
  expect(drawFrom(b)).toEqual(fromB);
  expect(drawFrom(a)).toEqual(fromA);
});
