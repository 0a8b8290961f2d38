/** How far the guide is read: kept for the next visit. */
import { signal } from '@preact/signals';
import { recall, remember } from '../view/remembered.js';
import { chapters } from './chapters.js';
import type { ChapterId } from './words.js';

interface Progress {
  /** The chapter that is open. */
  readonly chapter: ChapterId;
  readonly done: readonly ChapterId[];
}

const NAME = 'guide';

const isChapter = (id: unknown): id is ChapterId => chapters.some((chapter) => chapter.id === id);

/** Of what was kept, whatever is kept there: what is no progress is the beginning. */
function progressOf(kept: string | undefined): Progress {
  try {
    const { chapter, done } = JSON.parse(kept ?? '');
    return {
      chapter: isChapter(chapter) ? chapter : chapters[0].id,
      done: Array.isArray(done) ? done.filter(isChapter) : [],
    };
  } catch {
    return { chapter: chapters[0].id, done: [] };
  }
}

export const progress = signal(progressOf(recall(NAME)));

export function openChapter(chapter: ChapterId): void {
  keep({ ...progress.value, chapter });
}

/** Marks a chapter as read, and opens the next one, if there is one. */
export function finishChapter(chapter: ChapterId): void {
  const next = chapters[chapters.findIndex(({ id }) => id === chapter) + 1];
  const done = [...new Set([...progress.value.done, chapter])];
  keep({ chapter: next?.id ?? chapter, done });
}

function keep(now: Progress): void {
  progress.value = now;
  remember(NAME, JSON.stringify(now));
}
