/** What a residual block adds, f(x) and its shortcut s(x), must have one shape: where not, these shapes say what to write. */
import { PipelineError } from '../errors.js';
import { formatShape, type Shape, sameShape } from '../tensor.js';

/**
 * @param sx what the shortcut gives; nothing where x itself is added
 * @throws PipelineError when the two cannot be added.
 */
export function requireSum(fx: Shape, x: Shape, sx: Shape | undefined): void {
  if (sameShape(fx, sx ?? x)) return;
  const found = `residual: f(x) is ${formatShape(fx)}`;
  const shortcut = shortcutFrom(x, fx);
  if (sx === undefined) {
    const ways =
      shortcut === undefined ? keptBy(x) : `${keptBy(x)}, or beside stages, ${shortcut} leads to the shape of f(x)`;
    throw new PipelineError(`${found}, but is added to x, which is ${formatShape(x)}; ${ways}`);
  }
  const way =
    shortcut === undefined
      ? 'none leads there: with padding: same, the stages inside change rows and columns by their strides alone'
      : `${shortcut} leads to the shape of f(x)`;
  throw new PipelineError(
    `${found}, and its shortcut gives ${formatShape(sx)}; from x, which is ${formatShape(x)}, ${way}`,
  );
}

/** How the stages inside give the shape of x. */
function keptBy(x: Shape): string {
  if (x.length === 1) return `end the stages inside with dense: { units: ${x[0]} }`;
  return `convolutions inside keep it with padding: same, stride: 1, and filters: ${x[2] ?? 1} at the end`;
}

/** One layer from x to the shape of f(x), if there is such a layer: a convolution of 1 x 1 gives ⌈H / stride⌉ rows. */
function shortcutFrom(x: Shape, fx: Shape): string | undefined {
  if (fx.length === 1) return `shortcut: [dense: { units: ${fx[0]} }]`;
  const [H, W] = x;
  const [OH, OW, filters] = fx;
  const strides = [Math.ceil(H / OH), Math.ceil(W / OW)];
  const [down, right] = strides;
  if (x.length === 1 || fx.length !== 3 || Math.ceil(H / down) !== OH || Math.ceil(W / right) !== OW) return undefined;
  const stride = down !== right ? `, stride: [${strides.join(', ')}]` : down === 1 ? '' : `, stride: ${down}`;
  return `shortcut: [conv2d: { filters: ${filters}, kernel: 1${stride} }]`;
}
