/** The stages that a file may name, asked of the worker once. */
import type { Remote } from 'comlink';
import { useEffect, useState } from 'preact/hooks';
import { useStudio } from './use-studio.js';
import type { StudioWorker } from './worker/main.js';
import type { StageInfo } from './worker/protocol.js';

let asked: Promise<readonly StageInfo[]> | undefined;

export function stagesOf(worker: Remote<StudioWorker>): Promise<readonly StageInfo[]> {
  asked ??= worker.stages();
  return asked;
}

/** None until the worker has answered. */
export function useStages(): readonly StageInfo[] {
  const { worker } = useStudio();
  const [stages, setStages] = useState<readonly StageInfo[]>([]);
  useEffect(() => {
    stagesOf(worker).then(setStages);
  }, [worker]);
  return stages;
}
