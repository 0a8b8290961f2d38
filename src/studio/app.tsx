import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { DataPanel } from './data/data-panel.js';
import { DrawPanel } from './draw/draw-panel.js';
import { takesPictures } from './draw/samples.js';
import { FilePanel } from './file/file-panel.js';
import { Flow } from './flow/flow.js';
import { GuidePanel } from './guide/guide-panel.js';
import { GuideOffer } from './guide/offer.js';
import { Header } from './header.js';
import { StagePanel } from './stage/stage-panel.js';
import type { Panel } from './state/state.js';
import { SavePanel } from './take-away/save-panel.js';
import { text } from './texts/texts.js';
import { TrainingPanel } from './training/training-panel.js';
import { Transport } from './training/transport.js';
import { usePart } from './use-part.js';
import { useStudio } from './use-studio.js';
import { Problems } from './view/problems.js';

/** What can be open beside the flow, in the order of the tabs. */
const panels: readonly (readonly [panel: Panel, content: () => JSX.Element | null])[] = [
  ['guide', GuidePanel],
  ['training', TrainingPanel],
  ['stage', StagePanel],
  ['file', FilePanel],
  ['data', DataPanel],
  ['draw', DrawPanel],
  ['save', SavePanel],
];

export const App = () => (
  <>
    <a class="skip" href="#flow">
      {text.value.skip}
    </a>
    <Header />
    <main>
      <GuideOffer />
      <Transport />
      <Problems />
      <div class="rooms">
        <Flow />
        <Panels />
      </div>
    </main>
  </>
);

/** Where what had the focus is gone with its panel, the keyboard goes on at the tab of the next. */
function useKeyboardAt(tab: string): void {
  const before = useRef(tab);
  useEffect(() => {
    const isLost = document.activeElement === document.body;
    if (before.current !== tab && isLost) document.getElementById(tab)?.focus({ preventScroll: true });
    before.current = tab;
  }, [tab]);
}

function Panels() {
  const open = usePart(({ panel }) => panel);
  useKeyboardAt(`tab-${open}`);
  const canDraw = usePart(({ description, data }) => takesPictures(description, data));
  const { act } = useStudio();
  const names = panels.map(([panel]) => panel);
  const choose = (panel: Panel) => act({ act: 'panelChosen', panel });
  const step = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = names[(names.indexOf(open) + by + names.length) % names.length];
    choose(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="panels">
      <div class="tabs" role="tablist" onKeyDown={step}>
        {names.map((panel) => (
          <button
            type="button"
            role="tab"
            id={`tab-${panel}`}
            key={panel}
            aria-selected={panel === open}
            aria-controls={`panel-${panel}`}
            tabIndex={panel === open ? 0 : -1}
            onClick={() => choose(panel)}
          >
            {text.value.panels[panel === 'draw' && !canDraw ? 'ask' : panel]}
          </button>
        ))}
      </div>
      {panels.map(([panel, Content]) => (
        <div role="tabpanel" id={`panel-${panel}`} key={panel} aria-labelledby={`tab-${panel}`} hidden={panel !== open}>
          {panel === open && <Content />}
        </div>
      ))}
    </section>
  );
}
