import type { DataReport } from 'marblenet/page';
import { text } from '../texts/texts.js';
import { useStudio } from '../use-studio.js';
import { number } from '../view/format.js';

interface NumbersProps {
  readonly values: readonly number[];
  readonly names: readonly string[];
  /** Of a table, as it was learned from. */
  readonly columns: DataReport['columns'];
}

/** A sample as a form: a number that is changed makes another sample, which is asked about at once. */
export function Numbers({ values, names, columns }: NumbersProps) {
  const { act } = useStudio();
  const ask = (at: number, given: readonly number[]) => {
    const changed = values.toSpliced(at, given.length, ...given);
    if (changed.every(Number.isFinite)) act({ act: 'sampleChosen', question: { of: 'numbers', values: changed } });
  };
  return (
    <fieldset class="sample-numbers" id="sample-numbers">
      <legend>{text.value.draw.numbers}</legend>
      {fieldsOf(columns, names).map(({ name, at, choices }) =>
        choices === undefined ? (
          <label key={name}>
            <span>{name}</span>
            <input
              type="number"
              step="any"
              value={Number(number(values[at]))}
              onChange={({ currentTarget }) => ask(at, [currentTarget.valueAsNumber])}
            />
          </label>
        ) : (
          <label key={name}>
            <span>{name}</span>
            <select
              value={choices.findIndex((_, i) => values[at + i] === 1)}
              onChange={({ currentTarget: { value } }) => ask(at, oneHot(Number(value), choices.length))}
            >
              <option value={-1}>{text.value.draw.otherWord}</option>
              {choices.map((choice, i) => (
                <option key={choice} value={i}>
                  {choice}
                </option>
              ))}
            </select>
          </label>
        ),
      )}
    </fieldset>
  );
}

const oneHot = (one: number, count: number): number[] => Array.from({ length: count }, (_, i) => Number(i === one));

interface Field {
  readonly name: string;
  /** Where its number is in the sample, or its first. */
  readonly at: number;
  /** Of a column of words: a number for each, of which one is 1. */
  readonly choices?: readonly string[];
}

function fieldsOf(columns: NumbersProps['columns'], names: readonly string[]): readonly Field[] {
  if (columns === undefined) return names.map((name, at) => ({ name, at }));
  let at = 0;
  return columns.features.map((column) => {
    const field = { name: column.name, at };
    if (column.kind === 'number') {
      at += 1;
      return field;
    }
    at += column.values.length;
    return { ...field, choices: column.values };
  });
}
