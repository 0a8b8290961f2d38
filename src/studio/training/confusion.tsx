import { text } from '../texts/texts.js';
import { Scroll } from '../view/scroll.js';
import type { Judgement } from '../worker/protocol.js';

/** A table of what is taken for what: rows are true classes, columns what the network says. */
export function Confusion({ judgement: { matrix, classNames } }: { readonly judgement: Judgement }) {
  const words = text.value.training;
  return (
    <Scroll label={words.confusion}>
      <table class="confusion" id="confusion">
        <thead>
          <tr>
            <th scope="col">
              {words.truth} ↓ {words.said} →
            </th>
            {classNames.map((name) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {matrix.map((row, truth) => {
            const all = row.reduce((sum, count) => sum + count, 0) || 1;
            return (
              <tr key={classNames[truth]}>
                <th scope="row">{classNames[truth]}</th>
                {row.map((count, said) => (
                  <td
                    key={classNames[said]}
                    class={truth === said ? 'right' : 'wrong'}
                    style={{ '--share': count / all }}
                    title={words.cell(count, classNames[truth], classNames[said])}
                  >
                    {count || ''}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
