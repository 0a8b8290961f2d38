/** Writes PNG files of every kind, for tests alone. Source: the PNG specification, third edition. */
import { crc32, deflateSync } from 'node:zlib';

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha. */
  readonly colourType: number;
  readonly depth: number;
  readonly interlaced?: boolean;
  /** [n, 3] */
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
  /** What stands in place of the packed pixels. */
  readonly packed?: Uint8Array;
}

const NUMBERS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

export function chunk(type: string, content: Uint8Array): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), content, Buffer.alloc(4)]);
  bytes.writeUInt32BE(content.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** @param samples [height, width, numbers], each of `depth` bits; rows take the five filters in turn. */
export function pngFile(samples: ArrayLike<number>, options: PngOptions): Buffer {
  const { width, height, colourType, depth, interlaced = false, palette, transparency } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from('Comment\0made by a test')),
    ...(palette ? [chunk('PLTE', Uint8Array.from(palette))] : []),
    ...(transparency ? [chunk('tRNS', Uint8Array.from(transparency))] : []),
    chunk('IDAT', options.packed ?? deflateSync(filtered(samples, options))),
    chunk('IEND', new Uint8Array()),
  ]);
}

function filtered(samples: ArrayLike<number>, { width, height, colourType, depth, interlaced }: PngOptions): Buffer {
  const numbers = NUMBERS[colourType];
  const rows: Buffer[] = [];
  for (const [startX, startY, stepX, stepY] of interlaced ? ADAM7 : [[0, 0, 1, 1]]) {
    let above: Buffer | undefined;
    for (let y = startY, nth = 0; y < height && startX < width; y += stepY, nth++) {
      const values: number[] = [];
      for (let x = startX; x < width; x += stepX) {
        for (let c = 0; c < numbers; c++) values.push(samples[(y * width + x) * numbers + c]);
      }
      const bits = values.map((value) => value.toString(2).padStart(depth, '0')).join('');
      const row = Buffer.from(bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)) ?? []);
      rows.push(filteredRow(row, above ?? Buffer.alloc(row.length), nth % 5, Math.max(1, (depth * numbers) / 8)));
      above = row;
    }
  }
  return Buffer.concat(rows);
}

function filteredRow(row: Buffer, above: Buffer, filter: number, back: number): Buffer {
  const bytes = Array.from(row, (value, i) => {
    const [a, b, c] = [row[i - back] ?? 0, above[i], i < back ? 0 : above[i - back]];
    const estimate = a + b - c;
    const [nearest] = [a, b, c].sort((p, q) => Math.abs(estimate - p) - Math.abs(estimate - q)); // stable: a before b
    return (value - [0, a, b, (a + b) >> 1, nearest][filter]) & 0xff;
  });
  return Buffer.from([filter, ...bytes]);
}
