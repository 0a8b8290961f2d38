import { restored } from '../file/kept.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import type { Problem } from '../worker/protocol.js';

/** What is wrong with the file, and what a teacher would say of it. */
export function Problems() {
  const problems = usePart(({ description }) => description.problems);
  const notice = usePart((state) => state.notice);
  const missing = usePart(({ description }) => description.missing);
  const isRestored = usePart(({ file }) => file === restored.value);
  const isStopped = usePart(({ status }) => status === 'failed');
  const { act } = useStudio();
  const words = text.value.problems;
  return (
    <div class="problems" role="status">
      {isRestored && <p class="note">{words.restored}</p>}
      {notice && <p class="warning">{words.refused(notice)}</p>}
      {isStopped && missing.length > 0 && (
        <p>
          {words.missing(missing.join(', '))}{' '}
          <button type="button" id="to-data" onClick={() => act({ act: 'panelChosen', panel: 'data' })}>
            {text.value.panels.data}
          </button>
        </p>
      )}
      {problems.map((problem) => (
        <p class={problem.severity} key={problem.message}>
          {problem.line === undefined ? inWords(problem) : <AtItsLine problem={problem} />}
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
      {inWords(problem)}
    </button>
  );
}

/** `warning, line 12: ...` */
function inWords({ severity, line, message }: Problem): string {
  const { problems } = text.value;
  return `${[problems[severity], ...(line === undefined ? [] : [problems.at(line)])].join(', ')}: ${message}`;
}
