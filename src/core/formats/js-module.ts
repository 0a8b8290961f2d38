/** A model as one ES module: its weights, the few functions that its network takes, and `predict`. No dependency. */
import { base64 } from '../bytes.js';
import type { Model } from '../model/model.js';
import { sizeOf, type Tensor } from '../tensor.js';
import { type Graph, graphOf } from './graph.js';
import type { Operand } from './js-operand.js';
import { expressionOf, functions } from './js-operators.js';
import { ROW_TYPES, ROWS } from './js-rows.js';

/** The text of a module, and of the types beside it. */
export interface JsModule {
  readonly code: string;
  readonly types: string;
}

/**
 * Numbers are kept as float32 and computed in float64.
 *
 * @throws PipelineError when a stage has no rule for ONNX, or its rule takes an operator that JavaScript has not here.
 */
export function encodeJs(model: Model): JsModule {
  const { outputs } = model.description;
  const graph = graphOf(model, { logits: outputs === 'logits' || outputs === 'binaryLogits' }, 'JavaScript');
  return { code: codeOf(graph), types: typesOf(model.description.columns !== undefined) };
}

function codeOf({ description, classNames, input, output, nodes, tensors }: Graph): string {
  const { name, outputs: reading, reached, columns: table } = description;
  const stored = new Map<string, string>(); // the names of tensors in the code
  const values = new Map<string, Operand>([[input.name, { kind: 'value', code: 'x', shape: input.shape }]]);
  const operandOf = (name: string): Operand => {
    const value = values.get(name);
    if (value !== undefined) return value;
    const { shape, data } = tensors.get(name) as Tensor;
    if (shape.length === 0) return { kind: 'number', code: String(data[0]) };
    const stand = stored.get(name) ?? `t${stored.size}`;
    stored.set(name, stand);
    return { kind: 'tensor', code: stand, shape };
  };
  const steps = nodes.map((node, i) => {
    const expression = expressionOf(node, node.inputs.map(operandOf));
    values.set(node.output, { kind: 'value', code: `v${i}`, shape: node.shape });
    return `  const v${i} = ${expression};`;
  });
  const makes = {
    logits: 'softmax',
    binaryLogits: 'sigmoid',
    probabilities: 'Float64Array.from',
    numbers: undefined,
  }[reading];
  const probabilities = makes === undefined ? 'undefined' : `tensor(rows.map((row) => ${makes}(row)))`;
  const more = table ? ', unseen' : '';
  const body = [...steps, `  return ${values.get(output.name)?.code};`].join('\n');
  const used = usedBy(`${body} ${makes}(`);
  const info = {
    name,
    shape: input.shape,
    ...(table && { columns: table.features }),
    ...(classNames && { classNames }),
    ...(reached && { run: reached }),
  };
  const weights = [...stored].map(
    ([name, stand]) => `const ${stand} = floats('${encodedFloats((tensors.get(name) as Tensor).data)}');`,
  );
  return `// A trained network, exported by marblenet. It needs nothing else: import { predict } from this file.

/** What it is called, the shape of a sample${table ? OF_COLUMNS : ''}, what its classes are called, and the run that it is from. */
export const model = ${JSON.stringify(info)};

const size = ${sizeOf(input.shape)};
const columns = ${sizeOf(output.shape)};

/** What the network says of one sample. */
function forward(x) {
${body}
}

/** Takes one sample, a list of samples, or { shape: [n, ...], data }: numbers as they were before any scaling${table ? ', or rows by the names of their columns' : ''}. */
export function predict(samples) {
${table ? '  const unseen = [];\n' : ''}  const rows = rowsOf(${table ? 'numbersOf(samples, unseen)' : 'samples'}).map((row, n) => {
    if (row?.length !== size) throw new RangeError(\`sample \${n}: found \${row?.length} numbers, expected \${size}\`);
    const x = Float64Array.from(row);
    const wrong = x.findIndex((value) => !Number.isFinite(value)${description.fill === undefined ? '' : ' && !Number.isNaN(value)'});
    if (wrong !== -1) throw new RangeError(\`sample \${n}: found \${x[wrong]} at number \${wrong}, expected a finite number\`);
    return forward(x);
  });
  const outputs = tensor(rows);
${
  classNames === undefined
    ? `  return { classes: [], names: [], probabilities: ${probabilities}, outputs${more} };`
    : `  const classes = rows.map((row) => row.indexOf(Math.max(...row)));
  const names = classes.map((label) => model.classNames[label]);
  const probabilities = ${probabilities};
  return { classes, names, probabilities, outputs${more} };`
}
}

function rowsOf(samples) {
  if (typeof samples !== 'object' || samples === null) {
    throw new RangeError(\`found \${samples}, expected numbers of one sample, a list of samples, or { shape, data }\`);
  }
  if ('shape' in samples) {
    const [n] = samples.shape;
    if (samples.data.length !== n * size) {
      throw new RangeError(\`found \${samples.data.length} numbers for \${n} samples, expected \${n * size}\`);
    }
    return Array.from({ length: n }, (_, i) => Array.prototype.slice.call(samples.data, i * size, (i + 1) * size));
  }
  return Array.isArray(samples) && typeof samples[0] !== 'number' ? samples : [samples];
}

const tensor = (rows) => ({ shape: [rows.length, columns], data: Float32Array.from(rows.flatMap((row) => [...row])) });

${table ? `${ROWS}\n` : ''}${used.map(([, code]) => code).join('\n\n')}

const floats = (base64) => new Float32Array(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)).buffer);
${weights.join('\n')}
`;
}

/** The functions that some code calls, and those that they call. */
function usedBy(code: string): (readonly [name: string, code: string])[] {
  const used = Object.entries(functions).filter(([name]) => new RegExp(`\\b${name}\\(`).test(code));
  const all = used.map(([, code]) => code).join('\n');
  const more = Object.entries(functions).filter((each) => !used.some(([name]) => name === each[0]));
  return [...used, ...more.filter(([name]) => new RegExp(`\\b${name}\\(`).test(all))];
}

/** As `floats` reads them. */
const encodedFloats = (numbers: Tensor['data']): string => base64(new Uint8Array(Float32Array.from(numbers).buffer));

const OF_COLUMNS = ', how the columns of a row become one';

const typesOf = (isOfTable: boolean): string => `/** Numbers, and how they lie: row after row. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What the network says of n samples, in their order. */
export interface Prediction {
  /** [n] The class of the largest output; empty where the network learned from real-valued targets. */
  readonly classes: readonly number[];
  /** [n] What those classes are called. */
  readonly names: readonly string[];
  /** [n, C] How probable each class is; undefined where the network says something else. */
  readonly probabilities: Tensor | undefined;
  /** [n, C] What the network's last stage said. */
  readonly outputs: Tensor;${
    isOfTable
      ? `
  /** Values of rows that no row to learn from has, so that they count for none. */
  readonly unseen: readonly { readonly sample: number; readonly column: string; readonly value: string }[];`
      : ''
  }
}

${isOfTable ? `${ROW_TYPES}\n` : ''}/** One sample, a list of samples, or n samples one after another: numbers as they were before any scaling. */
export type Samples =
  | ArrayLike<number>
  | readonly ArrayLike<number>[]
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> }${isOfTable ? '\n  | Row\n  | readonly Row[]' : ''};

/** What it is called, the shape of a sample${isOfTable ? OF_COLUMNS : ''}, what its classes are called, and the run that it is from. */
export declare const model: {
  readonly name: string;
  readonly shape: readonly number[];
${isOfTable ? '  readonly columns: readonly Column[];\n' : ''}  readonly classNames?: readonly string[];
  readonly run?: { readonly runId: string; readonly seed: number; readonly epoch: number; readonly step: number };
};

/** @throws RangeError when a sample has another size than the network takes, or holds a number that is not finite. */
export declare function predict(samples: Samples): Prediction;
`;
