import { describe, expect, it } from 'vitest';
import { drawDigit } from '../../../src/core/digits/handwriting.js';
import { type Random, seededRandom } from '../../../src/core/random/random.js';

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const SIZE = 28;

const stream = (seed: number): Random => seededRandom(seed).stream('digits');

function drawn(digit: number, random: Random): Uint8Array {
  const pixels = new Uint8Array(SIZE * SIZE);
  drawDigit(digit, random, pixels);
  return pixels;
}

/** Forty handwritings of one digit. */
function handwritings(digit: number): Uint8Array[] {
  const random = stream(digit);
  return Array.from({ length: 40 }, () => drawn(digit, random));
}

/** Every pixel as [column, row, value]. */
const located = (pixels: Uint8Array): [x: number, y: number, value: number][] =>
  Array.from(pixels, (value, i) => [i % SIZE, Math.floor(i / SIZE), value]);

describe('drawDigit', () => {
  it('draws the same digit from the same stream', () => {
    const [one, other] = [stream(7), stream(7)];
    for (const digit of DIGITS) expect(drawn(digit, one)).toEqual(drawn(digit, other));
  });

  it('depends on nothing drawn before', () => {
    const alone = drawn(3, stream(1));
    drawn(8, stream(2));
    expect(drawn(3, stream(1))).toEqual(alone);
  });

  it('draws another handwriting each time', () => {
    for (const digit of DIGITS) {
      const pictures = handwritings(digit).map((pixels) => pixels.join());
      expect(new Set(pictures).size).toBe(pictures.length);
    }
  });

  it('overwrites what was there', () => {
    const pixels = new Uint8Array(SIZE * SIZE).fill(99);
    drawDigit(5, stream(1), pixels);
    expect(pixels).toEqual(drawn(5, stream(1)));
  });

  it.each([-1, 10, 1.5, Number.NaN])('refuses %s as a digit', (digit) => {
    expect(() => drawn(digit, stream(1))).toThrow(RangeError);
  });

  it.each([0, 783, 785])('refuses room for %s pixels', (length) => {
    expect(() => drawDigit(1, stream(1), new Uint8Array(length))).toThrow(RangeError);
  });
});

describe.each(DIGITS)('the digit %s, as in MNIST,', (digit) => {
  const pictures = handwritings(digit);

  it('has full ink, grey edges and mostly background', () => {
    for (const pixels of pictures) {
      expect(pixels).toContain(255);
      expect(pixels.some((value) => value > 0 && value < 255)).toBe(true);
      expect(pixels.filter((value) => value > 0).length).toBeLessThan(pixels.length / 2);
    }
  });

  it('is 20 pixels on its longer side', () => {
    for (const pixels of pictures) {
      const ink = located(pixels).filter(([, , value]) => value >= 128);
      const side = (of: number[]): number => Math.max(...of) - Math.min(...of) + 1;
      const longer = Math.max(side(ink.map(([x]) => x)), side(ink.map(([, y]) => y)));
      expect(longer).toBe(20);
    }
  });

  it('has its centre of mass near the centre', () => {
    for (const pixels of pictures) {
      const total = pixels.reduce((sum, value) => sum + value, 0);
      const x = located(pixels).reduce((sum, [column, , value]) => sum + column * value, 0) / total;
      const y = located(pixels).reduce((sum, [, row, value]) => sum + row * value, 0) / total;
      expect(Math.abs(x - 14)).toBeLessThan(2);
      expect(Math.abs(y - 14)).toBeLessThan(2);
    }
  });

  it('leaves the border empty', () => {
    for (const pixels of pictures) {
      const border = located(pixels).filter(([x, y]) => x === 0 || y === 0 || x === SIZE - 1 || y === SIZE - 1);
      expect(border.every(([, , value]) => value === 0)).toBe(true);
    }
  });
});
