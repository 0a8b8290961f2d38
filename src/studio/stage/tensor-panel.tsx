import type { TensorView } from 'marblenet/page';
import { text } from '../texts/texts.js';
import { number, percent, shapeText } from '../view/format.js';
import { Histogram } from '../view/histogram.js';
import { Pictures } from './pictures.js';

interface TensorPanelProps {
  readonly title: string;
  readonly view: TensorView;
  /** Whether its first axis counts samples. */
  readonly isBatch?: boolean;
}

/** How many numbers are written out. */
const WRITTEN = 24;

/** A tensor as pictures, as a histogram and as numbers. */
export function TensorPanel({ title, view, isBatch = false }: TensorPanelProps) {
  const words = text.value.stage;
  const { shape, min, max, mean, zeros, values } = view;
  return (
    <figure class="tensor">
      <figcaption>
        <strong>{title}</strong> <code>[{shapeText(shape)}]</code>
        <br />
        <span class="faint">
          {words.range(number(min), number(max), number(mean))}
          {zeros > 0 && `, ${words.zeros(percent(zeros))}`}
        </span>
      </figcaption>
      <Histogram view={view} />
      <Pictures view={view} isBatch={isBatch} />
      <details>
        <summary>{words.numbers}</summary>
        <p class="numbers">
          {Array.from(values.subarray(0, WRITTEN), number).join('  ')}
          {values.length > WRITTEN && '…'}
        </p>
      </details>
    </figure>
  );
}
