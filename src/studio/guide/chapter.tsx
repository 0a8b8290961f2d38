import type { GuideTexts } from '../texts/guide-en.js';
import { AccuracyChart, LossChart } from '../training/curves.js';
import { Runs } from '../training/runs.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { Line } from '../view/line.js';
import type { Chapter } from './chapters.js';
import { GradientCheckTable } from './gradient-check.js';
import { GradientsBack } from './gradients-back.js';
import { Moves } from './moves.js';
import { Prose } from './prose.js';

interface ChapterProps {
  readonly chapter: Chapter;
  readonly words: GuideTexts;
}

/** A chapter: what it says, its pipeline, what to try, what can be seen of that, and the question. */
export function ChapterView({ chapter, words }: ChapterProps) {
  const { file, tries, exhibits } = chapter;
  const { prose, tries: tryTexts, question, answer } = words.chapters[chapter.id];
  const { act } = useStudio();
  const isOpen = usePart((state) => state.file.name === file.name);
  return (
    <>
      <Prose paragraphs={prose} />
      <p>
        <button
          type="button"
          id="open-chapter"
          class={isOpen ? undefined : 'main'}
          onClick={() => act({ act: 'opened', file, isFresh: true })}
        >
          {isOpen ? words.openAgain : words.open}
        </button>{' '}
        <span class="faint">{isOpen ? words.isOpen(file.name) : words.toOpen(file.name)}</span>
      </p>
      <h4>{words.toTry}</h4>
      <ol class="tries">
        {tryTexts.map((what, i) => (
          <li key={what}>
            <p>
              <Line text={what} />
            </p>
            <Moves moves={tries[i]} chapter={chapter} words={words} />
          </li>
        ))}
      </ol>
      {exhibits.includes('check') && <GradientCheckTable words={words} />}
      {exhibits.includes('gradients') && <GradientsBack words={words} />}
      {exhibits.includes('curves') && isOpen && <Curves />}
      <h4>{words.question}</h4>
      <p>
        <Line text={question} />
      </p>
      <details class="answer">
        <summary>{words.answer}</summary>
        <Prose paragraphs={answer} />
      </details>
    </>
  );
}

/** The curves of the runs, as in their own panel. */
function Curves() {
  return (
    <>
      <Runs />
      <LossChart heading="h4" />
      <AccuracyChart heading="h4" />
    </>
  );
}
