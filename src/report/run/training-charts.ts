/** How training went, step by step: what a run records about 200 times. */
import type { LayerScalars, ScalarsEvent } from '../../core/run/events.js';
import type { Chart } from '../chart.js';

export function trainingCharts(scalars: readonly ScalarsEvent[]): Chart[] {
  const common = { along: 'step', x: scalars.map(({ step }) => step) };
  const layers = scalars[0]?.layers ?? [];
  const byLayer = (value: (layer: LayerScalars) => number | undefined) =>
    layers.map(({ at, name }, i) => ({
      label: `${at} ${name}`,
      values: scalars.map((event) => finite(event.layers[i] && value(event.layers[i]))),
    }));
  return [
    {
      id: 'batch-loss',
      title: 'loss of single batches',
      ...common,
      series: [{ label: 'train', values: scalars.map(({ loss }) => finite(loss)) }],
      isLog: true,
    },
    {
      id: 'learning-rate',
      title: 'learning rate',
      ...common,
      series: [{ label: 'learning rate', values: scalars.map(({ learningRate }) => finite(learningRate)) }],
    },
    {
      id: 'gradients',
      title: 'gradient norm of each layer',
      ...common,
      series: byLayer((layer) => layer.gradient),
      isLog: true,
    },
    {
      id: 'updates',
      title: 'update norm by weight norm, each layer',
      ...common,
      series: byLayer(({ update, weights }) => update / weights),
      isLog: true,
    },
    { id: 'norms', title: 'weight norm of each layer', ...common, series: byLayer(({ weights }) => weights) },
  ];
}

const finite = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value;
