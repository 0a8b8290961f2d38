/** The guided way: eight chapters from pixels to an epoch, each with a pipeline, three things to try, and a question. */
import { useEffect, useRef } from 'preact/hooks';
import type { GuideTexts } from '../texts/guide-en.js';
import { ChapterView } from './chapter.js';
import { chapters } from './chapters.js';
import { finishChapter, openChapter, progress } from './progress.js';

export function Guide({ words }: { readonly words: GuideTexts }) {
  const { chapter: id, done } = progress.value;
  const position = chapters.findIndex((chapter) => chapter.id === id);
  const chapter = chapters[position];
  const isLast = position === chapters.length - 1;
  const isFinished = isLast && done.includes(id);
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(id);
  useEffect(() => {
    // who turns a page reads on at its top
    if (before.current !== id) heading.current?.focus();
    before.current = id;
  }, [id]);
  return (
    <div class="guide">
      <nav aria-label={words.contents}>
        <ol class="chapters">
          {chapters.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                aria-current={one.id === id ? 'step' : undefined}
                onClick={() => openChapter(one.id)}
              >
                {words.chapters[one.id].title}
                {done.includes(one.id) && <span class="done"> ✓</span>}
                {done.includes(one.id) && <span class="for-readers"> {words.done}</span>}
              </button>
            </li>
          ))}
        </ol>
      </nav>
      <article>
        <h3 ref={heading} tabIndex={-1} id="chapter">
          {position + 1}. {words.chapters[id].title}
        </h3>
        <ChapterView key={id} chapter={chapter} words={words} />
      </article>
      <div class="turn">
        <button
          type="button"
          id="previous-chapter"
          aria-disabled={position === 0}
          onClick={() => position > 0 && openChapter(chapters[position - 1].id)}
        >
          ← {words.previous}
        </button>
        <button
          type="button"
          id="next-chapter"
          class="main"
          aria-disabled={isFinished}
          onClick={() => isFinished || finishChapter(id)}
        >
          {isLast ? words.finish : `${words.next} →`}
        </button>
      </div>
      {done.length === chapters.length && <p role="status">{words.allDone}</p>}
    </div>
  );
}
