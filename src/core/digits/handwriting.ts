/**
 * Handwritten digits without a file or a network: they are drawn, one stroke after the other, as a pen would.
 *
 * A style from strokes.ts says where the pen goes. The rest is chance: which style, how the hand wanders off the path,
 * how the whole digit is bent, narrowed, slanted and turned, how thick the pen is. A smooth curve joins the points,
 * and each pixel near the curve is inked by its distance from it.
 *
 * The picture keeps MNIST's conventions, so that a network trained on these digits can read those: 28 x 28 bytes, row
 * by row, 0 for background and 255 for ink; the ink's longer side is 20 pixels; its centre of mass is near the centre.
 *
 * Units: strokes and chance live in a box from -1 to 1, y down; after `place` everything is in pixels, and pixel
 * (x, y) has its middle at (x, y). Only + - * / and the square root are used: IEEE 754 defines them to the last bit,
 * so that the same stream gives the same digit on every machine.
 */
import type { Random } from '../random/random.js';
import { STYLES } from './strokes.js';

const FIELD = 28;
const BOX = 20;
const CENTRE = FIELD / 2;

/** Width over height, before slant and tilt. */
const ASPECT = { mean: 0.9, sd: 0.17 };
/** Sideways lean, in widths a height: most people lean to the right. */
const SLANT = { mean: 0.15, sd: 0.25 };
/** Turn of the whole digit, about radians. */
const TILT = { mean: 0, sd: 0.15 };
/** Weight of each quadratic term of the bend: what makes one end larger than the other and straight lines arcs. */
const BEND = { mean: 0, sd: 0.15 };
/** How far the hand strays from a point of the path. */
const STRAY = { mean: 0, sd: 0.2 };
/** The part of that error still there at the next point; without it curves would turn into polygons. */
const CARRY = 0.7;
/** Half the width of a stroke, in pixels. */
const PEN = { mean: 1.25, sd: 0.45, least: 0.7 };
/** Straight pieces between two points of a stroke. */
const PIECES = 5;

interface Point {
  readonly x: number;
  readonly y: number;
}
type Line = readonly Point[];
interface Style {
  readonly often: number;
  readonly strokes: readonly Line[];
}

const styles: readonly (readonly Style[])[] = STYLES.map((ways) =>
  ways.map(([often, path]) => ({ often, strokes: path.split(' / ').map(parseStroke) })),
);

/** Squared distance of each pixel from the curve: scratch, written anew by every digit. */
const distances = new Float64Array(FIELD * FIELD);

/**
 * Draws `digit`, 0 to 9, into the 784 bytes of `pixels`, all of which are overwritten. Each call draws another
 * handwriting from `random`.
 *
 * @throws RangeError when there is no such digit, or `pixels` has another length.
 */
export function drawDigit(digit: number, random: Random, pixels: Uint8Array): void {
  const ways = styles[digit];
  if (ways === undefined) throw new RangeError(`Expected a digit from 0 to 9, found ${digit}`);
  if (pixels.length !== distances.length) {
    throw new RangeError(`Expected room for ${distances.length} pixels, found ${pixels.length}`);
  }
  const { strokes } = choose(ways, random);
  const shape = randomShape(random);
  const radius = Math.max(PEN.least, draw(PEN, random));
  const lines = strokes.map((stroke) => smooth(stray(stroke, random).map(shape)));
  ink(place(lines, radius), radius, pixels);
}

function parseStroke(path: string): Line {
  return path.split(' ').map((point) => {
    const [x, y] = point.split(',').map(Number);
    return { x: x / 50 - 1, y: y / 50 - 1 };
  });
}

function choose(ways: readonly Style[], random: Random): Style {
  let left = random.uniform() * ways.reduce((sum, { often }) => sum + often, 0);
  for (const way of ways) {
    left -= way.often;
    if (left < 0) return way;
  }
  return ways[0];
}

/** Almost a Gaussian, yet never more than 3.5 deviations out, and without a logarithm. */
function draw({ mean, sd }: { mean: number; sd: number }, random: Random): number {
  const sum = random.uniform() + random.uniform() - random.uniform() - random.uniform();
  return mean + sd * Math.sqrt(3) * sum;
}

/** The path as this hand follows it this time. Errors carry over from point to point; a corner stays a corner. */
function stray(stroke: Line, random: Random): Line {
  const fresh = Math.sqrt(1 - CARRY * CARRY);
  const points: Point[] = [];
  let dx = draw(STRAY, random);
  let dy = draw(STRAY, random);
  stroke.forEach((point, i) => {
    if (i > 0 && same(point, stroke[i - 1])) {
      points.push(points[i - 1]);
      return;
    }
    dx = CARRY * dx + fresh * draw(STRAY, random);
    dy = CARRY * dy + fresh * draw(STRAY, random);
    points.push({ x: point.x + dx, y: point.y + dy });
  });
  return points;
}

/** What one hand does to the whole digit: bend, then aspect, slant and tilt. */
function randomShape(random: Random): (point: Point) => Point {
  const aspect = draw(ASPECT, random);
  const slant = draw(SLANT, random);
  const tilt = draw(TILT, random);
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, () => draw(BEND, random));
  return ({ x, y }) => {
    const bentX = x + a * x * x + b * x * y + c * y * y;
    const bentY = y + d * x * x + e * x * y + f * y * y;
    const slanted = aspect * bentX - slant * bentY;
    return { x: slanted - tilt * bentY, y: bentY + tilt * slanted };
  };
}

/** A Catmull-Rom curve through the points; a point given twice ends one curve and starts another: a corner. */
function smooth(points: Line): Line {
  const curve = [points[0]];
  for (let i = 1; i < points.length; i++) {
    const from = points[i - 1];
    const to = points[i];
    if (same(from, to)) continue;
    const before = points[i - 2] ?? from;
    const after = points[i + 1] ?? to;
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      curve.push({ x: spline(before.x, from.x, to.x, after.x, t), y: spline(before.y, from.y, to.y, after.y, t) });
    }
  }
  return curve;
}

/** From `b` at t = 0 to `c` at t = 1, leaving along `c - a` and arriving along `d - b`. */
function spline(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Fits the digit, with the pen's width, into the box, and its centre of mass near the centre of the field. */
function place(lines: readonly Line[], radius: number): readonly Line[] {
  const points = lines.flat();
  const [left, right] = bounds(points.map(({ x }) => x));
  const [top, bottom] = bounds(points.map(({ y }) => y));
  const scale = (BOX - 2 * radius) / Math.max(right - left, bottom - top);
  const mass = centreOfMass(lines);
  const dx = shift(scale * left - radius, scale * right + radius, scale * mass.x);
  const dy = shift(scale * top - radius, scale * bottom + radius, scale * mass.y);
  return lines.map((line) => line.map(({ x, y }) => ({ x: scale * x + dx, y: scale * y + dy })));
}

function bounds(values: readonly number[]): [least: number, greatest: number] {
  return [Math.min(...values), Math.max(...values)];
}

/**
 * How far to move ink that reaches from `start` to `end`, so that `mass` comes nearest to the centre. As in MNIST,
 * `start` comes to lie between two pixels. The outermost pixels stay empty, even if a digit then is off centre.
 */
function shift(start: number, end: number, mass: number): number {
  const first = Math.round(CENTRE + 0.5 - (mass - start));
  const last = FIELD - 1 - (end - start);
  return Math.max(1, Math.min(first, last)) - 0.5 - start;
}

/** Ink is spread evenly along the lines, so each straight piece weighs its length. */
function centreOfMass(lines: readonly Line[]): Point {
  let [total, x, y] = [0, 0, 0];
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) {
      const from = line[i - 1];
      const to = line[i];
      const length = Math.sqrt((to.x - from.x) * (to.x - from.x) + (to.y - from.y) * (to.y - from.y));
      total += length;
      x += (length * (from.x + to.x)) / 2;
      y += (length * (from.y + to.y)) / 2;
    }
  }
  return { x: x / total, y: y / total };
}

/** Full ink, with a grey edge one pixel wide around the pen's radius: about the part of the pixel that is covered. */
function ink(lines: readonly Line[], radius: number, pixels: Uint8Array): void {
  const reach = radius + 0.5;
  distances.fill(reach * reach);
  for (const line of lines) {
    for (let i = 1; i < line.length; i++) measure(line[i - 1], line[i], reach);
  }
  for (let i = 0; i < pixels.length; i++) {
    const cover = Math.min(1, reach - Math.sqrt(distances[i]));
    pixels[i] = Math.round(255 * cover);
  }
}

/** Lowers the distance of every pixel that the straight piece from `from` to `to` can reach. */
function measure(from: Point, to: Point, reach: number): void {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const squaredLength = dx * dx + dy * dy || 1; // a piece without length is a dot
  const [left, right] = pixelRange(from.x, to.x, reach);
  const [top, bottom] = pixelRange(from.y, to.y, reach);
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = ((x - from.x) * dx + (y - from.y) * dy) / squaredLength;
      const t = Math.max(0, Math.min(1, along));
      const offX = x - from.x - t * dx;
      const offY = y - from.y - t * dy;
      const i = y * FIELD + x;
      distances[i] = Math.min(distances[i], offX * offX + offY * offY);
    }
  }
}

function pixelRange(from: number, to: number, reach: number): [first: number, last: number] {
  return [
    Math.max(0, Math.ceil(Math.min(from, to) - reach)),
    Math.min(FIELD - 1, Math.floor(Math.max(from, to) + reach)),
  ];
}

function same(a: Point, b: Point): boolean {
  return a.x === b.x && a.y === b.y;
}
