import type { Speed } from '../state/state.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { count, number, percent } from '../view/format.js';

/** Run, pause, one step, one stage, one epoch, reset; and how far it is. */
export function Transport() {
  const { act } = useStudio();
  const status = usePart((state) => state.status);
  const speed = usePart((state) => state.speed);
  const words = text.value.transport;
  const canGoOn = status === 'waiting' || status === 'paused' || status === 'playing';
  const isPlaying = status === 'playing';
  return (
    <div class="transport" role="toolbar" aria-label={words.label}>
      {isPlaying ? (
        <button type="button" class="main" id="play" onClick={() => act({ act: 'paused' })}>
          <span aria-hidden="true">❚❚</span> {words.pause}
        </button>
      ) : (
        <button type="button" class="main" id="play" disabled={!canGoOn} onClick={() => act({ act: 'played' })}>
          <span aria-hidden="true">▶</span> {words.play}
        </button>
      )}
      <button
        type="button"
        id="stage-step"
        disabled={!canGoOn || isPlaying}
        onClick={() => act({ act: 'stagePassed' })}
      >
        {words.stage}
      </button>
      <button type="button" id="step" disabled={!canGoOn || isPlaying} onClick={() => act({ act: 'stepped' })}>
        {words.step}
      </button>
      <button type="button" id="epoch" disabled={!canGoOn || isPlaying} onClick={() => act({ act: 'epochAsked' })}>
        {words.epoch}
      </button>
      <button type="button" id="reset" onClick={() => act({ act: 'reset' })}>
        {words.reset}
      </button>
      <label>
        {words.speed}{' '}
        <select
          id="speed"
          value={speed}
          onChange={({ currentTarget }) => act({ act: 'speedChosen', speed: currentTarget.value as Speed })}
        >
          <option value="full">{words.full}</option>
          <option value="slow">{words.slow}</option>
        </select>
      </label>
      <Progress />
    </div>
  );
}

/** How far it is, and how good. */
function Progress() {
  const status = usePart((state) => state.status);
  const speed = usePart((state) => state.speed);
  const step = usePart((state) => state.step);
  const epoch = usePart((state) => state.epoch);
  const epochs = usePart(({ description }) => description.epochs);
  const rate = usePart(({ samplesPerSecond }) => samplesPerSecond);
  const accuracy = usePart(({ judgement }) => judgement?.accuracy);
  const loss = usePart(({ runs }) => runs.at(-1)?.loss.values.at(-1));
  const words = text.value.transport;
  return (
    <p class="progress">
      <strong id="status" role="status" data-status={status}>
        {text.value.status[status]}
      </strong>
      <span id="step-count">{words.step_(step)}</span>
      <span id="epoch-count">{words.epochOf(epoch, epochs)}</span>
      {loss !== undefined && <span>{words.loss(number(loss))}</span>}
      {accuracy !== undefined && <span id="accuracy">{words.accuracy(percent(accuracy))}</span>}
      {status === 'playing' && speed === 'full' && rate > 0 && <span>{words.rate(count(rate))}</span>}
    </p>
  );
}
