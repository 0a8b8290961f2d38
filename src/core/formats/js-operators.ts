/** The operators of ONNX that an exported JavaScript module can compute, each as JavaScript on one sample. */
import { PipelineError } from '../errors.js';
import { sizeOf } from '../tensor.js';
import type { GraphNode } from './graph.js';
import { imageExpressionOf, imageFunctions, imageOperators } from './js-images.js';
import type { Operand } from './js-operand.js';

/** The functions that the module defines where one of its nodes needs them. */
export const functions = {
  ...imageFunctions,
  gemm: `/** y = x W + b: W [x.length, H] lies row after row. */
function gemm(x, W, H, b) {
  const y = b === undefined ? new Float64Array(H) : Float64Array.from(b);
  for (let d = 0; d < x.length; d++) {
    if (x[d] !== 0) for (let h = 0; h < H; h++) y[h] += x[d] * W[d * H + h];
  }
  return y;
}`,
  softmax: `/** exp(x) / sum(exp(x)), with the largest taken off first: exp of it would overflow. */
function softmax(x) {
  const largest = x.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = x.map((value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((power) => power / sum);
}`,
  sigmoid: `/** 1 / (1 + exp(-x)), of each number alone. */
function sigmoid(x) {
  return x.map((value) => 1 / (1 + Math.exp(-value)));
}`,
  erf: `/** The error function: a series near 0, a continued fraction from 3 on (Abramowitz and Stegun, 7.1.6 and 7.1.14). */
function erf(x) {
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  let y;
  if (z < 3) {
    let term = z;
    y = z;
    for (let n = 1; term > y * 1e-17; n++) y += term *= (2 * z * z) / (2 * n + 1);
    y *= (2 / Math.sqrt(Math.PI)) * Math.exp(-z * z);
  } else {
    let fraction = z;
    for (let n = 60; n >= 1; n--) fraction = z + n / 2 / fraction;
    y = 1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction);
  }
  return x < 0 ? -y : y;
}`,
} as const;

/** Operators on each number alone, as code of the number `a`; attributes come by their names. */
const unary: Readonly<Record<string, (a: string, attributes: Readonly<Record<string, number>>) => string>> = {
  Abs: (a) => `Math.abs(${a})`,
  Elu: (a, { alpha = 1 }) => `${a} > 0 ? ${a} : ${alpha} * Math.expm1(${a})`,
  Erf: (a) => `erf(${a})`,
  HardSwish: (a) => `(${a} * Math.min(Math.max(${a} + 3, 0), 6)) / 6`,
  IsNaN: (a) => `Number.isNaN(${a})`,
  Exp: (a) => `Math.exp(${a})`,
  LeakyRelu: (a, { alpha = 0.01 }) => `${a} > 0 ? ${a} : ${alpha} * ${a}`,
  Log: (a) => `Math.log(${a})`,
  Neg: (a) => `-${a}`,
  Relu: (a) => `Math.max(0, ${a})`,
  Sigmoid: (a) => `1 / (1 + Math.exp(-${a}))`,
  Softplus: (a) => `Math.max(0, ${a}) + Math.log1p(Math.exp(-Math.abs(${a})))`,
  Sqrt: (a) => `Math.sqrt(${a})`,
  Tanh: (a) => `Math.tanh(${a})`,
};

/** Operators on two numbers. */
const binary: Readonly<Record<string, (a: string, b: string) => string>> = {
  Add: (a, b) => `${a} + ${b}`,
  Div: (a, b) => `${a} / ${b}`,
  Max: (a, b) => `Math.max(${a}, ${b})`,
  Min: (a, b) => `Math.min(${a}, ${b})`,
  Mul: (a, b) => `${a} * ${b}`,
  PRelu: (a, b) => `(${a} > 0 ? ${a} : ${a} * ${b})`,
  Pow: (a, b) => `${a} ** ${b}`,
  Sub: (a, b) => `${a} - ${b}`,
};

/** What changes no number of a sample that lies there row after row. */
const passed = ['Flatten', 'Identity', 'Unsqueeze'];

/**
 * A node as an expression that gives an array of numbers.
 *
 * @throws PipelineError when it is an operator that is not here, or asks for more than is here.
 */
export function expressionOf(node: GraphNode, operands: readonly Operand[]): string {
  const { op, name, attributes } = node;
  const [first, second, third] = operands;
  if (op === 'Constant') return '[]'; // the axes of Unsqueeze, which change no number
  if (passed.includes(op)) return first.code;
  const ofImages = imageExpressionOf(node, operands);
  if (ofImages !== undefined) return ofImages;
  if (op === 'Softmax' && (attributes.axis ?? -1n) === -1n) return `softmax(${first.code})`;
  if (['Gemm', 'MatMul'].includes(op) && Object.keys(attributes).length === 0 && first.kind === 'value') {
    if (second.kind === 'tensor' && second.shape.length === 2) {
      return `gemm(${[first, second].map(({ code }) => code).join(', ')}, ${second.shape[1]}${third ? `, ${third.code}` : ''})`;
    }
  }
  if (Object.hasOwn(unary, op) && operands.length === 1) {
    return `${first.code}.map((a) => ${unary[op]('a', attributes as Record<string, number>)})`;
  }
  const mapped = operands.find(({ kind }) => kind === 'value');
  if (Object.hasOwn(binary, op) && operands.length === 2 && mapped && operands.every(isRowByRow)) {
    return `${mapped.code}.map((_, i) => ${binary[op](elementOf(first), elementOf(second))})`;
  }
  if (op === 'Where' && mapped && operands.every(isRowByRow)) {
    const [condition, then, otherwise] = operands.map(elementOf);
    return `${mapped.code}.map((_, i) => (${condition} ? ${then} : ${otherwise}))`;
  }
  const known = [
    ...passed,
    ...imageOperators,
    'Where',
    'Softmax',
    'Gemm',
    'MatMul',
    ...Object.keys(unary),
    ...Object.keys(binary),
  ].sort();
  throw new PipelineError(
    `${name}: JavaScript has no ${op} as it is used here; export as onnx, or make the stage's rule of ${known.join(', ')}`,
  );
}

/** Whether the i-th number of a sample belongs to the i-th of the operand, again and again: it has no axis to be stretched. */
const isRowByRow = (operand: Operand): boolean => operand.kind !== 'tensor' || !operand.shape.includes(1);

function elementOf(operand: Operand): string {
  if (operand.kind === 'number') return operand.code;
  return operand.kind === 'value' ? `${operand.code}[i]` : `${operand.code}[i % ${sizeOf(operand.shape)}]`;
}
