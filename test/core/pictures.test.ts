/** A digit as people have it becomes one as MNIST has them, whatever it is drawn with and on. */
import { type Picture, pictureSample } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { windowed } from '../../src/core/pictures/morphology.js';

type Point = readonly [x: number, y: number];

/** A seven in a unit square: a bar, and a leg. */
const SEVEN: readonly Point[] = [
  [0.2, 0.1],
  [0.8, 0.1],
  [0.4, 0.9],
];

interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Of the unit square: where it begins, and how long a side is. */
  readonly at: Point;
  readonly size: number;
  readonly pen: number;
  /** Brightness of paper and ink. */
  readonly paper?: (x: number, y: number) => number;
  readonly ink?: (x: number, y: number) => number;
}

const PLAIN: Drawing = { width: 280, height: 280, at: [40, 40], size: 200, pen: 22 };

/** How much of each pixel the pen covers, from 0 to 1. */
function inkOf(line: readonly Point[], { width, height, at, size, pen }: Drawing): number[] {
  const points = line.map(([x, y]): Point => [at[0] + x * size, at[1] + y * size]);
  return Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const distances = points.slice(1).map(([toX, toY], k) => {
      const [fromX, fromY] = points[k];
      const [dx, dy] = [toX - fromX, toY - fromY];
      const along = Math.max(0, Math.min(1, ((x - fromX) * dx + (y - fromY) * dy) / (dx * dx + dy * dy)));
      return Math.hypot(x - fromX - along * dx, y - fromY - along * dy);
    });
    return Math.max(0, Math.min(1, pen / 2 + 0.5 - Math.min(...distances)));
  });
}

function draw(line: readonly Point[], changes: Partial<Drawing> = {}): Picture {
  const drawing = { ...PLAIN, ...changes };
  const { width, height, paper = () => 255, ink = () => 0 } = drawing;
  const data = inkOf(line, drawing).map((amount, i) => {
    const [x, y] = [(i % width) / width, Math.floor(i / width) / height];
    return Math.round((1 - amount) * paper(x, y) + amount * ink(x, y));
  });
  return { width, height, channels: 1, data: Uint8Array.from(data) };
}

const sampleOf = (picture: Picture): number[] => Array.from(pictureSample(picture, [28, 28]));

const PLAIN_SEVEN = sampleOf(draw(SEVEN));

/** Correlation of two samples: 1 where they are the same but for brightness. */
function alike(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (p: readonly number[], pm: number, q: readonly number[], qm: number): number =>
    p.reduce((sum, value, i) => sum + (value - pm) * (q[i] - qm), 0);
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}

describe('a digit', () => {
  it('is white on black, 20 pixels long, its centre of mass in the middle', () => {
    const rows = Array.from({ length: 28 }, (_, y) => PLAIN_SEVEN.slice(28 * y, 28 * y + 28));
    expect(rows.filter((row) => row.some((pixel) => pixel > 0))).toHaveLength(20);
    expect(Math.max(...PLAIN_SEVEN)).toBe(255);
    const total = PLAIN_SEVEN.reduce((sum, pixel) => sum + pixel, 0);
    const x = PLAIN_SEVEN.reduce((sum, pixel, i) => sum + pixel * (i % 28), 0) / total;
    const y = PLAIN_SEVEN.reduce((sum, pixel, i) => sum + pixel * Math.floor(i / 28), 0) / total;
    expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.5);
    expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.5);
  });

  it('of MNIST itself stays as it is, but for faint edges', () => {
    const again = sampleOf({ width: 28, height: 28, channels: 1, data: Uint8Array.from(PLAIN_SEVEN) });
    expect(alike(again, PLAIN_SEVEN)).toBeGreaterThan(0.99);
  });

  const noise = (i: number): number => ((i * 7919) % 31) - 15;
  let nth = 0;
  it.each<[string, Partial<Drawing>, number?]>([
    ['light on dark', { paper: () => 20, ink: () => 230 }],
    ['large', { width: 900, height: 700, at: [100, 50], size: 600, pen: 66 }],
    ['tiny', { width: 40, height: 36, at: [8, 6], size: 25, pen: 2.75 }, 0.85], // its pixels are as large as those of the sample
    ['off centre', { width: 500, height: 300, at: [280, 90], size: 200 }],
    ['on paper in half light', { paper: (x, y) => 240 - 150 * x - 20 * y, ink: (x, y) => 120 - 75 * x - 10 * y }],
    ['under a shadow', { paper: (x) => (x > 0.5 ? 130 : 240), ink: (x) => (x > 0.5 ? 40 : 75) }],
    ['in a vignette', { paper: (x, y) => 240 - 200 * ((x - 0.5) ** 2 + (y - 0.5) ** 2), ink: () => 40 }],
    ['faint', { paper: () => 230, ink: () => 180 }],
    ['on rough paper', { paper: () => 220 + noise(nth++), ink: () => 60 + noise(nth++) }],
  ])('%s is the same digit', (_, changes, least = 0.95) => {
    expect(alike(sampleOf(draw(SEVEN, changes)), PLAIN_SEVEN)).toBeGreaterThan(least);
  });

  it('with dust, and the edge of a table, is the same digit', () => {
    const picture = draw(SEVEN, { width: 400, height: 400, at: [100, 100] });
    const data = Uint8Array.from(picture.data, (grey, i) =>
      i % 400 > 385 || [4040, 4041, 90000].includes(i) ? 0 : grey,
    );
    expect(alike(sampleOf({ ...picture, data }), sampleOf(picture))).toBeGreaterThan(0.99);
  });

  const every = (size: number) => (at: number) => Math.round(at * 280) % size === 0;
  const inset = (at: number) => [10, 269].includes(Math.round(at * 280));
  it.each<[string, Partial<Drawing>]>([
    ['one line', { paper: (_, y) => (Math.round(y * 280) === 140 ? 190 : 255) }],
    ['lines', { paper: (_, y) => (every(28)(y) ? 150 : 250) }],
    ['squares', { paper: (x, y) => (every(35)(x) || every(35)(y) ? 190 : 250) }],
    ['a frame', { paper: (x, y) => (inset(x) || inset(y) ? 60 : 250) }],
    ['lines of chalk', { paper: (_, y) => (every(40)(y) ? 90 : 30), ink: () => 250 }],
  ])('on paper with %s is the same digit', (_, drawing) => {
    expect(alike(sampleOf(draw(SEVEN, drawing)), PLAIN_SEVEN)).toBeGreaterThan(0.98);
  });

  it('of a stroke across the whole picture keeps it', () => {
    const cut = { width: 154, height: 194, at: [-23, -3] as const };
    expect(alike(sampleOf(draw(SEVEN, cut)), PLAIN_SEVEN)).toBeGreaterThan(0.95);
  });

  const one: readonly Point[] = [
    [0.5, 0],
    [0.5, 1],
  ];
  const wholeOf = (pen: number) => ({ width: 400, height: 400, at: [75, 75] as const, size: 250, pen });
  const pens = [20, 40, 60];
  const uncut = new Map(pens.map((pen) => [pen, sampleOf(draw(one, wholeOf(pen)))]));

  // a crop of the stroke alone, with so much paper around it: most of the picture is ink
  it.each([0, 1, 2, 5, 10].flatMap((margin) => pens.map((pen) => [margin, pen])))(
    'that is tall and cut out with a margin of %i is the same, by a pen of %i',
    (margin, pen) => {
      const [width, height] = [pen + 2 * margin, 250 + pen + 2 * margin];
      const cut = { ...wholeOf(pen), width, height, at: [width / 2 - 125, (height - 250) / 2] as const };
      const expected = uncut.get(pen) ?? [];
      for (const colours of [{}, { paper: () => 20, ink: () => 230 }]) {
        const found = sampleOf(draw(one, { ...cut, ...colours }));
        // its middle may be rounded to the next pixel
        const shifted = [-1, 0, 1].map((by) => found.map((_, i) => found[i + by] ?? 0));
        expect(Math.max(...shifted.map((one) => alike(one, expected)))).toBeGreaterThan(0.9);
      }
    },
  );

  it('of a fine pen is as bold as others', () => {
    const bright = (sample: readonly number[]): number => sample.filter((pixel) => pixel > 127).length;
    expect(bright(sampleOf(draw(SEVEN, { pen: 3 })))).toBeGreaterThan(40);
  });

  it('in colours, and transparent, is the same digit', () => {
    const ink = inkOf(SEVEN, PLAIN);
    const coloured = ink.flatMap((amount) => [20 + 230 * amount, 30 + 190 * amount, 200 - 160 * amount]);
    const clear = ink.flatMap((amount) => [90, 20, 20, 255 * amount]);
    const { width, height } = PLAIN;
    for (const [channels, data] of [
      [3, coloured],
      [4, clear],
    ] as const) {
      const sample = sampleOf({ width, height, channels, data: Uint8ClampedArray.from(data) });
      expect(alike(sample, PLAIN_SEVEN)).toBeGreaterThan(0.98);
    }
  });

  it.each([
    ['white', () => 255],
    ['in half light', (x: number) => 200 - 100 * x],
    ['with noise', () => 220 + noise(nth++)],
  ])('is not on bare paper, %s', (_, paper) => {
    for (const width of [280, 140]) {
      expect(() => sampleOf(draw(SEVEN, { width, pen: -2, paper }))).toThrow('found no ink on it');
    }
  });
});

describe('other shapes', () => {
  const stripes: Picture = {
    width: 4,
    height: 2,
    channels: 3,
    data: Uint8Array.from(
      [0, 40, 80, 120].flatMap((grey) => [grey, 0, 0]).concat([0, 40, 80, 120].flatMap((g) => [g, 0, 0])),
    ),
  };

  it('are covered from the middle, in colour', () => {
    expect(Array.from(pictureSample(stripes, [1, 1, 3]))).toEqual([60, 0, 0]);
    expect(Array.from(pictureSample(stripes, [2, 2, 3]))).toEqual([40, 0, 0, 80, 0, 0, 40, 0, 0, 80, 0, 0]);
  });

  it('are grey where they have one channel', () => {
    expect(Array.from(pictureSample(stripes, [2, 4, 1]))).toEqual([0, 12, 24, 36, 0, 12, 24, 36]);
  });

  it('are made larger, too', () => {
    expect(pictureSample(stripes, [40, 80, 3])).toHaveLength(40 * 80 * 3);
  });

  it('that are no pictures are refused', () => {
    expect(() => pictureSample(stripes, [2, 4, 2])).toThrow('found a picture, but samples of the network');
    expect(() => pictureSample(stripes, [5])).toThrow('found a picture, but samples of the network');
  });
});

it('finds the largest in windows of any size', () => {
  const [width, height] = [7, 5];
  const data = Float64Array.from({ length: width * height }, (_, i) => (i * 7919) % 101);
  for (const reach of [0, 1, 2, 3, 6, 9]) {
    const expected = data.map((_, i) =>
      Math.max(
        ...data.filter((_, j) => {
          const far = Math.max(
            Math.abs((i % width) - (j % width)),
            Math.abs(Math.floor(i / width) - Math.floor(j / width)),
          );
          return far <= reach;
        }),
      ),
    );
    expect(windowed(data, width, reach, Math.max)).toEqual(expected);
  }
});
