/** The pipeline as a flow: a lane for each section, a node for each stage, and batches that travel as marbles. */
import { useRef } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { count } from '../view/format.js';
import type { SectionName } from '../worker/protocol.js';
import { Marbles } from './marbles.js';
import { StageNode } from './stage-node.js';

const sections: readonly SectionName[] = ['data', 'network', 'train', 'validation', 'test'];

export function Flow() {
  const stages = usePart(({ description }) => description.stages);
  const parameters = usePart(({ description }) => description.parameters);
  const stop = usePart(({ trip }) => trip?.at);
  const frame = useRef<HTMLDivElement>(null);
  const words = text.value;
  return (
    <section class="flow" id="flow" aria-label={words.pipeline} data-stop={stop}>
      <div class="lanes" ref={frame}>
        {sections.map((section) => {
          const own = stages.filter((stage) => stage.section === section);
          if (own.length === 0) return null;
          return (
            <div class={`lane ${section}`} key={section}>
              <h2>
                {words.sections[section]} <small>{words.sectionHints[section]}</small>
                {section === 'network' && <small> · {words.parameters(count(parameters))}</small>}
              </h2>
              <ol>
                {own.map((stage) => (
                  <StageNode key={stage.place} stage={stage} />
                ))}
              </ol>
            </div>
          );
        })}
        <Marbles frame={frame} />
      </div>
    </section>
  );
}
