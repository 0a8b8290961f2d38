/** What a run is called in a legend: how it differs from the one before it. */
import type { Description, StageView } from '../worker/protocol.js';
import type { RunRecord } from './state.js';

export function labelOf({ stages, name }: Description, before: readonly RunRecord[]): string {
  const last = before.at(-1);
  const label =
    last === undefined ? firstLabel(stages, name) : differences(last.stages, stages) || firstLabel(stages, name);
  const times = before.filter((run) => run.label === label || run.label.startsWith(`${label} (`)).length;
  return times === 0 ? label : `${label} (${times + 1})`;
}

/** Its activations, or its name. */
const firstLabel = (stages: readonly StageView[], name: string): string =>
  [...new Set(stages.filter(({ family }) => family === 'activations').map((stage) => stage.name))].join(', ') || name;

/** At most this many differences are named. */
const MOST = 2;

function differences(before: readonly StageView[], now: readonly StageView[]): string {
  const were = new Map(before.map((stage) => [stage.place, stage]));
  if (before.length !== now.length) return layersOf(now);
  const changed = now.flatMap((stage) => {
    const was = were.get(stage.place);
    if (was === undefined || was.name !== stage.name) return [stage.name];
    const options = Object.entries(stage.options).filter(([name, value]) => !isSame(was.options[name], value));
    return options.map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  });
  return [...new Set(changed)].slice(0, MOST).join(', ');
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `784 → 50 → 10`, as far as it is known. */
const layersOf = (stages: readonly StageView[]): string =>
  stages
    .filter(({ family, depth }) => family === 'layers' && depth === 0)
    .map(({ name, shape }) => `${name} ${shape?.join('×') ?? ''}`.trim())
    .join(', ');
