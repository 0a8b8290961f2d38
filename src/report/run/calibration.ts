/** Whether the network is as often right as it is sure. */
import type { Evaluation } from '../../core/model/evaluation.js';
import { type Html, html } from '../html.js';
import { percent } from '../parts.js';

const SIZE = 300;
const LEFT = 40;

/** The reliability diagram: for predictions of about the same confidence, how many are right. On the diagonal, it is what it says. */
export function calibrationCurve({ calibration, expectedCalibrationError }: Evaluation): Html {
  const width = SIZE / calibration.length;
  const y = (share: number): number => SIZE * (1 - share) + 10;
  const largest = Math.max(...calibration.map(({ count }) => count));
  const bars = calibration.map(({ count, accuracy, confidence }, bin) => {
    if (count === 0) return '';
    const words = `confidence ${percent(confidence)}: right ${percent(accuracy)}, ${count} predictions`;
    const opacity = (0.25 + 0.75 * Math.sqrt(count / largest)).toFixed(2);
    return html`<rect x="${(LEFT + bin * width).toFixed(1)}" y="${y(accuracy).toFixed(1)}" width="${(width - 1).toFixed(1)}" height="${(SIZE * accuracy).toFixed(1)}" fill="var(--c0)" fill-opacity="${opacity}"><title>${words}</title></rect>`;
  });
  return html`<figure class="card"><figcaption>calibration</figcaption>
<svg class="drawn" style="max-width:28rem" viewBox="0 0 ${LEFT + SIZE + 14} ${SIZE + 48}" role="img" aria-label="calibration: expected calibration error ${percent(expectedCalibrationError)}">
${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<line x1="${LEFT}" x2="${LEFT + SIZE}" y1="${y(share)}" y2="${y(share)}" stroke="var(--line)"/><text x="${LEFT - 5}" y="${y(share) + 4}" text-anchor="end">${share}</text><text x="${LEFT + SIZE * share}" y="${SIZE + 26}" text-anchor="middle">${share}</text>`)}
${bars}
<line x1="${LEFT}" y1="${y(0)}" x2="${LEFT + SIZE}" y2="${y(1)}" stroke="var(--text)" stroke-dasharray="5 4"/>
<text x="${LEFT + SIZE / 2}" y="${SIZE + 42}" text-anchor="middle">confidence of the prediction</text>
</svg>
<p class="faint">A bar for predictions of about the same confidence: its height is how many of them are right, and it is the fainter, the fewer they are. Expected calibration error ${percent(expectedCalibrationError)}: so far, on average, is how sure it is from how often it is right.</p></figure>`;
}
