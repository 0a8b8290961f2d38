import { dense, noOptions, type PipelineDefinition, relu, residual, stage } from 'marblenet';
import { describe, expect, it } from 'vitest';
import { graphOf } from '../../../../src/core/inspect/graph/pipeline-graph.js';
import { pipelineSvg } from '../../../../src/core/inspect/graph/svg.js';
import { outlineLoaded } from '../../../../src/node/environment.js';
import { loadPipeline } from '../../../../src/node/load-pipeline.js';

/** The picture of a file, or of what `change` makes of it. */
async function drawn(file: string, change: (definition: PipelineDefinition) => object = () => ({})): Promise<string> {
  const loaded = await loadPipeline(file);
  const definition = { ...loaded.definition, ...change(loaded.definition) };
  const { name, rows } = outlineLoaded({ ...loaded, definition });
  return pipelineSvg(name, graphOf(rows));
}

const texts = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words);

/** The tags that are open at the end; throws for one that closes another. */
function openTags(svg: string): string[] {
  const open: string[] = [];
  for (const [, closing, name, selfClosing] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (closing) expect(open.pop()).toBe(name);
    else if (!selfClosing) open.push(name);
  }
  return open;
}

describe('pipelineSvg', () => {
  it('shows every stage, its shape and what it learns', async () => {
    const svg = await drawn('pipelines/relu.yaml');
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['data:', 'network:', 'train:', 'test:', '[N, 28, 28]', 't [N, 10]', '[100, 28, 28]']),
    );
    expect(texts(svg)).toEqual(expect.arrayContaining(['[B, 50]', 'W, b: 39,250', '[500, 28, 28]']));
    expect(texts(svg).filter((words) => words === 'mean')).toHaveLength(2);
  });

  it.each(['relu', 'deep', 'notebook'])('is well-formed, and every number in it is one: %s', async (name) => {
    const svg = await drawn(`pipelines/${name}.yaml`);
    expect(openTags(svg)).toEqual([]);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('points the way back at the last layer only where there is one', async () => {
    expect(await drawn('pipelines/relu.yaml')).toContain('class="wire back dashed"');
    const judgeOnly = ({ train }: PipelineDefinition) => ({
      train: train.filter(({ definition: { family } }) => family !== 'gradients' && family !== 'optimizers'),
    });
    expect(await drawn('pipelines/relu.yaml', judgeOnly)).not.toContain('class="wire back dashed"');
  });

  it('points the way back around the stages of a block, too, to each stage that a gradient reaches', async () => {
    const blocks = [
      relu(),
      residual({ stages: [dense({ units: 9 }), relu()], shortcut: [dense({ units: 9 }), relu()] }),
      residual({ stages: [dense({ units: 9 })] }),
    ];
    const svg = await drawn('pipelines/relu.yaml', ({ network }) => ({ network: [...blocks, ...network] }));
    const ways = [...svg.matchAll(/class="wire back dashed" d="M ([\d.]+) ([\d.]+)[^"]* H ([\d.]+)"/g)].map((found) =>
      found.slice(1).map(Number),
    );
    const boxes = [...svg.matchAll(/class="box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)]
      .map(([, x, y, width]) => ({ left: Number(x), right: Number(x) + Number(width), y: Number(y) }))
      .filter(({ y }) => y === ways[0][1] - 25);
    const at = (x: number, side: 'left' | 'right') => boxes.findIndex((box) => Math.abs(box[side] - x) < 1e-6);
    const reached = ways.slice(0, -1).map(([from, , to]) => [at(from, 'left'), at(to - 7, 'right')]); // the last is from backward
    const [x, f, s, block, g, second] = [0, 1, 3, 5, 6, 7];
    expect(reached.toSorted(([a, b], [c, d]) => a - c || b - d)).toEqual([
      [f, x],
      [f + 1, f],
      [s, x],
      [s + 1, s],
      [block, f + 1],
      [block, s + 1],
      [g, block],
      [second, block],
      [second, g],
      ...[8, 9, 10].map((later) => [later, later - 1]),
    ]);
  });

  it('takes names for text, not for tags', async () => {
    const bold = stage({
      name: '<b>&"',
      summary: 'does nothing',
      family: 'layers',
      from: 'batch',
      to: 'batch',
      options: noOptions,
      example: 'b',
      build: (_, input) => ({ output: input, operator: (source) => source }),
    });
    const svg = await drawn('pipelines/relu.yaml', ({ network }) => ({ name: 'a < b', network: [bold(), ...network] }));
    expect(openTags(svg)).toEqual([]);
    expect(texts(svg)).toContain('&lt;b&gt;&amp;&quot;');
    expect(svg).toContain('<title>The flow of a &lt; b: data: mnist');
  });
});
