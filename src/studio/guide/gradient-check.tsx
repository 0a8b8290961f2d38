import { useState } from 'preact/hooks';
import type { GuideTexts } from '../texts/guide-en.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { number } from '../view/format.js';
import { Line } from '../view/line.js';
import { Scroll } from '../view/scroll.js';
import type { GradientCheck } from '../worker/check.js';

type Outcome = { readonly of: string } & ({ readonly found: GradientCheck | undefined } | { readonly problem: string });

/** A button that holds the gradients of the open file against slopes of its loss, and what came of it. */
export function GradientCheckTable({ words }: { readonly words: GuideTexts }) {
  const { worker } = useStudio();
  const file = usePart((state) => state.file);
  const isFit = usePart(({ description, status }) => description.isFit && status !== 'opening');
  const [isChecking, setChecking] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const begin = async () => {
    setChecking(true);
    try {
      setOutcome({ of: file.text, found: await worker.check(file) });
    } catch (error) {
      setOutcome({ of: file.text, problem: error instanceof Error ? error.message : String(error) });
    }
    setChecking(false);
  };
  return (
    <>
      <h4>{words.check.title}</h4>
      <p>
        <button
          type="button"
          id="check"
          aria-disabled={isChecking || !isFit}
          onClick={() => !isChecking && isFit && begin()}
        >
          {words.check.begin}
        </button>{' '}
        <span role="status">{isChecking ? words.check.checking : outcome?.of === file.text && words.check.done}</span>
      </p>
      {outcome?.of === file.text && <Findings outcome={outcome} words={words} />}
    </>
  );
}

function Findings({ outcome, words: { check, stage } }: { readonly outcome: Outcome; readonly words: GuideTexts }) {
  if ('problem' in outcome) return <p class="error">{outcome.problem}</p>;
  if (outcome.found === undefined) return null;
  const { rows, loss } = outcome.found;
  return (
    <>
      <p class="faint">
        <Line text={check.hint(number(loss))} />
      </p>
      <Scroll label={check.title}>
        <table class="figures" id="gradient-check">
          <thead>
            <tr>
              <th scope="col">{stage}</th>
              <th scope="col">{check.at}</th>
              <th scope="col">backward</th>
              <th scope="col">{check.slope}</th>
              <th scope="col">{check.verdict}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ stage: place, name, tensor, size, checked, skipped, verdict, worst }) => (
              <tr key={`${place} ${tensor}`} class={verdict}>
                <th scope="row">
                  {place} <span class="faint">{name}</span>
                </th>
                <td class="whole">
                  {tensor}
                  {worst && `[${worst.index.join(', ')}]`}
                </td>
                <td>{worst?.backward.toPrecision(10) ?? '–'}</td>
                <td>{worst?.difference.toPrecision(10) ?? '–'}</td>
                <td>
                  {check.verdicts[verdict]} <span class="faint">{check.of(checked, size, skipped)}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
