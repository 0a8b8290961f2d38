/** Curves, what is taken for what, and mistakes, while it learns. */
import { DecisionSurface } from '../data/decision-surface.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { percent } from '../view/format.js';
import { Confusion } from './confusion.js';
import { AccuracyChart, LossChart } from './curves.js';
import { Mistakes } from './mistakes.js';

export function TrainingPanel() {
  const words = text.value.training;
  const judgement = usePart((state) => state.judgement);
  const fallback = usePart((state) => state.fallback);
  const weights = usePart(({ runs }) => runs.at(-1)?.weights);
  const hasCurve = usePart(({ runs }) => runs.some(({ loss }) => loss.values.length > 0));
  return (
    <>
      {!hasCurve && <p class="hint">{words.begin}</p>}
      <Runs />
      {weights && (
        <p class="faint">
          {words.weights} <code id="weights">{weights}</code>
        </p>
      )}
      <DecisionSurface />
      <h3>{words.loss}</h3>
      <LossChart />
      <h3>{words.accuracy}</h3>
      <AccuracyChart />
      {judgement && (
        <>
          <h3>{words.confusion}</h3>
          <p class="faint">{words.of(judgement.examples)}</p>
          <Confusion judgement={judgement} />
          <h3>{words.mistakes}</h3>
          <Mistakes judgement={judgement} />
        </>
      )}
      {fallback && <p class="faint">{fallback}</p>}
    </>
  );
}

/** The legend of the curves: each run can be left out. */
function Runs() {
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
