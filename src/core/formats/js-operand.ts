import type { Shape } from '../tensor.js';

/** What a node reads: a value of one sample, a number, or a tensor that is the same for every sample. */
export type Operand =
  | { readonly kind: 'value'; readonly code: string; readonly shape: Shape }
  | { readonly kind: 'number'; readonly code: string }
  | { readonly kind: 'tensor'; readonly code: string; readonly shape: Shape };
