import type { PipelineGraph } from './pipeline-graph.js';

/** A graph in the words of Graphviz: https://graphviz.org/doc/info/lang.html */
export const dot = (name: string, { lanes, edges }: PipelineGraph): string =>
  [
    `digraph ${JSON.stringify(name)} {`,
    '  node [shape=box, style=rounded];',
    ...lanes.flatMap(({ section, vertices }) => [
      `  subgraph cluster_${section} {`,
      `    label=${section};`,
      ...vertices.map(({ id, row }) => `    ${id} [label=${JSON.stringify(row.name)}];`),
      '  }',
    ]),
    ...edges.map(({ from, to, kind }) => `  ${from.id} -> ${to.id} [${kind ? `label=${kind}` : 'style=dashed'}];`),
    '}',
    '',
  ].join('\n');
