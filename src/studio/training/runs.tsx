import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { percent } from '../view/format.js';

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
        <label key={number} style={{ '--colour': `var(--c${i % 8})` }}>
          <input
            type="checkbox"
            checked={!isHidden}
            aria-label={words.show(label)}
            onChange={() => act({ act: 'runHidden', number })}
          />
          <span class="swatch" aria-hidden="true" /> {label}
          {epochs.at(-1)?.accuracy !== undefined && <span class="faint"> {percent(epochs.at(-1)?.accuracy ?? 0)}</span>}
        </label>
      ))}
      {runs.length > 1 && (
        <button type="button" onClick={() => act({ act: 'runsForgotten' })}>
          {words.forget}
        </button>
      )}
    </fieldset>
  );
}
