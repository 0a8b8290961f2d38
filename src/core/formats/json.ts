/** A model as JSON that people can read: what its file says of it, and what it learned as nested lists, a row a line. */
import type { Model } from '../model/model.js';
import { isTensor } from '../state.js';
import type { Tensor } from '../tensor.js';

/** `{ name, dtype, input, scaling, outputs, network: [{ name, options, parameters: { W: [[...], ...], b: [...] } }], ... }` */
export function encodeJson({ description, classNames, state }: Model): string {
  const lists: string[] = [];
  const learned = Object.entries(state());
  const network = description.network.map((stage, position) => {
    const prefix = `network.${position}.`;
    const own = learned.flatMap(([name, value]) =>
      name.startsWith(prefix) && isTensor(value)
        ? [[name.slice(prefix.length), `\0${lists.push(listOf(value)) - 1}`]]
        : [],
    );
    return { ...stage, ...(own.length > 0 && { parameters: Object.fromEntries(own) }) };
  });
  // a list of numbers stays on its line: it takes the place of a text that holds its number
  const text = JSON.stringify({ ...description, ...(classNames && { classNames }), network }, null, 2);
  return `${text.replace(/"\\u0000(\d+)"/g, (_, list) => lists[Number(list)])}\n`;
}

/** Each number with the digits that tell it from its neighbours in its type, no more. */
function listOf({ shape, data }: Tensor): string {
  const numbers = Array.from(data, data instanceof Float32Array ? shortest : String);
  if (shape.length < 2) return `[${numbers.join(', ')}]`;
  const width = shape[shape.length - 1];
  const rows = Array.from({ length: numbers.length / width }, (_, row) =>
    numbers.slice(row * width, (row + 1) * width),
  );
  return nested(
    rows.map((row) => `[${row.join(', ')}]`),
    shape.slice(0, -1),
  );
}

function nested(items: readonly string[], shape: readonly number[]): string {
  const [count, ...inner] = shape;
  const each = items.length / count;
  const parts =
    inner.length === 0
      ? items
      : Array.from({ length: count }, (_, i) => nested(items.slice(i * each, (i + 1) * each), inner));
  return `[\n${parts.join(',\n')}\n]`;
}

function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(Number(value.toPrecision(9)));
}
