import { vectorsArePaired } from '../paired-vectors.js';
import { wasmFlavour } from './wasm-module.js';

/** How many vectors and rows a block of each kind has (src/kernels/conv/gather-block.ts). */
interface Block {
  readonly vectors: number;
  readonly rows: number;
}

/** The shapes of blocks that fill the registers, with and without pairs of vectors, and without fused multiply-add. */
export type BlockShapes = 'paired' | 'fused' | 'plain';

const BLOCKS: Readonly<Record<BlockShapes, { readonly narrow: Block; readonly wide: Block }>> = {
  paired: { narrow: { vectors: 2, rows: 8 }, wide: { vectors: 4, rows: 4 } },
  fused: { narrow: { vectors: 2, rows: 4 }, wide: { vectors: 3, rows: 3 } },
  plain: { narrow: { vectors: 2, rows: 4 }, wide: { vectors: 2, rows: 4 } },
};

/** Those that suit what V8 makes of the kernels here. */
export function blockShapes(): BlockShapes {
  if (wasmFlavour() === 'plain SIMD') return 'plain';
  return vectorsArePaired() ? 'paired' : 'fused';
}

/** Columns that a gathered product computes at a time (src/kernels/conv/column-tiles.ts). */
export interface ColumnTile extends Block {
  readonly column: number;
  readonly width: number;
}

/** Columns in as few tiles as possible, and with as few vectors too many: all are full but the first. */
export function columnTiles(columns: number, lanes: number, shapes: BlockShapes): ColumnTile[] {
  const blocks = blocksFor(Math.ceil(columns / lanes), BLOCKS[shapes]);
  let end = columns;
  return blocks
    .reverse()
    .map((block) => {
      const column = Math.max(0, end - block.vectors * lanes);
      const tile = { ...block, column, width: end - column };
      end = column;
      return tile;
    })
    .reverse();
}

function blocksFor(vectors: number, { narrow, wide }: { readonly narrow: Block; readonly wide: Block }): Block[] {
  const wides = (count: number) => Array.from({ length: count }, () => wide);
  const rest = vectors % wide.vectors;
  if (rest === 0) return wides(vectors / wide.vectors);
  if (rest > narrow.vectors) return wides(Math.ceil(vectors / wide.vectors));
  // two narrow tiles take no more vectors than a wide one and a narrow one of which half is too many
  if (wide.vectors === 3 && rest === 1 && vectors > 1) return [narrow, narrow, ...wides((vectors - 4) / 3)];
  return [narrow, ...wides((vectors - rest) / wide.vectors)];
}
