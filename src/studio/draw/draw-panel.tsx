/** Ask the network: draw, or take an example; see what it says, what became of the sample on its way, and what speaks for it. */
import { useEffect, useState } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import type { Answer } from './asking.js';
import { Classes, namesOf } from './classes.js';
import { pen } from './drawing.js';
import { Examples } from './examples.js';
import { Layers } from './layers.js';
import { Numbers } from './numbers.js';
import { NumberReasons, PictureReasons } from './reasons.js';
import { featureNames, pictureShape } from './samples.js';
import { Sheet } from './sheet.js';

/** The most numbers of a sample that a form is made of. */
const MOST_NUMBERS = 32;

export function DrawPanel() {
  const { act } = useStudio();
  const words = text.value.draw;
  const shape = usePart(({ description }) => description.stages.findLast(({ section }) => section === 'data')?.shape);
  const data = usePart((state) => state.data);
  const answer = usePart(({ asking }) => asking.answer);
  const problem = usePart(({ asking }) => asking.problem);
  const isUntrained = usePart(({ step, description }) => step === 0 && !description.isBegun);
  const hasQuestion = usePart(({ asking }) => asking.question !== undefined);
  const takesPictures = data?.pictures !== undefined || pictureShape(answer?.said.shape ?? shape) !== undefined;
  const hasTest = (data?.test ?? 0) > 0;

  // there is nothing to draw: begin with an example
  useEffect(() => {
    if (takesPictures || hasQuestion || data === undefined) return;
    act({ act: 'sampleChosen', question: { of: 'example', split: hasTest ? 'test' : 'train', index: 0 } });
  }, [takesPictures, hasQuestion, data]);

  return (
    <>
      {takesPictures ? <Drawing /> : <p class="hint">{words.noPictures}</p>}
      <Examples />
      {problem && <p class="hint">{problem === 'blank' ? words.blank : problem}</p>}
      {answer && isUntrained && <p class="hint">{words.untrained}</p>}
      {answer && <AnswerView answer={answer} />}
    </>
  );
}

/** The sheet and what belongs to it. */
function Drawing() {
  const { act } = useStudio();
  const words = text.value.draw;
  const hasInk = usePart(({ asking }) => asking.drawing.length > 0);
  const [width, setWidth] = useState(pen.first);
  return (
    <div class="drawing">
      <Sheet width={width} />
      <div>
        <p class="hint">{words.begin}</p>
        <p class="faint" id="sheet-keys">
          {words.keys}
        </p>
        <div class="tools">
          <button type="button" id="undo-stroke" disabled={!hasInk} onClick={() => act({ act: 'strokeUndone' })}>
            {words.undo}
          </button>
          <button type="button" id="clear-drawing" disabled={!hasInk} onClick={() => act({ act: 'drawingCleared' })}>
            {words.clear}
          </button>
          <label>
            {words.width}{' '}
            <input
              type="range"
              min={pen.least}
              max={pen.most}
              step={pen.step}
              value={width}
              onInput={({ currentTarget }) => setWidth(currentTarget.valueAsNumber)}
            />
          </label>
        </div>
        <p class="faint">{words.eitherWay}</p>
      </div>
    </div>
  );
}

function AnswerView({ answer }: { readonly answer: Answer }) {
  const columns = usePart(({ data }) => data?.columns);
  const { said } = answer;
  const names = featureNames(columns, said.sample.length);
  const name = namesOf(said)[said.label] ?? String(said.label);
  const picture = pictureShape(said.shape);
  return (
    <>
      <h3>{text.value.draw.says}</h3>
      <Classes answer={answer} />
      {picture ? (
        <PictureReasons said={said} shape={picture} name={name} />
      ) : (
        <>
          {said.sample.length <= MOST_NUMBERS && <Numbers values={Array.from(said.sample)} names={names} />}
          <NumberReasons said={said} names={names} name={name} />
        </>
      )}
      <Layers stages={said.stages} />
    </>
  );
}
