import { Pictures } from '../stage/pictures.js';
import { text } from '../texts/texts.js';
import { number, shapeText } from '../view/format.js';
import type { Said } from '../worker/protocol.js';

/** What each stage made of the sample, from input to output. */
export function Layers({ stages }: Pick<Said, 'stages'>) {
  const words = text.value.draw;
  return (
    <>
      <h3>{words.layers}</h3>
      <ol class="on-the-way" id="on-the-way">
        {stages.map(({ place, name, output }) => (
          <li key={place}>
            <span>
              <strong>{name}</strong> <code>{shapeText(output.shape)}</code>{' '}
              <span class="faint">{words.range(number(output.min), number(output.max))}</span>
            </span>
            <Pictures view={{ ...output, shape: [1, ...output.shape] }} isBatch />
          </li>
        ))}
      </ol>
    </>
  );
}
