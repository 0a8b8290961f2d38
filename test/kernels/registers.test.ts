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
/** The seven sums of products over lists, or the eight or nine of dense ones. A step against a gradient has seven products, too. */
const isInnerLoop = (block: readonly string[]): boolean =>
  [7, 8, 9].includes(block.filter(isProduct).length) &&
  !block.some((instruction) => /^v(sub|fnmadd\d+)ps/.test(instruction));

const touchesStack = (instruction: string): boolean => /xmm/.test(instruction) && /\[rbp/.test(instruction);

// V8 prints code where it was built with a disassembler; the names of instructions are those of one family.
const canLook = process.arch === 'x64' && instructions([]).some(isProduct);

test.skipIf(!canLook).each(Object.entries(flavours))(
  '%s: no sum of an inner loop is put aside on the stack',
  (flavour, flags) => {
    const loops = blocksOf(instructions(flags)).filter(isInnerLoop);
    // over lists: forward, and backward with its step, from columns; over dense rows, of few columns in a way of their own
    // where products are fused
    const sizes = loops.map((loop) => loop.filter(isProduct).length);
    expect(new Set(sizes)).toEqual(new Set(flavour === 'fused' ? [7, 8, 9] : [7, 8]));
    expect(loops.length).toBeGreaterThanOrEqual(4);
    for (const loop of loops) expect(loop.filter(touchesStack)).toEqual([]);
  },
);
