/** What a bundler finds as 'marblenet' for a page: nothing of Node's, and all that it takes to train. */
import { createContext, runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { runPipeline } from '../../src/index.js';
import * as portable from '../../src/portable.js';
import { bundleForPage } from './bundle.js';

it('has all of the portable part under both names, and imports nothing from outside', async () => {
  for (const name of ['marblenet', 'marblenet/page']) {
    const chunks = await bundleForPage(`export * from '${name}';`, 'es');
    const files = chunks.map(({ fileName }) => fileName);
    for (const { imports, dynamicImports } of chunks)
      expect(files).toEqual(expect.arrayContaining([...imports, ...dynamicImports]));
    expect(chunks[0].exports).toEqual(expect.arrayContaining([...Object.keys(portable), 'runPipeline']));
  }
});

it('loads what decodes files of one’s own when it is needed', async () => {
  const [first, ...others] = await bundleForPage(`export { filesHost, runPipeline } from 'marblenet';`, 'es');
  const modules = first.moduleIds.map((id) => id.replaceAll('\\', '/'));
  expect(modules.filter((id) => /csv-parse|files\/(jpeg|png|npz|idx|inflate|open-table)/.test(id))).toEqual([]);
  for (const needed of ['csv-parse', 'files/jpeg.js', 'files/png.js', 'files/npz.js', 'files/inflate.js']) {
    expect(others.flatMap(({ moduleIds }) => moduleIds).join()).toContain(needed);
  }
});

/** A pipeline file, and what is left of it in a page. */
const file = `
name: small
epochs: 2
data: [digits: { train: 200, test: 100 }, normalize: { divisor: 255 }, oneHot: { classes: 10 }]
network: [dense: { units: 20 }, relu, dense: { units: 10 }]
train: [shuffleBatch: { size: 50 }, forward, softmaxCrossEntropy, backward, sgd: { learningRate: 0.1 }, mean: { of: loss }]
test: [batch: { size: 50 }, forward, softmaxCrossEntropy, accuracy]
`;

/** What a page has and JavaScript itself has not; no process, no Buffer, no require, no setImmediate. Not isolated. */
const page = () => {
  const { performance, crypto, atob, setTimeout, clearTimeout, MessageChannel, URL } = globalThis;
  const fetch = async () => new Response(file);
  const { AbortController, AbortSignal, TextDecoder, Response, structuredClone } = globalThis;
  return createContext({
    ...{ performance, crypto, atob, setTimeout, clearTimeout, MessageChannel, URL, fetch },
    ...{ AbortController, AbortSignal, TextDecoder, Response, structuredClone },
    ...{ crossOriginIsolated: false, navigator: { hardwareConcurrency: 2 } },
  });
};

it('trains where there is nothing of Node, from a file that it fetches, to the same weights', async () => {
  const program = `import { runPipeline } from 'marblenet'; globalThis.result = runPipeline('small.yaml');`;
  const [{ code }] = await bundleForPage(program, 'iife');
  const context = page();
  runInContext(code, context);
  const { weights, test } = await runInContext('result', context);
  const { definition } = portable.resolvePipelineFile(
    portable.parsePipelineFile(file, 'small.yaml'),
    portable.builtInStages,
  );
  const here = await runPipeline(definition);
  expect({ weights, test: { ...test } }).toEqual({ weights: here.weights, test: here.test });
});
