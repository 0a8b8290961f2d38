import { type OperatorFunction, of } from 'rxjs';

/**
 * What a synchronous operator makes of one value: the last that it emits.
 *
 * @throws What the operator throws; TypeError when it emits nothing before `subscribe` returns.
 */
export function through<In, Out>(operator: OperatorFunction<In, Out>, value: In): Out {
  const emitted: Out[] = [];
  let failure: { readonly error: unknown } | undefined;
  of(value)
    .pipe(operator)
    .subscribe({ next: (result) => emitted.push(result), error: (error) => (failure = { error }) });
  if (failure !== undefined) throw failure.error;
  const last = emitted.at(-1);
  if (last === undefined) throw new TypeError('the stage emitted nothing');
  return last;
}
