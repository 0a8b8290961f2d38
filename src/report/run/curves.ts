/** The curves of a run: what was measured epoch by epoch. */
import type { Split } from '../../core/kinds.js';
import { splits } from '../../core/kinds.js';
import type { EpochEvent } from '../../core/run/events.js';
import type { Chart } from '../chart.js';

/** A chart a metric, with a curve a split. */
export function epochCharts(epochs: readonly EpochEvent[]): Chart[] {
  const names = [...new Set(splits.flatMap((split) => epochs.flatMap((event) => Object.keys(event[split] ?? {}))))];
  const x = epochs.map(({ epoch }) => epoch);
  return names.map((name, i) => ({
    id: `curve-${i}`,
    title: name,
    along: 'epoch',
    x,
    series: splits
      .map((split, colour) => ({ label: split, colour, values: valuesOf(epochs, split, name) }))
      .filter(({ values }) => values.some((value) => value !== null)),
  }));
}

const valuesOf = (epochs: readonly EpochEvent[], split: Split, name: string): (number | null)[] =>
  epochs.map((event) => {
    const value = event[split]?.[name];
    return value !== undefined && Number.isFinite(value) ? value : null;
  });
