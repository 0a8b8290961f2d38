/** What a stage's `build` returns, checked once: a plug-in is run without being compared with the types. */
import type { Built, StageDefinition } from './contract.js';
import { PipelineError } from './errors.js';
import type { Kind } from './kinds.js';
import { specProblem } from './spec-check.js';
import { describeGiven } from './tensor.js';
import { describeValue } from './wrong-value.js';

/**
 * What the author's `build` returned, if it is an object.
 *
 * @param wanted what it should be: "a layer, as { output, forward }"
 * @throws PipelineError that names a promise, nothing, or what else it is.
 */
export function requireReturned<T>(returned: T, stage: string, wanted: string): T {
  if (typeof returned === 'object' && returned !== null && !('then' in returned) && !Array.isArray(returned)) {
    return returned;
  }
  const isPromise = typeof returned === 'object' && returned !== null && 'then' in returned;
  const found = isPromise ? 'a promise; build without waiting for anything' : describeValue(returned);
  throw new PipelineError(`${stage}: build should return ${wanted}, but returned ${found}`);
}

/**
 * What the author's `loss` or `rule` returned, if it is a function.
 *
 * @param wanted what it should be: "a function of dx, x and t"
 * @throws PipelineError that names a promise, nothing, or what else it is.
 */
export function requireFunction<T>(returned: T, stage: string, method: string, wanted: string): T {
  if (typeof returned === 'function') return returned;
  throw new PipelineError(`${stage}: its ${method} should return ${wanted}, but returned ${describeGiven(returned)}`);
}

/** @throws PipelineError when a stage was not built: its operator is no function, or its output of another kind. */
export function requireBuilt<From extends Kind, To extends Kind>(
  returned: Built<From, To>,
  { name, to }: Pick<StageDefinition<From, To>, 'name' | 'to'>,
): Built<From, To> {
  const built = requireReturned(returned, name, 'what was built, as { output, operator }');
  if (typeof built.operator !== 'function') {
    const found = describeValue(built.operator);
    throw new PipelineError(`${name}: the operator that build returns should be an RxJS operator, but is ${found}`);
  }
  if (built.output?.kind !== to) {
    const found = describeValue(built.output?.kind);
    throw new PipelineError(`${name}: the output that build returns should be of the kind "${to}", but is of ${found}`);
  }
  const problem = specProblem(built.output);
  if (problem !== undefined) throw new PipelineError(`${name}: in the output that build returns, ${problem}`);
  return built;
}
