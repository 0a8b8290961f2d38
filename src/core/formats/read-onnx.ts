/**
 * The weights of an ONNX file that is a chain of dense layers and activations: Gemm, or MatMul and Add. What it does to its
 * input before the first layer is left to the pipeline.
 */
import { DataError } from '../errors.js';
import { formatShape, type Shape, sizeOf } from '../tensor.js';
import type { ForeignTensor } from './foreign-layers.js';
import { type Field, fieldsOf } from './protobuf.js';

/** What is read of such a file. */
export interface OnnxChain {
  /** `0.W`, `0.b`, `1.W`, ... in the layout [inputs, outputs]. */
  readonly tensors: readonly ForeignTensor[];
  /** As `stepsOf` says them, from the first layer on. */
  readonly steps: readonly string[];
  /** What the last numbers are multiplied by, and what is added then: real numbers in their own units. */
  readonly outputScaling: OutputScaling | undefined;
}

/** One for all outputs, or one each. */
export interface OutputScaling {
  readonly std: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
}

/** Operators that change no number. */
const passed = ['Flatten', 'Reshape', 'Identity', 'Cast', 'Dropout', 'Constant', 'Squeeze', 'Unsqueeze'];
/** Before the first layer they fill in and scale the input; else they are a part of gelu, or scale the output. */
const arithmetic = ['Sub', 'Div', 'Mul', 'Add'];
const missing = ['IsNaN', 'Where'];
/** Each may stand behind a layer. */
const activationOperators = ['Relu', 'LeakyRelu', 'Elu', 'Sigmoid', 'Softplus', 'Tanh', 'Erf'];
const softmaxes = ['Softmax', 'LogSoftmax'];

interface Operator {
  readonly op: string;
  readonly alpha: number | undefined;
}

/**
 * The operators that change numbers, in their order, with what bends them: `Gemm, Relu, Elu (alpha 1), Gemm`. Without what
 * scales the input; the five of gelu are one, Erf.
 */
export function stepsOf(operators: readonly Operator[]): string[] {
  const steps = operators.filter(({ op }) => !passed.includes(op)).map(named);
  const first = steps.findIndex((step) => ![...arithmetic, ...missing].includes(step));
  const isGelu = (at: number): boolean => /^(Mul|Div),Erf,Add,Mul,Mul$/.test(String(steps.slice(at, at + GELU)));
  // where gelu comes first, its own Mul is what is before Erf
  for (let at = Math.max(0, first - 1); at < steps.length; at++) if (isGelu(at)) steps.splice(at, GELU, 'Erf');
  return steps.slice(steps.findIndex((step) => ![...arithmetic, ...missing].includes(step)));
}

/** How many operators make gelu. */
const GELU = 5;

function named({ op, alpha }: Operator): string {
  const bend = { Elu: 1, LeakyRelu: 0.01 }[op];
  return bend === undefined ? op : `${op} (alpha ${Number((alpha ?? bend).toPrecision(6))})`;
}

interface Node {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: ReadonlyMap<string, number>;
  /** Of a Transpose. */
  readonly permutation: readonly number[];
}

/**
 * @param path the file's name, for the messages.
 * @throws DataError when it is no such file, or has another operator.
 */
export function readOnnx(bytes: Uint8Array, path: string): OnnxChain {
  const fail = (problem: string): never => {
    throw new DataError(path, problem);
  };
  const graph = messageAt(fieldsOf(bytes, noOnnx(fail)), 7);
  if (graph === undefined) return fail('this is no ONNX file: it has no graph');
  const fields = fieldsOf(graph, noOnnx(fail));
  const initializers = new Map(messagesAt(fields, 5).map((message) => tensorOf(message, fail)));
  const nodes = messagesAt(fields, 1).map((message) => nodeOf(message, fail));

  const hasErf = nodes.some(({ op }) => op === 'Erf');
  const tensors: ForeignTensor[] = [];
  const operators: (Operator & { readonly node: Node; readonly stored: readonly ForeignTensor[] })[] = [];
  let layers = 0;
  let previous: Node | undefined;
  for (const node of nodes) {
    const { op, inputs, attributes } = node;
    const refuse = (why: string) => refuseNode(node, why, fail);
    const stored = inputs.flatMap((input) => initializers.get(input) ?? []);
    if (op === 'Constant') continue;
    const transposed = op === 'Transpose' ? initializers.get(inputs[0]) : undefined;
    if (transposed !== undefined) {
      // PyTorch's weights, on their way to a MatMul
      if (transposed.shape.length !== 2 || String(node.permutation) !== '1,0')
        refuse('transposes something else than a matrix');
      initializers.set(node.output, turned(transposed));
      continue;
    }
    if (previous !== undefined && !hasErf && !inputs.includes(previous.output))
      refuse('does not read the one before it');
    if (op === 'Gemm' || op === 'MatMul') {
      const W = initializers.get(inputs[1]);
      if (W === undefined || W.shape.length !== 2) return refuse(`is a ${op} of something else than x and a matrix`);
      const isScaled = ['alpha', 'beta'].some((key) => (attributes.get(key) ?? 1) !== 1);
      if (isScaled || attributes.get('transA')) return refuse('is a Gemm with alpha, beta or transA');
      tensors.push({ ...(attributes.get('transB') ? turned(W) : W), name: `${layers}.W` });
      const b = initializers.get(inputs[2]);
      if (b !== undefined) tensors.push({ ...flat(b), name: `${layers}.b` });
      layers++;
      operators.push({ op: 'Gemm', alpha: undefined, node, stored });
    } else if (op === 'Add' && previous?.op === 'MatMul' && stored.length === 1) {
      tensors.push({ ...flat(stored[0]), name: `${layers - 1}.b` });
    } else {
      const taken = [...passed, ...arithmetic, ...activationOperators, ...softmaxes, ...(layers === 0 ? missing : [])];
      if (!taken.includes(op)) return refuse(`is an operator ${op}`);
      const axis = attributes.get('axis');
      if (softmaxes.includes(op) && axis !== undefined && !LAST_AXES.includes(axis)) {
        return refuse(`is a ${op} over the axis ${axis}`);
      }
      operators.push({ op, alpha: attributes.get('alpha'), node, stored });
    }
    previous = node;
  }
  const steps = stepsOf(operators);
  const outputScaling = scalingAtEnd(operators, steps);
  const rest = outputScaling === undefined ? steps : steps.slice(0, -2);
  const odd = rest.find((step) => arithmetic.includes(step));
  if (odd !== undefined) {
    const { node } = operators.findLast(({ op }) => op === odd) ?? operators[0];
    return refuseNode(node, `is an operator ${odd}`, fail);
  }
  return { tensors, steps: rest, outputScaling };
}

const refuseNode = ({ name, op }: Node, why: string, fail: (problem: string) => never): never =>
  fail(`the node ${name || op} ${why}; what can be imported is a chain of layers x W + b`);

/** The axis of the classes of [B, C], as 1, or as -1 in a varint. */
const LAST_AXES = [1, -1, 2 ** 64];

/** x std + mean, as the last of all steps. */
function scalingAtEnd(
  operators: readonly (Operator & { readonly stored: readonly ForeignTensor[] })[],
  steps: readonly string[],
): OutputScaling | undefined {
  if (!/(^|,)Mul,Add$/.test(String(steps))) return undefined;
  const [times, plus] = operators.filter(({ op }) => !passed.includes(op)).slice(-2);
  if (times.stored.length !== 1 || plus.stored.length !== 1) return undefined;
  return { std: times.stored[0].data, mean: plus.stored[0].data };
}

const noOnnx = (fail: (problem: string) => never) => (problem: string) => fail(`this is no ONNX file: ${problem}`);

/** As long as all of its axes but one are 1. */
const flat = (tensor: ForeignTensor): ForeignTensor => ({ ...tensor, shape: [sizeOf(tensor.shape)] });

function turned({ name, shape: [H, D], data }: ForeignTensor): ForeignTensor {
  return {
    name,
    shape: [D, H],
    data: Float64Array.from({ length: D * H }, (_, i) => data[(i % H) * D + Math.floor(i / H)]),
  };
}

const messagesAt = (fields: readonly Field[], number: number): Uint8Array[] =>
  fields.flatMap(([field, value]) => (field === number && typeof value !== 'bigint' ? [value] : []));
const messageAt = (fields: readonly Field[], number: number): Uint8Array | undefined =>
  messagesAt(fields, number).at(-1);
const textAt = (fields: readonly Field[], number: number): string =>
  new TextDecoder('utf-8', { fatal: false }).decode(messageAt(fields, number) ?? new Uint8Array());

function nodeOf(message: Uint8Array, fail: (problem: string) => never): Node {
  const fields = fieldsOf(message, noOnnx(fail));
  let permutation: readonly number[] = [1, 0]; // unless it says another
  const attributes = messagesAt(fields, 5).map((attribute): [string, number] => {
    const parts = fieldsOf(attribute, noOnnx(fail));
    if (textAt(parts, 1) === 'perm') {
      permutation = parts.flatMap(([field, value]) => (field === 8 ? wholesOf(value, fail) : []));
    }
    const whole = parts.find(([field]) => field === 3)?.[1];
    const float = messageAt(parts, 2);
    const value =
      float?.length === 4 ? viewOf(float).getFloat32(0, true) : Number(typeof whole === 'bigint' ? whole : 0n);
    return [textAt(parts, 1), value];
  });
  const inputs = messagesAt(fields, 1).map((input) => new TextDecoder('utf-8', { fatal: false }).decode(input));
  return {
    name: textAt(fields, 3),
    op: textAt(fields, 4),
    inputs,
    output: textAt(fields, 2),
    attributes: new Map(attributes),
    permutation,
  };
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The types of numbers, by their number in ONNX, that a weight may have: float32 and float64. */
const widths: Readonly<Record<string, 4 | 8>> = { 1: 4, 11: 8 };

/** A tensor with its numbers in `raw_data`, or in `float_data` and `double_data`. */
function tensorOf(message: Uint8Array, fail: (problem: string) => never): [string, ForeignTensor] {
  const fields = fieldsOf(message, noOnnx(fail));
  const name = textAt(fields, 8);
  const shape: Shape = fields.flatMap(([field, value]) => (field === 1 ? wholesOf(value, fail) : []));
  const type = Number(fields.find(([field]) => field === 2)?.[1] ?? 0n);
  const width = widths[type];
  // the shapes that a Reshape wants, and the like: no weight
  if (width === undefined) return [name, { name, shape: [], data: [] }];
  if (fields.some(([field, value]) => field === 14 && value === 1n)) fail(`the numbers of ${name} are in another file`);
  const raw = messageAt(fields, 9) ?? joined(messagesAt(fields, width === 4 ? 4 : 10));
  if (raw.length !== sizeOf(shape) * width) {
    fail(`${name} has ${raw.length} bytes, expected ${sizeOf(shape) * width} for the shape ${formatShape(shape)}`);
  }
  const view = viewOf(raw);
  const read = (i: number) => (width === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true));
  return [name, { name, shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => read(i)) }];
}

/** Whole numbers, as the sizes of a shape: one a field, or all of them in one. */
function wholesOf(value: Field[1], fail: (problem: string) => never): number[] {
  if (typeof value === 'bigint') return [Number(value)];
  // what a packed field holds is read as the varints of a message without tags
  const sizes: number[] = [];
  let size = 0;
  let shift = 1;
  for (const byte of value) {
    size += (byte & 127) * shift;
    shift *= 128;
    if (byte > 127) continue;
    sizes.push(size);
    size = 0;
    shift = 1;
  }
  return shift === 1 ? sizes : fail('this is no ONNX file: a list of numbers in it is cut');
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}
