/** The data that it learns from, and other data: at hand, downloaded, or one's own. */
import { shades } from '../draw/samples.js';
import { presets } from '../presets.js';
import { text } from '../texts/texts.js';
import { useAnswer } from '../use-answer.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { count, number } from '../view/format.js';
import { Pixels } from '../view/pixels.js';
import { Scroll } from '../view/scroll.js';
import { OwnData } from './own-data.js';

/** How many examples are shown. */
const SHOWN = 24;

export function DataPanel() {
  const words = text.value.data;
  const data = usePart((state) => state.data);
  return (
    <>
      {data && (
        <>
          <p id="data-report">
            <strong>{data.source}</strong>: {words.counts(count(data.train), data.test && count(data.test))}
          </p>
          {(data.reason ?? data.remark) && <p class="warning">{data.reason ?? data.remark}</p>}
          <Shown />
        </>
      )}
      <h3>{words.others}</h3>
      <AtHand />
      <OwnData />
    </>
  );
}

/** The first examples, as pictures or as numbers. */
function Shown() {
  const run = usePart((state) => state.run);
  const view = useAnswer((worker) => worker.examples('train', SHOWN), [run]);
  if (view === undefined) return null;
  const { shape, examples } = view;
  if (shape.length >= 2) {
    return (
      <ul class="mistakes">
        {examples.map(({ features, label }, i) => (
          <li key={i}>
            <Pixels values={features} shape={shape} {...shades(features)} />
            {label}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <Scroll label={text.value.data.first}>
      <table class="confusion">
        <tbody>
          {examples.slice(0, 8).map(({ features, label }, i) => (
            <tr key={i}>
              {Array.from(features, (value, column) => (
                <td key={column}>{number(value)}</td>
              ))}
              <th scope="row">{label}</th>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const shapes = ['spirals', 'moons', 'circles', 'xor'] as const;

/** Data without a file: drawn digits, MNIST, and points of the plane. */
function AtHand() {
  const { act } = useStudio();
  const words = text.value.data;
  const open = (name: string, change = (given: string): string => given) => {
    const preset = presets.find((one) => one.name === name);
    if (preset) act({ act: 'opened', file: { name, text: change(preset.text) } });
  };
  return (
    <div class="choices">
      <button type="button" onClick={() => open('digits.yaml')}>
        {words.digits}
      </button>
      <button type="button" id="mnist" onClick={() => open('mnist.yaml')}>
        {words.mnist}
      </button>
      {shapes.map((shape) => (
        <button
          type="button"
          key={shape}
          onClick={() => open('spirals.yaml', (given) => given.replace('shape: spirals', `shape: ${shape}`))}
        >
          {words.shapes[shape]}
        </button>
      ))}
      <DownloadProgress />
    </div>
  );
}

/** How far a download is. */
function DownloadProgress() {
  const download = usePart((state) => state.download);
  if (download === undefined) return null;
  const { name, loaded, total } = download;
  return (
    <label class="download">
      {name} <progress max={total} value={total === undefined ? undefined : loaded} />
    </label>
  );
}
