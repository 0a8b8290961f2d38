/** A loss or another metric: four decimal places, `0.1234`, or two digits where those would show none of them, `4.2e-6`. */
export function formatMetric(value: number): string {
  const size = Math.abs(value);
  if (size > 0 && size < 1e-3) return value.toExponential(1);
  return size < 1e6 ? value.toFixed(4) : value.toExponential(4);
}
