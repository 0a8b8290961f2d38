import { Line } from '../view/line.js';

/** Paragraphs of a chapter: what stands between backticks is code, and a paragraph that begins with two spaces is a formula. */
export function Prose({ paragraphs }: { readonly paragraphs: readonly string[] }) {
  return (
    <>
      {paragraphs.map((paragraph) =>
        paragraph.startsWith('  ') ? (
          <p class="formula" key={paragraph}>
            {paragraph.trim()}
          </p>
        ) : (
          <p key={paragraph}>
            <Line text={paragraph} />
          </p>
        ),
      )}
    </>
  );
}
