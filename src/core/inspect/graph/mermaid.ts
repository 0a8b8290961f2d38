import type { PipelineGraph } from './pipeline-graph.js';

/** A graph in the words of Mermaid: https://mermaid.js.org/syntax/flowchart.html */
export const mermaid = ({ lanes, edges }: PipelineGraph): string =>
  [
    'flowchart TD',
    ...lanes.flatMap(({ section, vertices }) => [
      `  subgraph ${section}`,
      ...vertices.map(({ id, row }) => `    ${id}["${row.name}"]`),
      '  end',
    ]),
    ...edges.map(({ from, to, kind }) =>
      kind ? `  ${from.id} -- ${kind} --> ${to.id}` : `  ${from.id} -.-> ${to.id}`,
    ),
    '',
  ].join('\n');
