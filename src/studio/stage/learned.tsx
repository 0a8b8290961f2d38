import { useEffect, useState } from 'preact/hooks';
import { isUnderWay } from '../state/trip.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import type { ParameterView } from '../worker/protocol.js';
import { TensorPanel } from './tensor-panel.js';

/** What a stage has learned so far: asked for anew with every step that is seen. */
export function Learned({ place }: { readonly place: string }) {
  const { worker } = useStudio();
  const words = text.value.stage;
  const run = usePart((state) => state.run);
  const seen = usePart(({ trip, judgement }) => trip?.step ?? judgement);
  const isAhead = usePart(isUnderWay);
  const [parameters, setParameters] = useState<readonly ParameterView[]>([]);
  useEffect(() => {
    let isWanted = true;
    worker.parametersOf(place).then((views) => {
      if (isWanted) setParameters(views);
    });
    return () => {
      isWanted = false;
    };
  }, [worker, place, run, seen]);
  return (
    <>
      {parameters.map(({ name, value }) => (
        <TensorPanel key={name} title={`${isAhead ? words.weightsAfter : words.weights}: ${name}`} view={value} />
      ))}
    </>
  );
}
