import { Line } from '../view/line.js';
import { Scroll } from '../view/scroll.js';

/** What is written of a stage: paragraphs, with `code` in them, and diagrams and formulas where lines are indented. */
export function Docstring({ text }: { readonly text: string }) {
  return (
    <div class="docstring" lang="en">
      {text.split(/\n{2,}/).map((block) =>
        block.startsWith('    ') ? (
          <Scroll key={block} label={block.trim().split('\n')[0]}>
            <pre>{block.replaceAll(/^ {4}/gm, '')}</pre>
          </Scroll>
        ) : (
          <Paragraph key={block} text={block.replaceAll('\n', ' ')} />
        ),
      )}
    </div>
  );
}

/** `Shapes: ...`: what it is about stands out. */
function Paragraph({ text }: { readonly text: string }) {
  const [, about, rest] = /^([A-Z][a-z]+(?: [a-z]+)?:) (.*)$/.exec(text) ?? [undefined, undefined, text];
  return (
    <p>
      {about && <strong>{about}</strong>} <Line text={rest} />
    </p>
  );
}
