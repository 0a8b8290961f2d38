import { useLayoutEffect, useRef } from 'preact/hooks';
import { said, text } from '../texts/texts.js';
import { useStages } from '../use-stages.js';
import { useStudio } from '../use-studio.js';
import type { Change, StageView } from '../worker/protocol.js';
import { QuickSwap } from './quick-swap.js';

/** What can be done with a stage in its file. */
export function StageMenu({ stage }: { readonly stage: StageView }) {
  const { act } = useStudio();
  const words = text.value.stage;
  const { place, section } = stage;
  const stages = useStages().filter(({ sections }) => sections.includes(section));
  const families = [...new Set(stages.map(({ family }) => family))];
  const menu = useRef<HTMLDivElement>(null);
  // where the last stage of a list is removed, the keyboard goes on at the tab
  useLayoutEffect(
    () => () => {
      if (menu.current?.contains(document.activeElement)) document.getElementById('tab-stage')?.focus();
    },
    [],
  );
  const change = (made: Change) => act({ act: 'changed', change: made });
  const add = (select: HTMLSelectElement) => {
    const stage = select.value;
    select.value = '';
    change({ change: 'insert', place, stage });
  };
  return (
    <div class="stage-menu" ref={menu}>
      <span aria-hidden="true">{words.swap}</span>
      <QuickSwap stage={stage} id="swap" />
      <button type="button" id="move-up" onClick={() => change({ change: 'move', place, by: -1 })}>
        {words.earlier}
      </button>
      <button type="button" id="move-down" onClick={() => change({ change: 'move', place, by: 1 })}>
        {words.later}
      </button>
      <button type="button" id="remove" onClick={() => change({ change: 'remove', place })}>
        {words.remove}
      </button>
      <select
        id="add"
        aria-label={words.add}
        value=""
        onChange={({ currentTarget }) => currentTarget.value !== '' && add(currentTarget)}
      >
        <option value="">{words.add}…</option>
        {families.map((family) => (
          <optgroup key={family} label={text.value.families[family]}>
            {stages
              .filter((one) => one.family === family)
              .map(({ name, summary }) => (
                <option key={name} value={name} title={said(summary)}>
                  {name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}
