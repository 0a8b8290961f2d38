/**
 * The speed of the inner loops depends on their registers: an accumulator that V8 spills to the stack, and loads again in
 * every round, halves it and changes no result. So these tests read the machine code, as V8 prints it.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { allowFasterSimd } from '../../src/node/simd.js';

const script = fileURLToPath(new URL('products.mjs', import.meta.url));

/**
 * The vectors of the products in a round: how many of 32 bytes, plus how many of 16. With sparse rows, seven of 16 bytes in a
 * narrow tile, eleven to thirteen in a wide one; with dense rows as many, or four rows by two, or three by three; with pairs four by
 * four, or eight by two.
 */
const inARound = {
  plain: { ofSparseRows: ['0+7', '0+11', '0+12', '0+13'], ofDenseRows: ['0+8'] },
  fused: { ofSparseRows: ['0+7', '0+11', '0+12', '0+13'], ofDenseRows: ['0+8', '0+9'] },
  paired: { ofSparseRows: ['3+1', '5+1', '6+0', '6+1'], ofDenseRows: ['8+0'] },
};

const faster = allowFasterSimd();

/** Node 20 has fused multiply-add behind a flag, later versions without; some of those pair vectors behind a flag. */
const flags: Partial<Record<keyof typeof inARound, readonly string[]>> = process.versions.node.startsWith('20.')
  ? { plain: [], fused: faster }
  : { fused: [], ...(faster.length > 0 && { paired: faster }) };

/** One line an instruction, from all functions that were compiled. */
function instructions(flavour: readonly string[]): string[] {
  // one thread, since several would print at once; and to a file, since V8 does not wait for the reader of a pipe
  const flags = [...flavour, '--single-threaded', '--print-wasm-code', '--no-liftoff', '--no-wasm-dynamic-tiering'];
  const folder = mkdtempSync(join(tmpdir(), 'marblenet-'));
  const path = join(folder, 'printed.txt');
  const file = openSync(path, 'w');
  execFileSync(process.execPath, [...flags, script], { stdio: ['ignore', file, 'inherit'] });
  closeSync(file);
  const printed = readFileSync(path, 'utf8');
  rmSync(folder, { recursive: true });
  return printed.split('\n').flatMap((line) => /^0x[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ +(.*)$/.exec(line)?.[1] ?? []);
}

/** Stretches without a jump. */
function blocksOf(code: readonly string[]): string[][] {
  const blocks: string[][] = [[]];
  for (const instruction of code) {
    blocks[blocks.length - 1].push(instruction);
    if (/^(j|ret|call)/.test(instruction)) blocks.push([]);
  }
  return blocks;
}

const isProduct = (instruction: string): boolean => /^v(mul|fmadd\d+)ps/.test(instruction);

function shapeOf(block: readonly string[]): string {
  const products = block.filter(isProduct);
  const paired = products.filter((instruction) => instruction.includes('ymm'));
  return `${paired.length}+${products.length - paired.length}`;
}

/** A descent step, behind a loop, has as many products. */
const isStep = (block: readonly string[]): boolean =>
  block.some((instruction) => /^v(sub|fnmadd\d+)ps/.test(instruction));

const isStoreOfVector = (instruction: string): boolean => /^vmov\w+ \[.*[xy]mm\d+$/.test(instruction);
const touchesStack = (instruction: string): boolean => /[xy]mm/.test(instruction) && /\[rbp/.test(instruction);
/** A loop that updates vectors in place has no accumulators; a factor that it loads from the stack costs almost nothing. */
const isSpill = (instruction: string, loop: readonly string[]): boolean =>
  touchesStack(instruction) && (isStoreOfVector(instruction) || !loop.some(isStoreOfVector));

// V8 prints code where it was built with a disassembler; the names of instructions are those of one family.
const isReadable = process.arch === 'x64' && instructions([]).some(isProduct);

test.skipIf(!isReadable).each(Object.entries(flags))(
  '%s: no accumulator of an inner loop is spilled to the stack',
  (flavour, flags) => {
    const { ofSparseRows, ofDenseRows } = inARound[flavour as keyof typeof inARound];
    const blocks = blocksOf(instructions(flags)).filter((block) => !isStep(block));
    // sparse: forward and backward, of packed nonzeros and of unpacked ones; and the outer product, which has no pairs
    for (const shape of ofSparseRows) {
      expect(blocks.filter((block) => shapeOf(block) === shape).length).toBeGreaterThanOrEqual(4);
    }
    for (const shape of ofDenseRows) expect(blocks.map(shapeOf)).toContain(shape);
    for (const loop of blocks.filter((block) => [...ofSparseRows, ...ofDenseRows].includes(shapeOf(block)))) {
      expect(loop.filter((one) => isSpill(one, loop))).toEqual([]);
    }
  },
);

test.skipIf(!isReadable || flags.paired === undefined)('paired: activations and optimizers compute pairs, too', () => {
  const code = instructions([...(flags.paired ?? []), '--no-wasm-lazy-compilation']);
  const quotientsAndRoots = code.filter((one) => /^v(div|sqrt)ps/.test(one));
  // of elu, sigmoid, tanh, softplus and three optimizers; gelu has four that are not, mish four and swish two
  expect(quotientsAndRoots.filter((one) => one.includes('ymm')).length).toBeGreaterThanOrEqual(20);
  expect(quotientsAndRoots.filter((one) => one.includes('xmm')).length).toBeLessThanOrEqual(10);
});
