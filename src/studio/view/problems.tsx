import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import type { Problem } from '../worker/protocol.js';

/** What is wrong with the file, and what a teacher would say of it. */
export function Problems() {
  const problems = usePart(({ description }) => description.problems);
  const notice = usePart((state) => state.notice);
  return (
    <div class="problems" role="status">
      {notice && <p class="warning">{text.value.problems.refused(notice)}</p>}
      {problems.map((problem) => (
        <p class={problem.severity} key={problem.message}>
          {problem.line === undefined ? words(problem) : <AtItsLine problem={problem} />}
        </p>
      ))}
    </div>
  );
}

/** A click goes to its line in the file. */
function AtItsLine({ problem }: { readonly problem: Problem }) {
  const { act } = useStudio();
  const { line = 1, column = 1 } = problem;
  return (
    <button type="button" class="link" onClick={() => act({ act: 'lineChosen', line, column })}>
      {words(problem)}
    </button>
  );
}

/** `warning, line 12: ...` */
function words({ severity, line, message }: Problem): string {
  const { problems } = text.value;
  return `${[problems[severity], ...(line === undefined ? [] : [problems.at(line)])].join(', ')}: ${message}`;
}
