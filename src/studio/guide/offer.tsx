/** To who is here for the first time: that there is a guide. */
import { signal } from '@preact/signals';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { recall, remember } from '../view/remembered.js';

const NAME = 'guide-offer';

const isClosed = signal(recall(NAME) !== undefined || recall('guide') !== undefined);

function close(): void {
  remember(NAME, 'closed');
  isClosed.value = true;
}

export function GuideOffer() {
  const { act } = useStudio();
  const isReading = usePart(({ panel }) => panel === 'guide');
  const { offer, open, closeOffer } = text.value.guide;
  if (isClosed.value || isReading) return null;
  const leave = () => {
    close();
    document.getElementById('play')?.focus(); // the keyboard goes on at what comes next
  };
  const begin = () => {
    close();
    act({ act: 'panelChosen', panel: 'guide' });
    document.getElementById('tab-guide')?.focus();
  };
  return (
    <p class="offer" id="guide-offer">
      <span>{offer}</span>
      <button type="button" id="open-guide" onClick={begin}>
        {open}
      </button>
      <button type="button" id="close-offer" aria-label={closeOffer} title={closeOffer} onClick={leave}>
        ×
      </button>
    </p>
  );
}
