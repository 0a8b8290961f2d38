import { useEffect, useState } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { useStudio } from '../use-studio.js';
import { number, percent } from '../view/format.js';
import type { Answer } from './asking.js';

/** Milliseconds that the answer has to stay the same until a screen reader says it. */
const SETTLED = 700;

/** How probable each class is, as bars. A click on one asks what speaks for it. */
export function Classes({ answer: { said, truth } }: { readonly answer: Answer }) {
  const { act } = useStudio();
  const words = text.value.draw;
  const { probabilities, outputs, label } = said;
  const values = probabilities ?? outputs;
  const names = namesOf(said);
  const best = said.classNames === undefined ? undefined : values.indexOf(Math.max(...values));
  const most = Math.max(...values.map(Math.abs), probabilities ? 1 : Number.MIN_VALUE);
  const readAs = useSettled(best === undefined ? '' : words.readAs(names[best]));
  return (
    <>
      <p class="for-readers" role="status" id="read-as">
        {readAs}
      </p>
      {truth !== undefined && best !== undefined && (
        <p class={truth === best ? 'right-answer' : 'wrong-answer'} id="truth">
          {words.truth(names[truth], names[best], truth === best)}
        </p>
      )}
      <ul class="classes" id="classes">
        {values.map((value, i) => (
          <li key={names[i]}>
            <button
              type="button"
              class={i === best ? 'best' : ''}
              data-class={names[i]}
              aria-pressed={i === label}
              title={words.why(names[i])}
              style={{ '--share': Math.abs(value) / most }}
              onClick={() => act({ act: 'classAsked', label: i })}
            >
              <span class="name">{names[i]}</span>
              <span class="bar" aria-hidden="true" />
              <span class="value">{probabilities ? percent(value) : number(value)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Those of the classes, or of what is said in numbers. */
export function namesOf({ classNames, targetNames, outputs }: Answer['said']): readonly string[] {
  const names = classNames ?? targetNames;
  return outputs.map((_, i) => names[i] ?? String(i + 1));
}

/** A text once it has stayed the same for a while. */
function useSettled(given: string): string {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(given), SETTLED);
    return () => clearTimeout(timer);
  }, [given]);
  return settled;
}
