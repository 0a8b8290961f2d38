import { isUnderWay } from '../state/trip.js';
import { text } from '../texts/texts.js';
import { useAnswer } from '../use-answer.js';
import { usePart } from '../use-part.js';
import { TensorPanel } from './tensor-panel.js';

/** What a stage has learned so far: asked for anew with every step that is seen. */
export function Learned({ place }: { readonly place: string }) {
  const words = text.value.stage;
  const run = usePart((state) => state.run);
  const seen = usePart(({ trip, judgement }) => trip?.step ?? judgement);
  const isAhead = usePart(isUnderWay);
  const parameters = useAnswer((worker) => worker.parametersOf(place), [place, run, seen]) ?? [];
  return (
    <>
      {parameters.map(({ name, value }) => (
        <TensorPanel key={name} title={`${isAhead ? words.weightsAfter : words.weights}: ${name}`} view={value} />
      ))}
    </>
  );
}
