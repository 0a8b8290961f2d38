/** One stage, looked into: what it is, its options, and its tensors at this moment. */

import { lossOf, viewAt } from '../state/trip.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { number } from '../view/format.js';
import type { StageView } from '../worker/protocol.js';
import { About } from './about.js';
import { Learned } from './learned.js';
import { OptionsForm } from './options-form.js';
import { Plot } from './plot.js';
import { StageMenu } from './stage-menu.js';
import { TensorPanel } from './tensor-panel.js';

export function StagePanel() {
  const words = text.value.stage;
  const stage = usePart(({ selected, description }) => description.stages.find(({ place }) => place === selected));
  const forward = usePart(({ trip, selected }) => trip && selected && viewAt(trip, selected, 'forward')?.x);
  const backward = usePart(({ trip, selected }) => (trip && selected ? viewAt(trip, selected, 'backward') : undefined));
  const loss = usePart(({ trip }) => (backward && stage?.family === 'losses' && trip ? lossOf(trip) : undefined));
  if (stage === undefined) return <p class="hint">{words.choose}</p>;
  const { dx, ...gradients } = backward ?? {};
  const isAfterEpochs = stage.section === 'validation' || stage.section === 'test';
  return (
    <>
      <h3>
        {stage.name} <code class="faint">{stage.place}</code> <InFile stage={stage} />
      </h3>
      <StageMenu stage={stage} />
      <div class="beside">
        <div>
          <OptionsForm place={stage.place} />
        </div>
        <Plot stage={stage} />
      </div>
      {!forward && !backward && (
        <p class="hint">{words.ofFamily[stage.family] ?? (isAfterEpochs ? words.afterEpochs : words.notYet)}</p>
      )}
      {loss !== undefined && <p id="batch-loss">{words.lossOfBatch(number(loss))}</p>}
      <div class="beside">
        {forward && <TensorPanel title={words.forward} view={forward} isBatch />}
        {dx && <TensorPanel title={words.backward} view={dx} isBatch />}
        {stage.parameters.length > 0 && <Learned place={stage.place} />}
        {Object.entries(gradients).map(([name, view]) => (
          <TensorPanel key={name} title={`${words.gradients}: ${name}`} view={view} />
        ))}
      </div>
      <About name={stage.name} />
    </>
  );
}

/** Where the stage stands in the file. */
function InFile({ stage: { line } }: { readonly stage: StageView }) {
  const { act } = useStudio();
  if (line === undefined) return null;
  return (
    <button type="button" class="link faint" id="in-file" onClick={() => act({ act: 'lineChosen', line, column: 1 })}>
      {text.value.problems.at(line)}
    </button>
  );
}
