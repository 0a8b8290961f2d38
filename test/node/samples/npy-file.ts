/** A .npy file of version 1, as NumPy pads it. */
export function npy(descr: string, shape: readonly number[], data: Uint8Array, fortran = false): Buffer {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': ${descr}, 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${axes}), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`, 'latin1');
  return Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]), header, data]);
}

const WRITE = {
  u1: (view: DataView, at: number, value: number) => view.setUint8(at, value),
  i2: (view: DataView, at: number, value: number, little: boolean) => view.setInt16(at, value, little),
  i4: (view: DataView, at: number, value: number, little: boolean) => view.setInt32(at, value, little),
  i8: (view: DataView, at: number, value: number, little: boolean) => view.setBigInt64(at, BigInt(value), little),
  f4: (view: DataView, at: number, value: number, little: boolean) => view.setFloat32(at, value, little),
  f8: (view: DataView, at: number, value: number, little: boolean) => view.setFloat64(at, value, little),
};

/** The same of numbers, in a type such as `<f4`. */
export function npyFile(type: string, shape: readonly number[], numbers: readonly number[], fortran = false): Buffer {
  const width = Number(type.slice(2));
  const data = new Uint8Array(numbers.length * width);
  const view = new DataView(data.buffer);
  const write = WRITE[type.slice(1) as keyof typeof WRITE];
  for (const [i, value] of numbers.entries()) write(view, i * width, value, type[0] !== '>');
  return npy(`'${type}'`, shape, data, fortran);
}
