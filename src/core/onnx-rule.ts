/** How a network stage says what it is in ONNX, so that a network can be carried to other programs. */
import type { Shape } from './tensor.js';

/** An attribute of a node: a number is a float, a bigint a whole number, as ONNX tells them apart. */
export type OnnxAttribute = number | bigint | string | readonly bigint[];

/** A network stage, as far as a graph asks for it. */
export interface OnnxStage {
  readonly definition: {
    readonly name: string;
    /** Appends what the stage does to `x`, and returns the name of what comes out. */
    onnx?(graph: OnnxGraph, x: string, options: Readonly<Record<string, unknown>>): string;
  };
  readonly options: Readonly<Record<string, unknown>>;
}

/** A graph of operators of ONNX, opset 17, that grows stage by stage. Values in it have names; the first axis is the batch. */
export interface OnnxGraph {
  /**
   * Appends a node.
   *
   * @param op the operator: `Relu`, `Gemm`
   * @returns the name of what it gives.
   */
  add(op: string, inputs: string | readonly string[], attributes?: Readonly<Record<string, OnnxAttribute>>): string;
  /** The name of a number, the same for every sample. */
  constant(value: number): string;
  /**
   * The name of what the stage learned or remembers: `tensor('W')`. Undefined where it has none of that name.
   *
   * @param axes in which order the axes come, where that is another one: `[1, 0]` transposes a matrix
   */
  tensor(name: string, axes?: readonly number[]): string | undefined;
  /**
   * Appends the stages that a stage holds, from `x` on, list by list in the order of its options, and returns the name of what
   * comes out of the last.
   */
  stages(stages: readonly OnnxStage[], x: string): string;
  /** The shape of one sample of a value. */
  shapeOf(x: string): Shape;
  /** The same value as [B, D], row after row. */
  flat(x: string): string;
  /** Images [B, H, W, C], or [B, H, W] of one channel, as ONNX has them: [B, C, H, W]. */
  channelsFirst(x: string): string;
  /** [B, C, H, W] as stages have images: [B, H, W, C]. */
  channelsLast(x: string): string;
}

/** The names of those tensors that the stage has, of some that it may have: `W` alone where there is no `b`. */
export const tensorsOf = (graph: Pick<OnnxGraph, 'tensor'>, ...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => graph.tensor(name) ?? []);
