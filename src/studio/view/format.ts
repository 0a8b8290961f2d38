/** Numbers as the page writes them. */

/** Four significant digits. */
export const number = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4)
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
};

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** With groups of three digits. */
export const count = (value: number): string => Math.round(value).toLocaleString('en').replaceAll(',', '\u202f');

/** `28 × 28` */
export const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? '1' : shape.join(' × '));
