/** What a bundler finds as 'marblenet' for a page: nothing of Node's. */
import { expect, it } from 'vitest';
import * as portable from '../../src/portable.js';
import { bundleForPage } from './bundle.js';

it('has all of the portable part under both names, and imports nothing from outside', async () => {
  for (const name of ['marblenet', 'marblenet/page']) {
    const [chunk, ...others] = await bundleForPage(`export * from '${name}';`, 'es');
    expect(others).toEqual([]);
    expect([...chunk.imports, ...chunk.dynamicImports]).toEqual([]);
    expect(chunk.exports).toEqual(expect.arrayContaining([...Object.keys(portable), 'runPipeline']));
  }
});
