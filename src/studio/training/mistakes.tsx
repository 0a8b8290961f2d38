import { sampleShape, shades } from '../draw/samples.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { percent } from '../view/format.js';
import { Pixels } from '../view/pixels.js';
import type { Judgement } from '../worker/protocol.js';

/** Examples that are taken for another class, the surest first. A click on one asks why. */
export function Mistakes({ judgement: { mistakes, split } }: { readonly judgement: Judgement }) {
  const { act } = useStudio();
  const words = text.value.training;
  const shape = usePart(({ description }) => sampleShape(description));
  const arePictures = shape !== undefined && shape.length >= 2;
  if (mistakes.length === 0) return <p>{words.noMistakes}</p>;
  return (
    <ul class={arePictures ? 'mistakes' : 'mistakes named'} id="mistakes">
      {mistakes.map(({ sample, truth, said, confidence, features }) => (
        <li key={sample}>
          <button
            type="button"
            title={words.mistake(truth, said, percent(confidence))}
            onClick={() => act({ act: 'sampleChosen', question: { of: 'example', split, index: sample } })}
          >
            {arePictures && <Pixels values={features} shape={shape} {...shades(features)} />}
            <span>
              {truth} → {said}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
