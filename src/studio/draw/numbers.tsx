import { text } from '../texts/texts.js';
import { useStudio } from '../use-studio.js';
import { number } from '../view/format.js';

interface NumbersProps {
  readonly values: readonly number[];
  readonly names: readonly string[];
}

/** A sample as a form: a number that is changed makes another sample, which is asked about at once. */
export function Numbers({ values, names }: NumbersProps) {
  const { act } = useStudio();
  const change = (at: number, given: number) => {
    if (!Number.isFinite(given)) return;
    const changed = values.map((value, i) => (i === at ? given : value));
    act({ act: 'sampleChosen', question: { of: 'numbers', values: changed } });
  };
  return (
    <fieldset class="sample-numbers" id="sample-numbers">
      <legend>{text.value.draw.numbers}</legend>
      {values.map((value, i) => (
        <label key={names[i]}>
          <span>{names[i]}</span>
          <input
            type="number"
            step="any"
            value={Number(number(value))}
            onChange={({ currentTarget }) => change(i, currentTarget.valueAsNumber)}
          />
        </label>
      ))}
    </fieldset>
  );
}
