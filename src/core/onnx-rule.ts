/** How a network stage says what it is in ONNX, so that a network can be carried to other programs. */

/** An attribute of a node: a number is a float, a bigint a whole number, as ONNX tells them apart. */
export type OnnxAttribute = number | bigint | string | readonly bigint[];

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
  /** The name of what the stage learned: `tensor('W')`. Undefined where it has none of that name. */
  tensor(name: string): string | undefined;
  /** The same value as [B, D], row after row. */
  flat(x: string): string;
}
