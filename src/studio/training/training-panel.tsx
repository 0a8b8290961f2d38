/** Curves, what is taken for what, and mistakes, while it learns. */
import { DecisionSurface } from '../data/decision-surface.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { Confusion } from './confusion.js';
import { AccuracyChart, LossChart } from './curves.js';
import { Mistakes } from './mistakes.js';
import { Runs } from './runs.js';

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
      <div class="beside">
        <div class="tall">
          <DecisionSurface />
        </div>
        <LossChart />
        <AccuracyChart />
      </div>
      {judgement && (
        <div class="beside">
          <section>
            <h3>{words.confusion}</h3>
            <p class="faint">{words.of(judgement.examples)}</p>
            <Confusion judgement={judgement} />
          </section>
          <section>
            <h3>{words.mistakes}</h3>
            <Mistakes judgement={judgement} />
          </section>
        </div>
      )}
      {fallback && <p class="faint">{fallback}</p>}
    </>
  );
}
