/** What a network learned and remembers, tensor by tensor, and what each is in other programs. */
import { PipelineError } from '../errors.js';
import type { Model, ModelStage } from '../model/model.js';
import { isOutermost, placeOf, splitName } from '../pipeline/assembly.js';
import { listsIn } from '../stage-list.js';
import { isTensor, type StateDict } from '../state.js';
import { formatShape, type Shape, sameShape, type Tensor } from '../tensor.js';
import { type Convention, type Layout, layoutIn, type Sample } from './foreign-layout.js';

/** A tensor of a network. */
export interface CarriedTensor {
  /** `network.3` */
  readonly place: string;
  /** `W` */
  readonly name: string;
  readonly value: Tensor;
  /** What PyTorch calls it, and its module in an nn.Sequential: `4` of `4.weight`. */
  readonly pytorch: { readonly module: string; readonly name: string };
  layout(convention: Convention): Layout;
}

/** What flows from stage to stage. */
interface Flow extends Sample {
  /** Whether no layer has seen it, so that it lies as the data do. */
  readonly isGiven: boolean;
}

/**
 * @param stages of a network, those inside others too
 * @param input the shape of a sample
 * @param state what they learned and remember: `network.3.W`
 * @throws PipelineError when rows of numbers are added that come in different orders in PyTorch.
 */
export function carriedTensors(stages: readonly ModelStage[], input: Shape, state: StateDict): CarriedTensor[] {
  const found: CarriedTensor[] = [];
  const outputs = new Map(stages.map((stage) => [placeOf(stage), stage.output.shape]));
  const tensorsAt = (place: string) =>
    Object.entries(state).flatMap(([full, value]) => {
      const { place: its, name } = splitName(full);
      return its === place && isTensor(value) ? [{ name, value }] : [];
    });

  /** @param modules what the names of PyTorch's modules begin with: nothing, or `1.` in a block */
  function follow(layers: Model['layers'], above: string, modules: string, given: Flow, first = 0): Flow {
    let flow = given;
    let module = 0;
    for (const [i, layer] of layers.entries()) {
      const place = `${above}.${first + i}`;
      const { flatten, tensors = {} } = layer.definition.pytorch ?? {};
      if (flatten === 'before' && flow.shape.length > 1 && !flow.isGiven) module++;
      const read = flow.isGiven && flatten === 'before' ? { ...flow, image: undefined } : flow;
      const learned = tensorsAt(place);
      for (const { name, value } of learned) {
        const { name: theirs, ...rule } = tensors[name] ?? { name };
        const pytorch = { module: `${modules}${module}`, name: theirs };
        found.push({ place, name, value, pytorch, layout: (by) => layoutIn(by, rule, value.shape, read) });
      }
      const ends = followInside(layer, place, `${modules}${module}.`, { ...flow, isGiven: false });
      module += flatten === 'behind' ? 2 : 1;

      const output = outputs.get(place) ?? flow.shape;
      const isGiven = flow.isGiven && learned.length === 0 && ends.length === 0 && sameShape(output, flow.shape);
      flow = { shape: output, image: ends.length > 0 ? ends[0].image : imageBehind(output, flow, flatten), isGiven };
    }
    return flow;
  }

  /** What flows out of each list of stages that a stage holds. */
  function followInside(layer: Model['layers'][number], place: string, modules: string, flow: Flow): Flow[] {
    let held = 0;
    const ends = listsIn(layer).map(([option, stages], list) => {
      held += stages.length;
      return follow(stages, place, list === 0 ? modules : `${modules}${option}.`, flow, held - stages.length);
    });
    const [end] = ends;
    const added = ends[1] ?? (end !== undefined && sameShape(end.shape, flow.shape) ? flow : end);
    if (end !== undefined && !sameShape(end.image ?? [], added.image ?? [])) {
      throw otherOrders(place, layer.definition.name, end.image === undefined ? added : end);
    }
    return ends;
  }

  const image = input.length === IMAGE ? input : undefined;
  follow(stages.filter(isOutermost), 'network', '', { shape: input, image, isGiven: true });
  return found;
}

/** How many axes an image with channels has. */
const IMAGE = 3;

/** [H, W, C] of what a stage gives, or of the image that it made a row of. */
function imageBehind(output: Shape, { shape, image, isGiven }: Flow, flatten: string | undefined): Shape | undefined {
  if (output.length === IMAGE) return output;
  if (flatten === 'itself') return isGiven ? undefined : image;
  return flatten === undefined && sameShape(output, shape) ? image : undefined;
}

const otherOrders = (place: string, name: string, { shape, image = [] }: Flow): PipelineError =>
  new PipelineError(
    `${name} at ${place} adds to a row ${formatShape(shape)} that was an image ${formatShape(image)}, whose numbers ` +
      'come in another order in PyTorch; put a dense layer before it',
  );
