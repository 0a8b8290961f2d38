import { joined } from '../bytes.js';
import type { Parameter } from '../kinds.js';
import { sha256 } from '../model/sha256.js';

/** SHA-256 of all parameters' bytes, one after another: equal if and only if two runs learned the same, bit for bit. */
export async function digestOf(parameters: readonly Parameter[]): Promise<string> {
  const views = parameters.map(({ value: { data } }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return `sha256:${await sha256(joined(views))}`;
}
