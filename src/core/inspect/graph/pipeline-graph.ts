/** A pipeline as a graph: its stages, and what flows from which to which. */
import type { Kind } from '../../kinds.js';
import { byFlow, type PlacedStage, placeOf, type StageRow } from '../../pipeline/assembly.js';
import { type Section, sections } from '../../pipeline/sections.js';

/** A stage; one that could not be built has no output and no parameters. */
export interface Vertex {
  /** `network0` */
  readonly id: string;
  readonly row: StageRow | PlacedStage;
  /** Of a stage that holds others: the first of them. What goes to it goes around all of them, too. */
  readonly first?: Vertex;
}

interface Edge {
  readonly from: Vertex;
  readonly to: Vertex;
  /** What flows; undefined on the way from `forward` into the network and out of it. */
  readonly kind?: Kind;
}

/** The stages of a section, in the order in which data meet them: a stage that holds others, behind those. */
export interface Lane {
  readonly section: Section;
  readonly vertices: readonly Vertex[];
}

export interface PipelineGraph {
  /** Those that the pipeline has, in the order of a pipeline file. */
  readonly lanes: readonly Lane[];
  readonly edges: readonly Edge[];
}

/** Data feeds train, validation and test, `forward` visits the network, and metrics stand side by side on the last step. */
export function graphOf(rows: readonly (StageRow | PlacedStage)[]): PipelineGraph {
  const lanes = sections
    .map((section) => ({
      section,
      vertices: verticesFor(rows.filter((row) => row.section === section).toSorted(byFlow)),
    }))
    .filter(({ vertices }) => vertices.length > 0);
  const verticesOf = (section: Section) => lanes.find((lane) => lane.section === section)?.vertices ?? [];
  const data = verticesOf('data');
  const network = verticesOf('network');

  const edges = lanes.flatMap(({ section, vertices }): Edge[] => {
    let source: Vertex | undefined = section === 'data' || section === 'network' ? undefined : data[data.length - 1];
    return vertices.flatMap((vertex) => {
      const around = vertex.first && vertices[vertices.indexOf(vertex.first) - 1];
      const into = [source, around].flatMap((from) =>
        from === undefined ? [] : [{ from, to: vertex, kind: from.row.definition.to }],
      );
      if (vertex.row.definition.to !== 'metric') source = vertex;
      if (vertex.row.definition.family !== 'forward') return into;
      const begins = network.filter((one) => one === network[0] || one.first === network[0]);
      return [
        ...into,
        ...begins.map((to) => ({ from: vertex, to })),
        { from: network[network.length - 1], to: vertex },
      ];
    });
  });
  return { lanes, edges };
}

function verticesFor(rows: readonly (StageRow | PlacedStage)[]): readonly Vertex[] {
  const vertices: Vertex[] = [];
  for (const [i, row] of rows.entries()) {
    const first = vertices.find((vertex) => placeOf(vertex.row).startsWith(`${placeOf(row)}.`));
    vertices.push({ id: `${row.section}${i}`, row, ...(first && { first }) });
  }
  return vertices;
}
