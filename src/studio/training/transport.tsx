import type { ComponentChildren } from 'preact';
import { canGoOn } from '../state/actions.js';
import type { GoingOn, Speed } from '../state/state.js';
import { lossNow } from '../state/trip.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { count, number, percent } from '../view/format.js';

/** Run, pause, one step, one stage, one epoch, reset; and how far it is. */
export function Transport() {
  const { act } = useStudio();
  const status = usePart((state) => state.status);
  const can = usePart(canGoOn);
  const speed = usePart((state) => state.speed);
  const words = text.value.transport;
  const isPlaying = status === 'playing';
  return (
    <div class="transport">
      <div class="buttons" role="toolbar" aria-label={words.label}>
        {isPlaying ? (
          <Does deed="paused" id="play">
            <span aria-hidden="true">❚❚</span> {words.pause}
          </Does>
        ) : (
          <Does deed="played" id="play" isOff={!can} title={status === 'ended' ? words.onHint : undefined}>
            <span aria-hidden="true">▶</span> {status === 'ended' ? words.on : words.play}
          </Does>
        )}
        <Does deed="stagePassed" id="stage-step" isOff={!can || isPlaying}>
          <Long text={words.stage} short={words.short.stage} />
        </Does>
        <Does deed="stepped" id="step" isOff={!can || isPlaying}>
          <Long text={words.step} short={words.short.step} />
        </Does>
        <Does deed="epochAsked" id="epoch" isOff={!can || isPlaying}>
          <Long text={words.epoch} short={words.short.epoch} />
        </Does>
        <Does deed="reset" id="reset">
          {words.reset}
        </Does>
        <label>
          <span class="wide">{words.speed}</span>{' '}
          <select
            id="speed"
            aria-label={words.speed}
            value={speed}
            onChange={({ currentTarget }) => act({ act: 'speedChosen', speed: currentTarget.value as Speed })}
          >
            <option value="full">{words.full}</option>
            <option value="slow">{words.slow}</option>
          </select>
        </label>
      </div>
      <Progress />
    </div>
  );
}

interface DoesProps {
  readonly deed: GoingOn | 'paused' | 'reset';
  readonly id: string;
  readonly isOff?: boolean;
  readonly title?: string | undefined;
  readonly children: ComponentChildren;
}

/** A button; where it is off, the keyboard can stay on it all the same. */
function Does({ deed, id, isOff = false, title, children }: DoesProps) {
  const { act } = useStudio();
  return (
    <button
      type="button"
      class={id === 'play' ? 'main' : ''}
      id={id}
      aria-disabled={isOff}
      title={title}
      onClick={() => isOff || act({ act: deed })}
    >
      {children}
    </button>
  );
}

/** A label, and what there is room for on a narrow page. */
const Long = ({ text, short }: { readonly text: string; readonly short: string }) => (
  <>
    <span class="wide">{text}</span>
    <span class="narrow">{short}</span>
  </>
);

/** How far it is, and how good. */
function Progress() {
  const status = usePart((state) => state.status);
  const speed = usePart((state) => state.speed);
  const step = usePart((state) => state.step);
  const epoch = usePart((state) => state.epoch);
  const epochs = usePart(({ description }) => description.epochs);
  const rate = usePart(({ samplesPerSecond }) => samplesPerSecond);
  const accuracy = usePart(({ status, runs, judgement }) =>
    status === 'ended' ? (runs.at(-1)?.accuracy ?? judgement?.accuracy) : judgement?.accuracy,
  );
  const loss = usePart(lossNow);
  const words = text.value.transport;
  return (
    <p class="progress">
      <strong id="status" role="status" data-status={status}>
        {text.value.status[status]}
      </strong>
      <span id="step-count">{words.step_(step)}</span>
      <span id="epoch-count">{words.epochOf(epoch, epochs)}</span>
      {loss !== undefined && <span id="loss">{words.loss(number(loss))}</span>}
      {accuracy !== undefined && <span id="accuracy">{words.accuracy(percent(accuracy))}</span>}
      {status === 'playing' && speed === 'full' && rate > 0 && <span>{words.rate(count(rate))}</span>}
    </p>
  );
}
