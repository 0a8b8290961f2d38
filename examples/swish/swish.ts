import { activation } from 'marblenet';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Swish: y = x sigmoid(x), a relu without its corner (Ramachandran, Zoph and Le, 2017). */
export const swish = activation({
  name: 'swish',
  summary: 'y = x sigmoid(x)',
  formula: () => ({ value: (x) => x * sigmoid(x), derivative: (x, y) => y + sigmoid(x) * (1 - y) }),
});
