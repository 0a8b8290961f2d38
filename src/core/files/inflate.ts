/**
 * Deflate, gzip and zlib data, unpacked by a loop of this program, with zlib's words for what is wrong. Browsers have
 * DecompressionStream, which says of broken data only that they are, refuses gzip of several members, and cannot be asked for the
 * first bytes alone, so that a page would neither read nor refuse the same files as Node.
 *
 * Source: RFC 1951 (deflate), RFC 1950 (zlib), RFC 1952 (gzip).
 */
import { joined } from '../bytes.js';
import { crc32 } from '../crc32.js';
import { BrokenData, type Gunzip, type Inflate } from './unpack.js';

/** How far back a copy may reach. */
const WINDOW = 32_768;
/** Bytes that are unpacked before they are handed on, as Node's zlib is asked for. */
const CHUNK = 256 * 1024;
const LONGEST_COPY = 258;

/** More bytes than the header of a block takes, and than one symbol does. */
const HEADER_BYTES = 600;
const SYMBOL_BYTES = 8;

const CUT = 'unexpected end of file';

/** Yields what was unpacked, and `undefined` where it needs more of the packed bytes. */
type Unpacking = Generator<Uint8Array | undefined, void, undefined>;

/** Where in a block of symbols the unpacking stopped; `cut` where the packed bytes end in the middle of a symbol. */
type State = 'inside' | 'ended' | 'cut';

/** The packed bytes, bit by bit. */
class Input {
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;
  #held = 0;
  #heldBits = 0;
  /** Whether nothing comes behind what there is. */
  isWhole = false;

  /** How many bytes are left, those aside of which bits were taken. */
  get left(): number {
    return this.#bytes.length - this.#at + (this.#heldBits >> 3);
  }

  add(bytes: Uint8Array): void {
    this.#bytes = this.#at === this.#bytes.length ? bytes : joined([this.#bytes.subarray(this.#at), bytes]);
    this.#at = 0;
  }

  /** Whether there are so many bytes, or no more will come. */
  has(bytes: number): boolean {
    return this.hasFrom(this.#at, bytes);
  }

  private hasFrom(at: number, bytes: number): boolean {
    return this.isWhole || this.#bytes.length - at >= bytes;
  }

  bits(count: number): number {
    while (this.#heldBits < count) {
      if (this.#at === this.#bytes.length) throw new BrokenData(CUT);
      this.#held |= this.#bytes[this.#at++] << this.#heldBits;
      this.#heldBits += 8;
    }
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#heldBits -= count;
    return value;
  }

  /** The next symbol of a code; -1 where no symbol begins so. */
  symbol({ table, longest }: Code): number {
    while (this.#heldBits < longest && this.#at < this.#bytes.length) {
      this.#held |= this.#bytes[this.#at++] << this.#heldBits;
      this.#heldBits += 8;
    }
    const entry = table[this.#held & ((1 << longest) - 1)];
    const length = entry & 15;
    if (length > this.#heldBits || (length === 0 && this.#heldBits < longest)) throw new BrokenData(CUT);
    if (length === 0) return -1;
    this.#held >>>= length;
    this.#heldBits -= length;
    return entry >> 4;
  }

  /**
   * Unpacks symbols until their block ends, there are `limit` bytes, or few packed ones are left: nearly all of the work, so it
   * keeps its state in variables.
   *
   * @param end of the bytes in `output`
   * @returns the end of those that there are now, and where in the block it stopped.
   */
  unpackTo(output: Uint8Array, end: number, limit: number, { literals, distances }: Codes): [number, State] {
    const bytes = this.#bytes;
    const literalMask = (1 << literals.longest) - 1;
    const distanceMask = (1 << distances.longest) - 1;
    let [at, held, heldBits] = [this.#at, this.#held, this.#heldBits];
    let state: State = 'inside';
    while (end < limit && this.hasFrom(at, SYMBOL_BYTES)) {
      for (; heldBits <= 24 && at < bytes.length; heldBits += 8) held |= bytes[at++] << heldBits;
      let entry = literals.table[held & literalMask];
      let length = entry & 15;
      if (length > heldBits || (length === 0 && heldBits < literals.longest)) {
        state = 'cut';
        break;
      }
      held >>>= length;
      heldBits -= length;
      const symbol = entry >> 4;
      if (symbol < END_OF_BLOCK && length > 0) {
        output[end++] = symbol;
        continue;
      }
      if (symbol === END_OF_BLOCK) {
        state = 'ended';
        break;
      }
      if (length === 0 || symbol > 285) throw new BrokenData('invalid literal/length code');
      const lengthBits = LENGTH_BITS[symbol - 257];
      if (lengthBits > heldBits) {
        state = 'cut';
        break;
      }
      const copied = LENGTHS[symbol - 257] + (held & ((1 << lengthBits) - 1));
      held >>>= lengthBits;
      heldBits -= lengthBits;

      for (; heldBits <= 24 && at < bytes.length; heldBits += 8) held |= bytes[at++] << heldBits;
      entry = distances.table[held & distanceMask];
      length = entry & 15;
      if (length > heldBits || (length === 0 && heldBits < distances.longest)) {
        state = 'cut';
        break;
      }
      held >>>= length;
      heldBits -= length;
      if (length === 0 || entry >> 4 > 29) throw new BrokenData('invalid distance code');
      for (; heldBits <= 24 && at < bytes.length; heldBits += 8) held |= bytes[at++] << heldBits;
      const distanceBits = DISTANCE_BITS[entry >> 4];
      if (distanceBits > heldBits) {
        state = 'cut';
        break;
      }
      const distance = DISTANCES[entry >> 4] + (held & ((1 << distanceBits) - 1));
      held >>>= distanceBits;
      heldBits -= distanceBits;
      if (distance > end) throw new BrokenData('invalid distance too far back');
      // byte by byte: a copy may overlap itself, which repeats it
      for (const last = end + copied; end < last; end++) output[end] = output[end - distance];
    }
    [this.#at, this.#held, this.#heldBits] = [at, held, heldBits];
    return [end, state];
  }

  /** Leaves what is left of a byte of which bits were taken. */
  toByte(): void {
    this.bits(this.#heldBits & 7);
  }

  /** The next byte, which stays. */
  get next(): number {
    return this.#heldBits >= 8 ? this.#held & 255 : this.#bytes[this.#at];
  }

  /** Some of the next bytes, at most so many, at a whole byte. */
  take(most: number): Uint8Array {
    if (this.#heldBits > 0) return Uint8Array.of(this.bits(8));
    const bytes = this.#bytes.subarray(this.#at, this.#at + most);
    this.#at += bytes.length;
    return bytes;
  }
}

/** A prefix code: by the next bits, of which the first is the lowest, a symbol and its length. */
interface Code {
  /** symbol * 16 + length; 0 where no symbol begins so. */
  readonly table: Uint16Array;
  /** Bits. */
  readonly longest: number;
}

/**
 * The canonical code of such lengths, 0 for a symbol that there is not.
 *
 * @param mayBeIncomplete whether a code of one symbol, of one bit, or of none will do
 * @returns undefined where there are too many codes, or too few.
 */
function codeOf(lengths: Uint8Array, mayBeIncomplete: boolean): Code | undefined {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]++;
  counts[0] = 0;
  const longest = counts.findLastIndex((count) => count > 0);
  if (longest === -1) return mayBeIncomplete ? { table: new Uint16Array(2), longest: 1 } : undefined;
  const next = new Uint16Array(16);
  let code = 0;
  let free = 1;
  for (let length = 1; length < 16; length++) {
    code = (code + counts[length - 1]) << 1;
    next[length] = code;
    free = (free << 1) - counts[length];
    if (free < 0) return undefined;
  }
  if (free > 0 && !(mayBeIncomplete && longest === 1)) return undefined;
  const table = new Uint16Array(1 << longest);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const first = reversed(next[length]++, length);
    for (let i = first; i < table.length; i += 1 << length) table[i] = symbol * 16 + length;
  }
  return { table, longest };
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}

/** The codes of a block. */
interface Codes {
  readonly literals: Code;
  readonly distances: Code;
}

const known = (code: Code | undefined, problem: string): Code => {
  if (code === undefined) throw new BrokenData(problem);
  return code;
};

/** Those that are in no file. */
const FIXED: Codes = {
  literals: known(codeOf(Uint8Array.from({ length: 288 }, fixedLength), false), ''),
  distances: known(codeOf(new Uint8Array(32).fill(5), false), ''),
};

function fixedLength(_: unknown, symbol: number): number {
  if (symbol < 144) return 8;
  if (symbol < 256) return 9;
  return symbol < 280 ? 7 : 8;
}

/** In which order the lengths of the code for lengths are written. */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Of the symbols 16 to 18: bits that say how often, and the least of that. */
const REPEATS = [
  [2, 3],
  [3, 3],
  [7, 11],
];

function readCodes(input: Input): Codes {
  const [literalCount, distanceCount, lengthCount] = [257 + input.bits(5), 1 + input.bits(5), 4 + input.bits(4)];
  if (literalCount > 286 || distanceCount > 30) throw new BrokenData('too many length or distance symbols');
  const ofLengths = new Uint8Array(19);
  for (const symbol of LENGTH_ORDER.slice(0, lengthCount)) ofLengths[symbol] = input.bits(3);
  const lengthCode = known(codeOf(ofLengths, false), 'invalid code lengths set');
  const lengths = new Uint8Array(literalCount + distanceCount);
  for (let i = 0; i < lengths.length; ) {
    const symbol = input.symbol(lengthCode);
    if (symbol === -1) throw new BrokenData('invalid code lengths set');
    if (symbol < 16) {
      lengths[i++] = symbol;
      continue;
    }
    const [bits, least] = REPEATS[symbol - 16];
    const value = symbol === 16 ? lengths[i - 1] : 0;
    const end = i + least + input.bits(bits);
    if (value === undefined || end > lengths.length) throw new BrokenData('invalid bit length repeat');
    lengths.fill(value, i, end);
    i = end;
  }
  if (lengths[END_OF_BLOCK] === 0) throw new BrokenData('invalid code -- missing end-of-block');
  return {
    literals: known(codeOf(lengths.subarray(0, literalCount), true), 'invalid literal/lengths set'),
    distances: known(codeOf(lengths.subarray(literalCount), true), 'invalid distances set'),
  };
}

/** Of the symbols from 257 on: the shortest copy, and bits that say how much longer it is. RFC 1951, 3.2.5. */
const LENGTHS = Uint16Array.of(
  ...[
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ],
);
const LENGTH_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
);
/** The same of how far back it begins. */
const DISTANCES = Uint16Array.from({ length: 30 }, (_, i) => (i < 2 ? i + 1 : ((2 + (i & 1)) << ((i >> 1) - 1)) + 1));
const DISTANCE_BITS = Uint8Array.from({ length: 30 }, (_, i) => (i < 2 ? 0 : (i >> 1) - 1));

/** Unpacks blocks up to the last one. */
function* deflated(input: Input): Unpacking {
  const output = new Uint8Array(WINDOW + CHUNK + LONGEST_COPY);
  /** Where the bytes begin that were not handed on, and where they end; those before may be copied. */
  let begin = 0;
  let end = 0;
  const handOn = (): Uint8Array => {
    const bytes = output.slice(begin, end);
    const kept = Math.min(end, WINDOW);
    output.copyWithin(0, end - kept, end);
    begin = end = kept;
    return bytes;
  };
  function* need(bytes: number): Unpacking {
    while (!input.has(bytes)) {
      if (end > begin) yield handOn();
      yield undefined;
    }
  }
  try {
    for (let isLast = false; !isLast; ) {
      yield* need(HEADER_BYTES);
      isLast = input.bits(1) === 1;
      const type = input.bits(2);
      if (type === 3) throw new BrokenData('invalid block type');
      if (type === 0) {
        input.toByte();
        const length = input.bits(16);
        if (input.bits(16) !== (length ^ 0xffff)) throw new BrokenData('invalid stored block lengths');
        for (let left = length; left > 0; ) {
          yield* need(1);
          const bytes = input.take(Math.min(left, WINDOW + CHUNK - end));
          if (bytes.length === 0) throw new BrokenData(CUT);
          output.set(bytes, end);
          end += bytes.length;
          left -= bytes.length;
          if (end - begin >= CHUNK) yield handOn();
        }
        continue;
      }
      const codes = type === 1 ? FIXED : readCodes(input);
      for (let state: State = 'inside'; state !== 'ended'; ) {
        yield* need(SYMBOL_BYTES);
        [end, state] = input.unpackTo(output, end, begin + CHUNK, codes);
        if (state === 'cut') throw new BrokenData(CUT);
        if (end - begin >= CHUNK) yield handOn();
      }
    }
  } catch (error) {
    // what is before the end of data that were cut off is right, and some ask for no more
    if (error instanceof BrokenData && error.message === CUT && end > begin) yield handOn();
    throw error;
  }
  if (end > begin) yield handOn();
}

const END_OF_BLOCK = 256;

/** Flags in the header of a gzip member. */
const [HEADER_CRC, EXTRA, NAME, COMMENT] = [2, 4, 8, 16];

/** One member: a header, data, their checksum and length. */
function* gzipMember(input: Input): Unpacking {
  const header: number[] = [];
  function* byte(): Generator<undefined, number, undefined> {
    while (!input.has(1)) yield undefined;
    header.push(input.bits(8));
    return header[header.length - 1];
  }
  const magic = (yield* byte()) + ((yield* byte()) << 8);
  if (magic !== 0x8b1f) throw new BrokenData('incorrect header check');
  const [method, flags] = [yield* byte(), yield* byte()];
  if (method !== DEFLATE) throw new BrokenData('unknown compression method');
  if (flags & 0xe0) throw new BrokenData('unknown header flags set');
  for (let i = 0; i < 6; i++) yield* byte(); // time, how well it is packed, operating system
  if (flags & EXTRA) for (let left = (yield* byte()) + ((yield* byte()) << 8); left > 0; left--) yield* byte();
  for (const flag of [NAME, COMMENT]) if (flags & flag) while ((yield* byte()) !== 0);
  if (flags & HEADER_CRC) {
    const found = crc32(Uint8Array.from(header)) & 0xffff;
    if ((yield* byte()) + ((yield* byte()) << 8) !== found) throw new BrokenData('header crc mismatch');
  }
  let checksum = 0;
  let length = 0;
  for (const bytes of deflated(input)) {
    checksum = crc32(bytes ?? NOTHING, checksum);
    length += bytes?.length ?? 0;
    yield bytes;
  }
  input.toByte();
  const word = function* (): Generator<undefined, number, undefined> {
    return ((yield* byte()) | ((yield* byte()) << 8) | ((yield* byte()) << 16) | ((yield* byte()) << 24)) >>> 0;
  };
  if ((yield* word()) !== checksum) throw new BrokenData('incorrect data check');
  if ((yield* word()) !== length % 2 ** 32) throw new BrokenData('incorrect length check');
}

const DEFLATE = 8;
const NOTHING = new Uint8Array();

/** Unpacks gzip data as they come: all members, up to a zero byte, which is none. */
export function gunzip(packed: AsyncGenerator<Uint8Array, void, undefined>): Gunzip {
  const input = new Input();
  let received = 0;
  let bytesRead = 0;
  const more = async (): Promise<void> => {
    const { done, value } = await packed.next();
    if (done) input.isWhole = true;
    else {
      bytesRead = received; // those before this chunk are unpacked, but for a few
      received += value.length;
      input.add(value);
    }
  };
  async function* unpacked() {
    try {
      do {
        for (const bytes of gzipMember(input)) {
          if (bytes === undefined) await more();
          else yield bytes;
        }
        while (!input.has(1)) await more();
      } while (input.left > 0 && input.next !== 0);
    } catch (error) {
      if (error instanceof BrokenData && error.message === CUT) bytesRead = received;
      throw error;
    }
    bytesRead = received - input.left;
  }
  return {
    unpacked: unpacked(),
    get bytesRead() {
      return bytesRead;
    },
  };
}

/** Data between zlib's header and its checksum. */
function* zlibData(input: Input): Unpacking {
  const [method, flags] = [input.bits(8), input.bits(8)];
  if ((method * 256 + flags) % 31 !== 0) throw new BrokenData('incorrect header check');
  if ((method & 15) !== DEFLATE) throw new BrokenData('unknown compression method');
  if (method >> 4 > 7) throw new BrokenData('invalid window size');
  if (flags & 0x20) throw new BrokenData('Missing dictionary');
  let [a, b] = [1, 0];
  for (const bytes of deflated(input)) {
    for (const byte of bytes ?? NOTHING) {
      a = (a + byte) % ADLER;
      b = (b + a) % ADLER;
    }
    yield bytes;
  }
  input.toByte();
  const [b1, b0, a1, a0] = Array.from({ length: 4 }, () => input.bits(8));
  if (b1 * 256 + b0 !== b || a1 * 256 + a0 !== a) throw new BrokenData('incorrect data check');
}

/** The largest prime below 2^16, of the checksum Adler-32. RFC 1950, 8.2. */
const ADLER = 65_521;

/** The loop, for data that are in memory. */
export const inflate: Inflate = {
  zlib: (packed, most) => collected(packed, zlibData, most),
  raw: (packed, most) => collected(packed, deflated, most),
  rawStart(packed) {
    const pieces: Uint8Array[] = [];
    try {
      for (const bytes of deflated(wholeInput(packed))) pieces.push(bytes ?? NOTHING);
    } catch (error) {
      if (!(error instanceof BrokenData && error.message === CUT)) throw error;
    }
    return joined(pieces);
  },
};

function wholeInput(packed: Uint8Array): Input {
  const input = new Input();
  input.add(packed);
  input.isWhole = true;
  return input;
}

function collected(packed: Uint8Array, unpack: (input: Input) => Unpacking, most: number): Uint8Array | undefined {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (const bytes of unpack(wholeInput(packed))) {
    length += bytes?.length ?? 0;
    if (length > most) return undefined;
    pieces.push(bytes ?? NOTHING);
  }
  return joined(pieces);
}
