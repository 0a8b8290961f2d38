import type { Deed } from '../state/actions.js';
import type { GuideTexts } from '../texts/guide-en.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import type { Chapter } from './chapters.js';
import { edited } from './edits.js';
import type { Move } from './words.js';

interface MovesProps {
  readonly moves: readonly Move[];
  readonly chapter: Chapter;
  readonly words: GuideTexts;
}

/** Buttons that do what a chapter proposes. They can be reached before its pipeline is open, and do nothing until then. */
export function Moves({ moves, chapter, words }: MovesProps) {
  const { act } = useStudio();
  const file = usePart((state) => state.file);
  const status = usePart((state) => state.status);
  const stages = usePart(({ description }) => description.stages);
  const isOpen = file.name === chapter.file.name;
  const canGoOn = status === 'waiting' || status === 'paused';

  const isPossible = (move: Move): boolean => {
    if (!isOpen) return false;
    switch (move.move) {
      case 'reset':
        return true;
      case 'look':
        return stages.some(({ place, name }) => place === move.place && name === move.name);
      case 'edit':
        return edited(file.text, move) !== file.text;
      default:
        return canGoOn;
    }
  };

  const deedOf = (move: Move): Deed => {
    switch (move.move) {
      case 'reset':
        return { act: 'reset' };
      case 'look':
        return { act: 'stageChosen', place: move.place };
      case 'edit':
        return { act: 'edited', text: edited(file.text, move) };
      default:
        return { act: deeds[move.move] };
    }
  };

  if (moves.length === 0) return null;
  return (
    <div class="moves">
      {moves.map((move) => {
        const can = isPossible(move);
        const label = words.move(move);
        return (
          <button type="button" key={label} aria-disabled={!can} onClick={() => can && act(deedOf(move))}>
            {label}
          </button>
        );
      })}
    </div>
  );
}

const deeds = { stage: 'stagePassed', step: 'stepped', epoch: 'epochAsked', train: 'played' } as const;
