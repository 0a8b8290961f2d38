import { describe, expect, it } from 'vitest';
import { withDataRandom } from '../../../src/core/random/data-random.js';
import { numpyRandom } from '../../../src/core/random/numpy-random.js';
import { type RandomSource, seededRandom } from '../../../src/core/random/random.js';

describe.each([
  ['perStage', seededRandom],
  ['numpy', numpyRandom],
] as const)('draws of data apart: %s', (_, sourceOf) => {
  const drawn = (source: RandomSource, place: string): Int32Array => source.stream(place).permutation(50);

  it('are the same for networks of several seeds, whose weights differ', () => {
    const [first, second] = [1, 2].map((seed) => withDataRandom(sourceOf(seed), sourceOf(1)));
    for (const source of [first, second]) source.stream('network.0').normal(); // drawn before the data come
    expect(drawn(first, 'data.1')).toEqual(drawn(second, 'data.1'));
    expect(drawn(first, 'network.1')).not.toEqual(drawn(second, 'network.1'));
  });

  it('go on from where they stood', () => {
    const [source, other] = [withDataRandom(sourceOf(1), sourceOf(2)), withDataRandom(sourceOf(1), sourceOf(2))];
    const streams = [source, other].map((one) => ['data.0', 'train.0'].map((place) => one.stream(place)));
    for (const stream of streams[0]) stream.choice(9, 7);
    other.restore(source.state());
    expect(streams[1].map((stream) => stream.uniform())).toEqual(streams[0].map((stream) => stream.uniform()));
  });
});

it('changes nothing where the data have the seed of all else', () => {
  const apart = withDataRandom(seededRandom(7), seededRandom(7));
  for (const place of ['data.0', 'network.0', 'train.0'])
    expect(apart.stream(place).choice(99, 9)).toEqual(seededRandom(7).stream(place).choice(99, 9));
});
