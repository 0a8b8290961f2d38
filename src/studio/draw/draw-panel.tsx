/** Ask the network: draw, or take an example; see what it says, what became of the sample on its way, and what speaks for it. */
import { useEffect, useState } from 'preact/hooks';
import { DRAWING, download } from '../take-away/download.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import type { Answer } from './asking.js';
import { Classes, namesOf } from './classes.js';
import { pen } from './drawing.js';
import { Examples } from './examples.js';
import { Layers } from './layers.js';
import { Numbers } from './numbers.js';
import { pngOf } from './paint.js';
import { NumberReasons, PictureReasons } from './reasons.js';
import { featureNames, pictureShape, takesPictures } from './samples.js';
import { Sheet } from './sheet.js';

/** The most numbers of a sample that a form is made of. */
const MOST_NUMBERS = 32;

export function DrawPanel() {
  const { act } = useStudio();
  const words = text.value.draw;
  const data = usePart((state) => state.data);
  const answer = usePart(({ asking }) => asking.answer);
  const problem = usePart(({ asking }) => asking.problem);
  const isUntrained = usePart(({ step, description }) => step === 0 && !description.isBegun);
  const hasQuestion = usePart(({ asking }) => asking.question !== undefined);
  const canDraw = usePart(({ description, data }) => takesPictures(description, data));
  const hasTest = (data?.test ?? 0) > 0;

  // there is nothing to draw: begin with an example
  useEffect(() => {
    if (canDraw || hasQuestion || data === undefined) return;
    act({ act: 'sampleChosen', question: { of: 'example', split: hasTest ? 'test' : 'train', index: 0 } });
  }, [canDraw, hasQuestion, data]);

  return (
    <div class="beside">
      <div>
        {canDraw ? <Drawing /> : <p class="hint">{words.noPictures}</p>}
        <Examples />
      </div>
      <div>
        {problem && <p class="hint">{problem === 'blank' ? words.blank : problem}</p>}
        {answer && isUntrained && <p class="hint">{words.untrained}</p>}
        {answer && <AnswerView answer={answer} />}
      </div>
    </div>
  );
}

/** The sheet and what belongs to it. */
function Drawing() {
  const { act } = useStudio();
  const words = text.value.draw;
  const drawing = usePart(({ asking }) => asking.drawing);
  const hasInk = drawing.length > 0;
  const [width, setWidth] = useState(pen.first);
  const save = async () => download(DRAWING, await pngOf(drawing));
  return (
    <div class="drawing">
      <Sheet width={width} />
      <div>
        <p class="hint">{words.begin}</p>
        <p class="faint" id="sheet-keys">
          {words.keys}
        </p>
        <div class="tools">
          <button
            type="button"
            id="undo-stroke"
            aria-disabled={!hasInk}
            onClick={() => hasInk && act({ act: 'strokeUndone' })}
          >
            {words.undo}
          </button>
          <button
            type="button"
            id="clear-drawing"
            aria-disabled={!hasInk}
            onClick={() => hasInk && act({ act: 'drawingCleared' })}
          >
            {words.clear}
          </button>
          <button type="button" id="save-drawing" aria-disabled={!hasInk} onClick={() => hasInk && void save()}>
            {text.value.save.save(DRAWING)}
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
          {said.sample.length <= MOST_NUMBERS && (
            <Numbers values={Array.from(said.sample)} names={names} columns={columns} />
          )}
          <NumberReasons said={said} names={names} name={name} />
        </>
      )}
      <Layers stages={said.stages} />
    </>
  );
}
