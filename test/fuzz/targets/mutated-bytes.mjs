// Bytes that were damaged: turned, cut, grown.
import * as fc from 'fast-check';

const where = fc.nat(4000);

export const damage = fc.oneof(
  fc.record({ kind: fc.constant('turn'), at: where, to: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut'), at: where }),
  fc.record({ kind: fc.constant('grow'), by: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
  fc.record({ kind: fc.constant('insert'), at: where, by: fc.uint8Array({ minLength: 1, maxLength: 5 }) }),
  fc.record({ kind: fc.constant('remove'), at: where, count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('repeat'), times: fc.integer({ min: 2, max: 3 }) }),
);

export const damaged = (bytes, damages) => damages.reduce(once, Buffer.from(bytes));

function once(bytes, { kind, at = 0, to, by, count, times }) {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'turn':
      return Buffer.concat([before, Buffer.of(to), after.subarray(1)]);
    case 'cut':
      return before;
    case 'grow':
      return Buffer.concat([bytes, by]);
    case 'insert':
      return Buffer.concat([before, by, after]);
    case 'remove':
      return Buffer.concat([before, after.subarray(count)]);
    default:
      return Buffer.concat(Array.from({ length: times }, () => bytes));
  }
}
