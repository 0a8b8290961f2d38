import type { PlacedStage } from '../../core/pipeline/assembly.js';
import { sections } from '../../core/pipeline/sections.js';
import { outlineLoaded } from '../../node/environment.js';
import { loadPipeline } from '../../node/load-pipeline.js';
import { command } from '../command.js';
import { last, withPipelineFile } from '../pipeline-options.js';

export const graph = command({
  command: 'graph <file>',
  describe: 'The pipeline as a picture, in Mermaid or Graphviz words',
  builder: (yargs) =>
    withPipelineFile(yargs).option('format', {
      choices: ['mermaid', 'dot'] as const,
      default: 'mermaid' as const,
      coerce: last<'mermaid' | 'dot'>,
      describe: 'Language of the picture',
    }),
  async handler({ file, set, swap, format }) {
    const { rows, name } = outlineLoaded(await loadPipeline(file, { set, swap }));
    const drawing = drawingOf(rows);
    process.stdout.write(format === 'mermaid' ? mermaid(drawing) : dot(name, drawing));
  },
});

interface Vertex {
  readonly id: string;
  readonly row: PlacedStage;
}

interface Edge {
  readonly from: string;
  readonly to: string;
  /** What flows; nothing for the dashed way into and out of the network. */
  readonly kind?: string;
}

interface Drawing {
  readonly boxes: readonly { readonly section: string; readonly vertices: readonly Vertex[] }[];
  readonly edges: readonly Edge[];
}

/** Data feeds train, validation and test, `forward` visits the network, and metrics stand side by side on the last step. */
function drawingOf(rows: readonly PlacedStage[]): Drawing {
  const boxes = sections
    .map((section) => ({
      section,
      vertices: rows.filter((row) => row.section === section).map((row, i) => ({ id: `${section}${i}`, row })),
    }))
    .filter(({ vertices }) => vertices.length > 0);
  const verticesOf = (section: string) => boxes.find((box) => box.section === section)?.vertices ?? [];
  const data = verticesOf('data');
  const network = verticesOf('network');

  const edges = boxes.flatMap(({ section, vertices }): Edge[] => {
    let source = section === 'data' || section === 'network' ? undefined : data[data.length - 1];
    return vertices.flatMap((vertex) => {
      const into = source ? [{ from: source.id, to: vertex.id, kind: source.row.definition.to }] : [];
      if (vertex.row.definition.to !== 'metric') source = vertex;
      if (vertex.row.definition.family !== 'forward') return into;
      return [...into, { from: vertex.id, to: network[0].id }, { from: network[network.length - 1].id, to: vertex.id }];
    });
  });
  return { boxes, edges };
}

const mermaid = ({ boxes, edges }: Drawing): string =>
  [
    'flowchart TD',
    ...boxes.flatMap(({ section, vertices }) => [
      `  subgraph ${section}`,
      ...vertices.map(({ id, row }) => `    ${id}["${row.name}"]`),
      '  end',
    ]),
    ...edges.map(({ from, to, kind }) => (kind ? `  ${from} -- ${kind} --> ${to}` : `  ${from} -.-> ${to}`)),
    '',
  ].join('\n');

const dot = (name: string, { boxes, edges }: Drawing): string =>
  [
    `digraph ${JSON.stringify(name)} {`,
    '  node [shape=box, style=rounded];',
    ...boxes.flatMap(({ section, vertices }) => [
      `  subgraph cluster_${section} {`,
      `    label=${section};`,
      ...vertices.map(({ id, row }) => `    ${id} [label=${JSON.stringify(row.name)}];`),
      '  }',
    ]),
    ...edges.map(({ from, to, kind }) => `  ${from} -> ${to} [${kind ? `label=${kind}` : 'style=dashed'}];`),
    '}',
    '',
  ].join('\n');
