/** A pipeline as a graph: its stages, and what flows from which to which. */
import type { Kind } from '../../kinds.js';
import { byFlow, isOutermost, type PlacedStage, placeOf, type StageRow } from '../../pipeline/assembly.js';
import { type Section, sections } from '../../pipeline/sections.js';
import { listsIn } from '../../stage-list.js';

/** A stage; one that could not be built has no output and no parameters. */
export interface Vertex {
  /** `network0` */
  readonly id: string;
  readonly row: StageRow | PlacedStage;
  /** The lists of stages that it holds. What goes to it goes to the first of each, and with one list around it, too. */
  readonly lists: readonly (readonly Vertex[])[];
}

/** From one stage of a section to another; undefined where it comes from outside. */
interface Way {
  readonly from: Vertex | undefined;
  readonly to: Vertex;
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
  readonly ways: readonly Way[];
}

export interface PipelineGraph {
  /** Those that the pipeline has, in the order of a pipeline file. */
  readonly lanes: readonly Lane[];
  readonly edges: readonly Edge[];
}

/** Data feeds train, validation and test, `forward` visits the network, and metrics stand side by side on the last step. */
export function graphOf(rows: readonly (StageRow | PlacedStage)[]): PipelineGraph {
  const lanes = sections
    .map((section) => {
      const vertices = verticesFor(rows.filter((row) => row.section === section).toSorted(byFlow));
      return { section, vertices, ways: waysThrough(vertices.filter(({ row }) => isOutermost(row))) };
    })
    .filter(({ vertices }) => vertices.length > 0);
  const laneOf = (section: Section) => lanes.find((lane) => lane.section === section);
  const [data, network] = [laneOf('data'), laneOf('network')];

  const edges = lanes.flatMap(({ section, ways }): Edge[] => {
    const source = section === 'data' || section === 'network' ? undefined : data?.vertices.at(-1);
    return ways.flatMap(({ from = source, to }) => {
      const into = from === undefined ? [] : [{ from, to, kind: from.row.definition.to }];
      if (to.row.definition.family !== 'forward' || network === undefined) return into;
      const begins = network.ways.filter((way) => way.from === undefined);
      return [
        ...into,
        ...begins.map((way) => ({ from: to, to: way.to })),
        { from: network.vertices[network.vertices.length - 1], to },
      ];
    });
  });
  return { lanes, edges };
}

/** @param source where the first of the vertices gets from what it gets */
function waysThrough(vertices: readonly Vertex[], source?: Vertex): Way[] {
  let from = source;
  return vertices.flatMap((to) => {
    const inside = to.lists.flatMap((list) => waysThrough(list, from));
    const ends = to.lists.map((list) => ({ from: list.at(-1), to }));
    const direct = to.lists.length > 1 ? [] : [{ from, to }];
    if (to.row.definition.to !== 'metric') from = to;
    return [...inside, ...ends, ...direct];
  });
}

/** @param rows by flow: those that a stage holds stand before it */
function verticesFor(rows: readonly (StageRow | PlacedStage)[]): readonly Vertex[] {
  const byPlace = new Map<string, Vertex>();
  for (const [i, row] of rows.entries()) {
    let held = 0;
    const lists = listsIn(row).map(([, stages]) =>
      stages.flatMap(() => byPlace.get(`${placeOf(row)}.${held++}`) ?? []),
    );
    byPlace.set(placeOf(row), { id: `${row.section}${i}`, row, lists });
  }
  return [...byPlace.values()];
}
