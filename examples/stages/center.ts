import { networkStage, noOptions, rowBuffer, stateOf } from 'marblenet';

/** Center: y = x - m, where m follows the mean of each column from batch to batch in training. Backward: dx = dy. */
export const center = networkStage({
  name: 'center',
  summary: 'y = x - m, the running mean of each column',
  options: noOptions,
  example: 'center',
  build(_, { size, shape }, { kernels }) {
    const m = kernels.allocate(shape);
    const outputs = rowBuffer(kernels, size, shape);
    const columns = m.data.length;
    return {
      output: shape,
      state: stateOf({ m }),
      forward(x, split) {
        const [rows] = x.shape;
        const y = outputs(rows);
        for (let i = 0; i < x.data.length; i++) y.data[i] = x.data[i] - m.data[i % columns];
        if (split === 'train') {
          for (let c = 0; c < columns; c++) m.data[c] *= 0.9;
          for (let i = 0; i < x.data.length; i++) m.data[i % columns] += (0.1 * x.data[i]) / rows;
        }
        return [y, (dy) => dy];
      },
    };
  },
});
