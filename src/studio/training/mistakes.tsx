import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { percent } from '../view/format.js';
import { Pixels } from '../view/pixels.js';
import type { MistakeView } from '../worker/protocol.js';

/** Examples that are taken for another class, the surest first. */
export function Mistakes({ mistakes }: { readonly mistakes: readonly MistakeView[] }) {
  const words = text.value.training;
  const shape = usePart(({ description }) => description.stages.findLast(({ section }) => section === 'data')?.shape);
  if (mistakes.length === 0) return <p>{words.noMistakes}</p>;
  return (
    <ul class="mistakes" id="mistakes">
      {mistakes.map(({ sample, truth, said, confidence, features }) => (
        <li key={sample} title={words.mistake(truth, said, percent(confidence))}>
          {shape && shape.length >= 2 && <Pixels values={features} shape={shape} from={0} to={255} />}
          <span>
            {truth} → {said}
          </span>
        </li>
      ))}
    </ul>
  );
}
