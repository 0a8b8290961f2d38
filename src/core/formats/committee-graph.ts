/** A committee as one graph of operators of ONNX: its members side by side, from the same samples to their mean. */
import { PipelineError } from '../errors.js';
import type { Committee } from '../model/committee.js';
import { type Graph, type GraphOptions, graphOf } from './graph.js';

/**
 * @throws PipelineError when a stage has no rule for ONNX, or logits are asked for: what is averaged are probabilities.
 */
export function committeeGraph({ members, name, classNames }: Committee, { logits = false }: GraphOptions = {}): Graph {
  if (logits) {
    throw new PipelineError('a committee gives the mean of probabilities, which has no logits; leave --logits out');
  }
  const alone = members.map((member) => graphOf(member));
  const graphs = alone.map((graph, i) => inside(`members.${i}`, graph));
  const [{ description, input, output }] = alone;
  const mean = {
    name: 'mean',
    op: 'Mean',
    inputs: graphs.map((graph) => graph.output.name),
    output: output.name,
    shape: output.shape,
    attributes: {},
  };
  return {
    description: { name, outputs: description.outputs, ...(description.columns && { columns: description.columns }) },
    classNames,
    input,
    output,
    nodes: [...graphs.flatMap(({ nodes }) => nodes), mean],
    tensors: new Map(graphs.flatMap(({ tensors }) => [...tensors])),
  };
}

/** The same graph, every name of whose values begins with a place; the samples alone are those of all. */
function inside(place: string, graph: Graph): Graph {
  const named = (value: string): string => (value === graph.input.name ? value : `${place}.${value}`);
  return {
    ...graph,
    output: { ...graph.output, name: named(graph.output.name) },
    nodes: graph.nodes.map((node) => ({
      ...node,
      name: named(node.name),
      inputs: node.inputs.map(named),
      output: named(node.output),
    })),
    tensors: new Map(Array.from(graph.tensors, ([name, value]) => [named(name), value])),
  };
}
