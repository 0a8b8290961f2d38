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

/** A line of text with code in it. */
export function Line({ text }: { readonly text: string }) {
  return <>{text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>;
}
