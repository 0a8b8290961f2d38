/** What the worker says to a question that components have. */
import type { Remote } from 'comlink';
import { useEffect, useState } from 'preact/hooks';
import { useStudio } from './use-studio.js';
import type { StudioWorker } from './worker/main.js';

/**
 * The last answer; undefined until there is one. An answer that comes when something else is asked by then is left out.
 *
 * @param about what the answer depends on: when that is another, the worker is asked anew.
 */
export function useAnswer<Answer>(
  ask: (worker: Remote<StudioWorker>) => Promise<Answer>,
  about: readonly unknown[],
): Answer | undefined {
  const { worker } = useStudio();
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    let isWanted = true;
    ask(worker).then((said) => {
      if (isWanted) setAnswer(() => said);
    });
    return () => {
      isWanted = false;
    };
  }, [worker, ...about]);
  return answer;
}
