/** docs/kernels.md has addresses and a kernel: both must be as the compiler has them. */
import { existsSync, readFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { expect, test } from 'vitest';

const page = readFileSync('docs/kernels.md', 'utf8');

test('the memory map has the addresses of layout.ts', () => {
  const layout = readFileSync('src/kernels/threads/layout.ts', 'utf8');
  const addresses: Record<string, number> = {};
  for (const [, name, sum] of layout.matchAll(/const (\w+): usize = ([\w +-]+);/g)) {
    const [first, ...others] = sum.split(' + ').map((term) => addresses[term] ?? Number(term));
    addresses[name] = others.reduce((total, term) => total + term, first);
  }
  const rows = [...page.matchAll(/^\| (\d+) \| `(\w+)` \| /gm)];
  expect(rows.length).toBeGreaterThan(10);
  for (const [, from, name] of rows) expect([name, Number(from)]).toEqual([name, addresses[name]]);
});

test('the kernel compiles', async () => {
  const kernel = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const { error, stderr } = await asc.main(
    ['src/kernels/activations/signed-square.ts', '--noEmit', '--enable=simd,threads', '--runtime=stub'],
    {
      readFile(name) {
        if (name.endsWith('signed-square.ts')) return kernel;
        return existsSync(name) ? readFileSync(name, 'utf8') : null;
      },
    },
  );
  expect(error, stderr.toString()).toBeNull();
  expect(kernel).toContain('export function');
});
