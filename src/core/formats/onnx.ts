/**
 * ONNX: a graph of operators and its tensors as one message of Protocol Buffers. IR version 8, opset 17, float32.
 * Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, from which the numbers of the fields are.
 */
import { joined } from '../bytes.js';
import { type Committee, isCommittee } from '../model/committee.js';
import type { Model } from '../model/model.js';
import type { OnnxAttribute } from '../onnx-rule.js';
import type { Tensor } from '../tensor.js';
import { committeeGraph } from './committee-graph.js';
import { type GraphNode, type GraphOptions, type GraphValue, graphOf } from './graph.js';
import { bytesField, float, text, varint } from './protobuf.js';

const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;

/**
 * From samples as they were, `samples` [batch, ...shape] in float32, to `probabilities`, `logits` or `outputs` [batch, C].
 * Class names, the columns of a table, the pipeline's name and the run are in `metadata_props`. Of a committee it is one graph,
 * its members side by side and their mean.
 *
 * @throws PipelineError when a stage has no rule for ONNX, or there are no logits to give.
 */
export function encodeOnnx(model: Model | Committee, options?: GraphOptions): Uint8Array<ArrayBuffer> {
  const whole = isCommittee(model) ? committeeGraph(model, options) : graphOf(model, options);
  const { nodes, tensors, input, output, description, classNames } = whole;
  const graph = joined([
    ...nodes.map((node) => bytesField(1, encodeNode(node))),
    text(2, description.name),
    ...[...tensors].map(([name, value]) => bytesField(5, encodeTensor(name, value))),
    bytesField(11, encodeValue(input)),
    bytesField(12, encodeValue(output)),
  ]);
  const metadata = {
    name: description.name,
    ...(description.columns && { columns: JSON.stringify(description.columns.features) }),
    ...(classNames && { classNames: JSON.stringify(classNames) }),
    ...(description.reached && { run: JSON.stringify(description.reached) }),
  };
  return joined([
    varint(1, IR_VERSION),
    text(2, 'marblenet'),
    bytesField(7, graph),
    bytesField(8, joined([text(1, ''), varint(2, OPSET)])),
    ...Object.entries(metadata).map(([key, value]) => bytesField(14, joined([text(1, key), text(2, value)]))),
  ]);
}

const encodeNode = ({ name, op, inputs, output, attributes }: GraphNode) =>
  joined([
    ...inputs.map((input) => text(1, input)),
    text(2, output),
    text(3, name),
    text(4, op),
    ...Object.entries(attributes).map(([key, value]) =>
      bytesField(5, joined([text(1, key), ...encodeAttribute(value)])),
    ),
  ]);

/** The value, and which kind of value it is. */
function encodeAttribute(value: OnnxAttribute) {
  if (typeof value === 'number') return [float(2, value), varint(20, 1)];
  if (typeof value === 'bigint') return [varint(3, value), varint(20, 2)];
  if (typeof value === 'string') return [text(4, value), varint(20, 3)];
  return [...value.map((each) => varint(8, each)), varint(20, 7)];
}

const encodeTensor = (name: string, { shape, data }: Tensor) =>
  joined([
    ...shape.map((size) => varint(1, size)),
    varint(2, FLOAT),
    text(8, name),
    bytesField(9, new Uint8Array(Float32Array.from(data).buffer)),
  ]);

function encodeValue({ name, shape }: GraphValue) {
  const batch = bytesField(1, text(2, 'batch'));
  const axes = joined([batch, ...shape.map((size) => bytesField(1, varint(1, size)))]);
  const tensor = joined([varint(1, FLOAT), bytesField(2, axes)]);
  return joined([text(1, name), bytesField(2, bytesField(1, tensor))]);
}
