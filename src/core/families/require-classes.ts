import { PipelineError } from '../errors.js';

/**
 * For stages that tell classes apart.
 *
 * @param fitting what to use for regression
 * @throws PipelineError where targets are real-valued, or where there are none.
 */
export function requireClasses(
  name: string,
  { classes, targets }: { readonly classes: number | undefined; readonly targets?: number | undefined },
  fitting: string,
): void {
  if (classes !== undefined) return;
  if (targets === undefined) throw new PipelineError(`${name} needs targets; put oneHot in data:`);
  throw new PipelineError(
    `${name} is for classes, but these targets are real numbers, ${targets} a sample; for regression there is ${fitting}`,
  );
}
