/** A model as a graph of operators of ONNX, opset 17, from samples as they were to what the model says of them. */
import { PipelineError } from '../errors.js';
import type { ModelDescription } from '../model/description.js';
import type { Model } from '../model/model.js';
import type { OnnxAttribute, OnnxGraph, OnnxStage } from '../onnx-rule.js';
import { isTensor, type StateDict } from '../state.js';
import { permuted, type Shape, sizeOf, type Tensor } from '../tensor.js';
import { outputShapeOf } from './onnx-shapes.js';

/** One operator: it reads values and tensors by their names, and gives one value. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Of one sample of what it gives. */
  readonly shape: Shape;
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A value [batch, ...shape]. */
export interface GraphValue {
  readonly name: string;
  readonly shape: Shape;
}

export interface Graph {
  readonly description: Pick<ModelDescription, 'name' | 'outputs' | 'fill' | 'columns' | 'reached'>;
  readonly classNames: readonly string[] | undefined;
  readonly input: GraphValue;
  readonly output: GraphValue;
  /** In the order in which they are computed. */
  readonly nodes: readonly GraphNode[];
  /** What is the same for every sample: what was learned, and constants. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** How the numbers of the last stage are given. */
export interface GraphOptions {
  /** Leave the softmax that makes probabilities of them to the reader. */
  readonly logits?: boolean;
}

/**
 * @throws PipelineError when a stage has no rule for ONNX, or there are no logits to give.
 */
export function graphOf(
  model: Model,
  { logits = false }: GraphOptions = {},
  format: 'ONNX' | 'JavaScript' = 'ONNX',
): Graph {
  const { description, layers, classNames } = model;
  const { outputs: reading, input } = description;
  const hasLogits = reading === 'logits' || reading === 'binaryLogits';
  if (logits && !hasLogits) {
    throw new PipelineError(`the network gives ${reading}, and has no logits; leave --logits out`);
  }
  const of = format === 'ONNX' ? '' : `, whose operators ${format} is made of`;
  const { nodes, tensors, at, follow } = growing(input.shape, model.state(), ({ name, onnx }, place) => {
    if (onnx !== undefined) return onnx;
    throw new PipelineError(
      `the stage ${name} at ${place} says nothing of ONNX${of}: give it a rule, as onnx: (graph, x) => graph.add('Relu', x)`,
    );
  });
  let x = follow(layers, 'network', scaledInput(at('scaling'), description));
  const says = hasLogits && !logits ? 'probabilities' : readings[reading];
  if (hasLogits && !logits) {
    x = reading === 'logits' ? at('softmax').add('Softmax', x, { axis: -1n }) : at('sigmoid').add('Sigmoid', x);
  }
  x = inOwnUnits(at('targets'), x, description);
  // the last value gets the name that it is read by
  const { output: last } = nodes.at(-1)?.output === x ? nodes[nodes.length - 1] : at('output').copy(x);
  const renamed = nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => (name === last ? says : name)),
    output: node.output === last ? says : node.output,
  }));
  return {
    description,
    classNames,
    input: { name: INPUT, shape: input.shape },
    output: { name: says, shape: outputShape(model) },
    nodes: renamed,
    tensors,
  };
}

const INPUT = 'samples';
const readings = {
  logits: 'logits',
  binaryLogits: 'logits',
  probabilities: 'probabilities',
  numbers: 'outputs',
} as const;

const outputShape = ({ description: { input } }: Model): Shape => [input.classes ?? input.targets ?? 1];

type Rule = NonNullable<OnnxStage['definition']['onnx']>;

/**
 * An empty graph, and what appends to it for a place in the pipeline.
 *
 * @param ruleOf the rule of a stage, wherever it stands
 */
function growing(input: Shape, state: StateDict, ruleOf: (definition: OnnxStage['definition'], place: string) => Rule) {
  const nodes: GraphNode[] = [];
  const tensors = new Map<string, Tensor>();
  const shapes = new Map([[INPUT, input]]);

  const at = (place: string): OnnxGraph & { copy(x: string): GraphNode; whole(value: Tensor): string } => {
    const append = (op: string, inputs: readonly string[], attributes: GraphNode['attributes']): GraphNode => {
      const wrong = inputs.find((name) => !shapes.has(name) && !tensors.has(name));
      if (wrong !== undefined) {
        throw new PipelineError(`${place}: its rule for ONNX reads "${wrong}", which no node gave`);
      }
      const output = `${place}.${op}.${nodes.length}`;
      const given = inputs.map((name) => ({ sample: shapes.get(name), tensor: tensors.get(name)?.shape }));
      const shape = outputShapeOf(op, given, attributes);
      shapes.set(output, shape);
      const node = { name: output, op, inputs, output, shape, attributes };
      nodes.push(node);
      return node;
    };
    const keep = (name: string, value: Tensor): string => {
      tensors.set(name, value);
      return name;
    };
    let held = 0; // how many stages of this one were appended
    const graph = {
      add: (op: string, inputs: string | readonly string[], attributes: GraphNode['attributes'] = {}) =>
        append(op, typeof inputs === 'string' ? [inputs] : inputs, attributes).output,
      constant: (value: number) => graph.whole({ shape: [], data: Float64Array.of(value) }),
      whole: (value: Tensor) => keep(`${place}.constant.${tensors.size}`, value),
      tensor(name: string, axes?: readonly number[]) {
        const full = `${place}.${name}`;
        const found = state[full];
        if (found === undefined || !isTensor(found)) return undefined;
        return axes === undefined ? keep(full, found) : keep(`${full}.${axes.join('')}`, permuted(found, axes));
      },
      shapeOf: (x: string) => shapes.get(x) ?? [],
      flat: (x: string) => (graph.shapeOf(x).length === 1 ? x : graph.add('Flatten', x, { axis: 1n })),
      channelsFirst(x: string) {
        if (graph.shapeOf(x).length < 3) {
          return graph.add('Unsqueeze', [x, graph.add('Constant', [], { value_ints: [1n] })]);
        }
        const before = nodes.find(({ output }) => output === x);
        const isUndone = before?.op === 'Transpose' && String(before.attributes.perm) === String(LAST);
        return isUndone ? before.inputs[0] : graph.add('Transpose', x, { perm: FIRST });
      },
      channelsLast: (x: string) => graph.add('Transpose', x, { perm: LAST }),
      stages(stages: readonly OnnxStage[], x: string) {
        held += stages.length;
        return follow(stages, place, x, held - stages.length);
      },
      copy: (x: string) => append('Identity', [x], {}),
    };
    return graph;
  };
  /** Appends stages one after another, those of a place at `network.0`, `network.1`. */
  const follow = (stages: readonly OnnxStage[], place: string, x: string, first = 0): string =>
    stages.reduce((value, { definition, options }, i) => {
      const stands = `${place}.${first + i}`;
      return ruleOf(definition, stands)(at(stands), value, options);
    }, x);
  return { nodes, tensors, at, follow };
}

/** Where the axes of images go: channels before rows and columns, and back behind them. */
const FIRST = [0n, 3n, 1n, 2n];
const LAST = [0n, 2n, 3n, 1n];

/** What appends to a graph for a place in the pipeline. */
type Growing = ReturnType<ReturnType<typeof growing>['at']>;

/** What stands for numbers that are missing, where some may be; then (x - mean) / std, without what changes nothing. */
function scaledInput(graph: Growing, { scaling, fill, input }: ModelDescription): string {
  const { mean, std } = scaling;
  const each = (value: number | readonly number[]): string => eachColumn(graph, value, input.shape);
  const whole = fill === undefined ? INPUT : graph.add('Where', [graph.add('IsNaN', INPUT), each(fill), INPUT]);
  const centred = mean === 0 ? whole : graph.add('Sub', [whole, each(mean)]);
  return std === 1 ? centred : graph.add('Div', [centred, each(std)]);
}

/** x std + mean: real numbers as the targets had them. */
function inOwnUnits(graph: Growing, x: string, { targetScaling, input: { targets = 1 } }: ModelDescription): string {
  if (targetScaling === undefined) return x;
  const { mean, std } = targetScaling;
  return graph.add('Add', [
    graph.add('Mul', [x, eachColumn(graph, std, [targets])]),
    eachColumn(graph, mean, [targets]),
  ]);
}

/** One number, or one for each number of a sample: as many as there are columns, again and again. */
function eachColumn(graph: Growing, value: number | readonly number[], shape: Shape): string {
  const [first, ...others] = [value].flat();
  if (others.length === 0) return graph.constant(first);
  const all = [first, ...others];
  return graph.whole({ shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => all[i % all.length]) });
}

/** The operators that the layers of a network for samples of this shape are in ONNX; of a stage without a rule, none. */
export function operatorsOf(
  layers: Model['layers'],
  sample: Shape,
): { readonly op: string; readonly alpha: number | undefined }[] {
  const { nodes, follow } = growing(sample, {}, ({ onnx = (_, x) => x }) => onnx);
  follow(layers, 'network', INPUT);
  return nodes.map(({ op, attributes: { alpha } }) => ({ op, alpha: typeof alpha === 'number' ? alpha : undefined }));
}
