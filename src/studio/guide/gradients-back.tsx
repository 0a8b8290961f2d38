/** How large the gradients are on the way back, run beside run. */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { GuideTexts } from '../texts/guide-en.js';
import { usePart } from '../use-part.js';
import { number } from '../view/format.js';
import { Line } from '../view/line.js';

/** The first step of a run that was seen. */
interface Seen {
  readonly run: number;
  readonly step: number;
  /** The largest size of a gradient of what a stage is given, by place. */
  readonly sizes: ReadonlyMap<string, number>;
}

const seen = signal<readonly Seen[]>([]);

export function GradientsBack({ words }: { readonly words: GuideTexts }) {
  const runs = usePart((state) => state.runs);
  const run = usePart((state) => state.run);
  const recorded = usePart(({ trip }) => trip?.step);
  const stages = usePart(({ description }) => description.stages);

  useEffect(() => {
    if (recorded?.split !== 'train' || seen.value.some((one) => one.run === run)) return;
    const sizes = recorded.stops.flatMap(({ place, way, tensors: { dx } }) =>
      way === 'backward' && dx ? [[place, Math.max(-dx.min, dx.max)] as const] : [],
    );
    seen.value = [...seen.value, { run, step: recorded.step, sizes: new Map(sizes) }];
  }, [recorded, run]);

  const columns = runs.flatMap(({ number: of, label }) =>
    seen.value.filter((one) => one.run === of).map((one) => ({ ...one, label })),
  );
  const rows = stages.filter(({ section }) => section === 'network').toReversed();
  return (
    <>
      <h4>{words.gradientsBack}</h4>
      <p class="faint">
        <Line text={columns.length === 0 ? words.noGradients : words.gradientsHint} />
      </p>
      {columns.length > 0 && (
        <table class="figures" id="gradients-back">
          <thead>
            <tr>
              <th scope="col">{words.stage}</th>
              {columns.map(({ run: of, label, step }) => (
                <th scope="col" key={of}>
                  {label} <span class="faint">{words.atStep(step)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ place, family, name }) => (
              <tr key={place}>
                <th scope="row">
                  {place} <span class="faint">{family === 'activations' ? words.activation : name}</span>
                </th>
                {columns.map(({ run: of, sizes }) => (
                  <td key={of}>{number(sizes.get(place) ?? Number.NaN)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
