/** What a chapter says, and what its buttons do, apart from what they do it to. */
import type { Edit } from './edits.js';

export type ChapterId = 'pixels' | 'dense' | 'activation' | 'loss' | 'gradient' | 'descent' | 'batch' | 'epoch';

/** What a chapter says. */
export interface ChapterTexts {
  readonly title: string;
  /** Paragraphs: see prose.tsx. */
  readonly prose: readonly string[];
  /** What to press, and what to look at. */
  readonly tries: readonly [first: string, second: string, third: string];
  readonly question: string;
  readonly answer: readonly string[];
}

/** What a button of the guide does. */
export type Move =
  | { readonly move: 'stage' | 'step' | 'epoch' | 'train' | 'reset' }
  /** Looks into a stage. */
  | { readonly move: 'look'; readonly place: string; readonly name: string }
  | ({ readonly move: 'edit' } & Edit);
