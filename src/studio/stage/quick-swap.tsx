import { said, text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStages } from '../use-stages.js';
import { useStudio } from '../use-studio.js';
import type { StageView } from '../worker/protocol.js';

interface QuickSwapProps {
  readonly stage: StageView;
  readonly id?: string;
}

/** A menu of the stages that may stand in the place of one. */
export function QuickSwap({ stage: { place, name, family, section }, id }: QuickSwapProps) {
  const { act } = useStudio();
  const others = useStages().filter((other) => other.family === family && other.sections.includes(section));
  usePart(({ notice }) => notice); // a swap that is refused is taken back in the menu, too
  return (
    <select
      class="swap"
      id={id}
      aria-label={text.value.swap(name)}
      title={text.value.swap(name)}
      value={name}
      onChange={({ currentTarget: { value: to } }) => act({ act: 'changed', change: { change: 'swap', place, to } })}
    >
      {!others.some((other) => other.name === name) && <option value={name}>{name}</option>}
      {others.map((other) => (
        <option key={other.name} value={other.name} title={said(other.summary)}>
          {other.name}
        </option>
      ))}
    </select>
  );
}
