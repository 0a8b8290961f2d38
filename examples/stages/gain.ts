import { networkStage, noOptions, rowBuffer } from 'marblenet';

/** Gain: y = x s, one learned factor for each column. Backward: dx = dy s, ds = the column sums of dy x. */
export const gain = networkStage({
  name: 'gain',
  summary: 'y = x s, one learned factor a column',
  options: noOptions,
  example: 'gain',
  build(_, { size, shape }, { kernels }) {
    const s = { name: 's', value: kernels.allocate(shape), gradient: kernels.allocate(shape) };
    kernels.fill(s.value, () => 1);
    const outputs = rowBuffer(kernels, size, shape);
    const gradients = rowBuffer(kernels, size, shape);
    return {
      output: shape,
      parameters: [s],
      forward(x) {
        const columns = s.value.data.length;
        const y = outputs(x.shape[0]);
        for (let i = 0; i < x.data.length; i++) y.data[i] = x.data[i] * s.value.data[i % columns];
        return [
          y,
          (dy) => {
            const dx = gradients(x.shape[0]);
            s.gradient.data.fill(0);
            for (let i = 0; i < dy.data.length; i++) {
              dx.data[i] = dy.data[i] * s.value.data[i % columns];
              s.gradient.data[i % columns] += dy.data[i] * x.data[i];
            }
            return dx;
          },
        ];
      },
    };
  },
});
