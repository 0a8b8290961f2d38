/** Crockford's base 32: digits sort as their values do, and none is taken for another. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A name for a run that no other has: the time in milliseconds, nine digits, then six that are drawn. So names sort by the
 * time of their making, as those of a ULID do.
 */
export function newRunId(): string {
  let time = '';
  for (let rest = Date.now(); time.length < 9; rest = Math.floor(rest / 32)) time = DIGITS[rest % 32] + time;
  return time + Array.from(crypto.getRandomValues(new Uint8Array(6)), (byte) => DIGITS[byte % 32]).join('');
}
