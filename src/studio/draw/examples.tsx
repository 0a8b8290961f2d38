import type { Split } from 'marblenet/page';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { count } from '../view/format.js';

/** Goes through the examples of the data: those of the test first, which it does not learn from. */
export function Examples() {
  const { act } = useStudio();
  const words = text.value.draw;
  const data = usePart((state) => state.data);
  const question = usePart(({ asking }) => asking.question);
  const splits = (['test', 'validation', 'train'] as const).filter((split) => (data?.[split] ?? 0) > 0);
  const chosen = question?.of === 'example' ? question : undefined;
  const split = splits.find((one) => one === chosen?.split) ?? splits[0];
  const all = (split && data?.[split]) || 0;
  if (split === undefined) return null;
  const take = (of: Split, index: number) =>
    act({ act: 'sampleChosen', question: { of: 'example', split: of, index } });
  const step = (by: number) => take(split, chosen === undefined ? 0 : (chosen.index + by + all) % all);
  return (
    <fieldset class="tools" id="examples">
      <legend>{words.examples}</legend>
      {splits.length > 1 && (
        <select
          aria-label={words.of}
          value={split}
          onChange={({ currentTarget }) => take(currentTarget.value as Split, 0)}
        >
          {splits.map((one) => (
            <option key={one} value={one}>
              {words.splits[one]}
            </option>
          ))}
        </select>
      )}
      <button type="button" id="previous-example" onClick={() => step(-1)}>
        {words.previous}
      </button>
      <button type="button" id="next-example" onClick={() => step(1)}>
        {words.next}
      </button>
      <button type="button" id="random-example" onClick={() => take(split, Math.floor(Math.random() * all))}>
        {words.random}
      </button>
      {chosen && <span class="faint">{words.which(count(chosen.index + 1), count(all))}</span>}
    </fieldset>
  );
}
