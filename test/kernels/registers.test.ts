/**
 * The inner loops stand or fall with their registers: a sum that V8 puts aside on the stack, and takes back in every round,
 * halves their speed and changes no result. So the machine code is looked at, as V8 prints it.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('products.mjs', import.meta.url));

/** Node 20 has fused multiply-add behind a flag, later versions without. */
const flavours = process.versions.node.startsWith('20.')
  ? { plain: [], fused: ['--experimental-wasm-relaxed-simd'] }
  : { fused: [] };

/** One line an instruction, from all functions that were compiled. */
function instructions(flavour: readonly string[]): string[] {
  // one thread, lest several print at once; and to a file, since V8 does not wait for whoever reads a pipe
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
/** Eight or nine products in a round over dense rows; over lists, seven in a narrow tile, eleven to thirteen in a wide one. */
const inARound = { fused: [7, 8, 9, 11, 12, 13], plain: [7, 8, 11, 12, 13] };
/** A step against a gradient, behind a loop, has as many products. */
const isInnerLoop = (block: readonly string[]): boolean =>
  inARound.fused.includes(block.filter(isProduct).length) &&
  !block.some((instruction) => /^v(sub|fnmadd\d+)ps/.test(instruction));

const isStoreOfVector = (instruction: string): boolean => /^vmov\w+ \[.*xmm\d+$/.test(instruction);
const touchesStack = (instruction: string): boolean => /xmm/.test(instruction) && /\[rbp/.test(instruction);
/** A loop that updates vectors where they stand has no sums; a factor that it reads from the stack costs next to nothing. */
const isSpill = (instruction: string, loop: readonly string[]): boolean =>
  touchesStack(instruction) && (isStoreOfVector(instruction) || !loop.some(isStoreOfVector));

// V8 prints code where it was built with a disassembler; the names of instructions are those of one family.
const canLook = process.arch === 'x64' && instructions([]).some(isProduct);

test.skipIf(!canLook).each(Object.entries(flavours))(
  '%s: no sum of an inner loop is put aside on the stack',
  (flavour, flags) => {
    const loops = blocksOf(instructions(flags)).filter(isInnerLoop);
    const sizes = loops.map((loop) => loop.filter(isProduct).length);
    expect([...new Set(sizes)].sort((a, b) => a - b)).toEqual(inARound[flavour as 'fused' | 'plain']);
    // over lists: forward and backward from packed entries and from unpacked ones; and backward from rows
    for (const size of [7, 11, 12, 13]) expect(sizes.filter((one) => one === size).length).toBeGreaterThanOrEqual(5);
    for (const loop of loops) expect(loop.filter((one) => isSpill(one, loop))).toEqual([]);
  },
);
