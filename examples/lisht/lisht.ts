import { activation } from 'marblenet';

/** LiSHT: y = x tanh(x), which is never below 0 (Roy, Manna, Dubey and Chaudhuri, 2019). */
export const lisht = activation({
  name: 'lisht',
  summary: 'y = x tanh(x)',
  formula: () => ({ value: (x) => x * Math.tanh(x), derivative: (x, y) => x + Math.tanh(x) * (1 - y) }),
});
