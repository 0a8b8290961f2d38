import { QuickSwap } from '../stage/quick-swap.js';
import { viewAt } from '../state/trip.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { count, shapeText } from '../view/format.js';
import { Histogram } from '../view/histogram.js';
import type { StageView } from '../worker/protocol.js';

/** A stage: its name, what it gives, and how the numbers are spread that it gave last. */
export function StageNode({ stage }: { readonly stage: StageView }) {
  const { act } = useStudio();
  const { place, name, family, shape, depth, parameters } = stage;
  const isSelected = usePart(({ selected }) => selected === place);
  const isHere = usePart(({ trip }) => trip !== undefined && trip.step.stops[trip.at]?.place === place);
  const view = usePart(({ trip }) => trip && viewAt(trip, place, 'forward')?.x);
  const gradient = usePart(({ trip }) => trip && viewAt(trip, place, 'backward')?.dx);
  const learned = parameters.reduce((sum, parameter) => sum + parameter.count, 0);
  return (
    <li style={{ '--depth': depth }}>
      <button
        type="button"
        class={`stage ${family}`}
        data-place={place}
        data-here={isHere || undefined}
        aria-pressed={isSelected}
        onClick={() => act({ act: 'stageChosen', place })}
      >
        <span class="name">{name}</span>
        {shape && <span class="shape">{shapeText(shape)}</span>}
        {learned > 0 && <span class="learned">{count(learned)}</span>}
        {view && <Histogram view={view} class="spark" />}
        {gradient && <Histogram view={gradient} class="spark gradient" />}
      </button>
      {family === 'activations' && (
        <span class="swap-at">
          <QuickSwap stage={stage} />
        </span>
      )}
    </li>
  );
}
