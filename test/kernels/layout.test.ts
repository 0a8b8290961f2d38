/** What kernels put into memory must fit where they put it: the compiler refuses them otherwise. */
import { existsSync, readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { expect, test } from 'vitest';

/** What the compiler says of the kernels, if a file has another text in the place of one. */
async function problemsWith(file: string, text: string, other: string): Promise<string> {
  const { stderr } = await asc.main(['src/kernels/index.ts', '--noEmit', '--enable=simd,threads', '--runtime=stub'], {
    readFile(name) {
      if (!existsSync(name)) return null;
      const source = readFileSync(name, 'utf8');
      if (name !== `src/kernels/${file}`) return source;
      expect(source).toContain(text);
      return source.replace(text, other);
    },
  });
  return stderr.toString();
}

test('the compiler takes the kernels as they are', async () => {
  expect(await problemsWith('threads/layout.ts', 'BLOCK_BYTES', 'BLOCK_BYTES')).not.toContain('ERROR');
});

test.each([
  ['arguments', 'threads/layout.ts', 'BLOCK_BYTES: usize = 128', 'BLOCK_BYTES: usize = 64', 'do not fit their block'],
  ['zeros', 'threads/layout.ts', 'CONSTANTS: usize = 1024', 'CONSTANTS: usize = 960', 'fewer zeros than a row'],
  ['rows of a tile', 'dense/product.ts', 'DEPTH: i32 = 1024', 'DEPTH: i32 = 2048', 'do not fit into a panel'],
  ['nonzeros', 'threads/panel.ts', '64_000 * BYTES', '16_000 * BYTES', 'more nonzeros than a group'],
  ['cursors', 'threads/panel.ts', '32_768 + 64_000 * BYTES', '100_000', 'cursors of so many columns do not fit'],
])('the compiler refuses %s that do not fit', async (_, file, text, other, problem) => {
  expect(await problemsWith(file, text, other)).toContain(problem);
});
