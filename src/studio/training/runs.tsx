import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { percent } from '../view/format.js';
import { lookOf } from './run-look.js';

/** The legend of the curves: each run can be left out. */
export function Runs() {
  const { act } = useStudio();
  const runs = usePart((state) => state.runs);
  const words = text.value.training;
  if (runs.length === 0) return null;
  return (
    <fieldset class="runs">
      <legend>{words.runs}</legend>
      {runs.map(({ number, label, isHidden, epochs }, i) => (
        <label key={number}>
          <input
            type="checkbox"
            checked={!isHidden}
            aria-label={words.show(label)}
            onChange={() => act({ act: 'runHidden', number })}
          />
          <Swatch run={i} /> {label}
          {epochs.at(-1)?.accuracy !== undefined && <span class="faint"> {percent(epochs.at(-1)?.accuracy ?? 0)}</span>}
        </label>
      ))}
      {runs.length > 1 && (
        <button
          type="button"
          id="forget-runs"
          onClick={({ currentTarget }) => {
            // the run that stays is the last
            currentTarget.parentElement?.querySelector<HTMLElement>('label:last-of-type input')?.focus();
            act({ act: 'runsForgotten' });
          }}
        >
          {words.forget}
        </button>
      )}
    </fieldset>
  );
}

/** The line of a run, as the charts have it. */
function Swatch({ run }: { readonly run: number }) {
  const { colour, dash } = lookOf(run);
  return (
    <svg class="swatch" viewBox="0 0 24 4" aria-hidden="true" style={{ '--colour': `var(${colour})` }}>
      <path d="M0 2H24" stroke-dasharray={dash.join(' ')} />
    </svg>
  );
}
