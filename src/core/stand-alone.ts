import { Observable, type OperatorFunction, Subject } from 'rxjs';
import type { Built, Context } from './contract.js';
import { PipelineError } from './errors.js';
import { createTextbookKernels } from './kernels/textbook.js';
import { type Kind, type Kinds, type Spec, specOf } from './kinds.js';
import { seededRandom } from './random/random.js';
import { turnScheduler } from './scheduler.js';
import { takeUntilUnsubscribed } from './take-until-unsubscribed.js';
import { formatShape, sameShape } from './tensor.js';

/**
 * The operator of a stage that stands alone: built when the first value shows its shapes, in that value's own float
 * type, and then kept, so that two subscriptions share its parameters.
 */
export function builtByFirstEmission<From extends Kind, To extends Kind>(
  { name, from }: { readonly name: string; readonly from: From },
  build: (input: Spec<From>, context: Context) => Built<From, To>,
): OperatorFunction<Kinds[From], Kinds[To]> {
  let built: Built<From, To> | undefined;
  let builtFor: Spec | undefined;

  /** @throws PipelineError for a value of another kind, or of another shape than the first one's. */
  const operatorFor = (value: Kinds[From]): OperatorFunction<Kinds[From], Kinds[To]> => {
    const spec = specOf(value);
    if (spec.kind !== from) throw new PipelineError(`${name} takes a ${from}, not a ${spec.kind}`);
    if (builtFor !== undefined && 'shape' in spec && 'shape' in builtFor && !sameShape(spec.shape, builtFor.shape)) {
      const [was, is] = [builtFor, spec].map(({ shape }) => formatShape(shape));
      throw new PipelineError(`${name} was built for rows of ${was} by its first value, but gets ${is}`);
    }
    builtFor ??= spec;
    const exact = typeof value === 'object' && 'x' in value && value.x.data instanceof Float64Array;
    // Two dense layers in one chain must not begin alike: the second finds the first on the tape.
    const depth = typeof value === 'object' && 'tape' in value ? value.tape.length : 0;
    built ??= build(spec as Spec<From>, {
      kernels: createTextbookKernels(exact ? 'float64' : 'float32'),
      random: seededRandom(0).stream(`${name}.${depth}`),
      scheduler: turnScheduler,
      host: undefined,
      epochs: undefined,
      network: undefined,
      at: name,
      parameters: [],
      running: [],
    });
    return built.operator;
  };

  return (source) =>
    new Observable((subscriber) => {
      let input: Subject<Kinds[From]> | undefined;
      source.pipe(takeUntilUnsubscribed(subscriber)).subscribe({
        next(value) {
          try {
            const operator = operatorFor(value);
            if (input === undefined) {
              input = new Subject();
              subscriber.add(operator(input).subscribe(subscriber));
            }
          } catch (error) {
            subscriber.error(error);
            return;
          }
          input.next(value);
        },
        error: (error) => (input ?? subscriber).error(error),
        complete: () => (input ?? subscriber).complete(),
      });
    });
}
