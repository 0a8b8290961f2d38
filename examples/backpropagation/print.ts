import type { Tensor } from 'marblenet';

/** Prints a matrix or a row of numbers as NumPy does, to four decimals. */
export function print(name: string, { shape, data }: Tensor): void {
  const columns = shape[shape.length - 1];
  const numbers = Array.from(data, (value) => (Math.round(value * 1e4) / 1e4 + 0).toFixed(4).padStart(7));
  const rows = Array.from({ length: data.length / columns }, (_, row) =>
    numbers.slice(row * columns, (row + 1) * columns).join(' '),
  );
  const [open, close] = shape.length === 1 ? ['[', ']'] : ['[[', ']]'];
  const indent = ' '.repeat(`${name} = [`.length);
  console.log(`${name} = ${open}${rows.join(`]\n${indent}[`)}${close}`);
}
