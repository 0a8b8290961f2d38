/**
 * CRC-32C, the checksum of TensorFlow's record files: the remainder of the bytes, read as a polynomial over GF(2), by
 * Castagnoli's polynomial; bits reflected, ones before and after. Source: RFC 3720, appendix B.4.
 */

/** Castagnoli's polynomial, its bits from the lowest power up. */
const POLYNOMIAL = 0x82f63b78;

/** The remainder of each byte. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
  return remainder;
});

/** @returns a whole number below 2 ** 32; 0xe3069283 for the text "123456789" */
export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ table[(remainder ^ byte) & 255];
  return ~remainder >>> 0;
}
