/** Names that options of stages had before: they still work, in code and in pipeline files, and `lint` mentions them. */
import * as z from 'zod';

const currentNames = z.registry<{ readonly name: string }>();

/** An option's former name, beside the option itself: what is given under it is given to the option `name`. */
export function formerly<Type extends z.ZodType>(name: string, type: Type): z.ZodOptional<Type> {
  const option = type.optional().meta({ deprecated: true, description: `Former name of ${name}` });
  currentNames.add(option, { name });
  return option;
}

/** What an option is called now; undefined for one that has always been called so. */
export const currentNameOf = ({ shape }: z.ZodObject, option: string): string | undefined => {
  const field = Object.hasOwn(shape, option) ? shape[option] : undefined;
  return field instanceof z.ZodType ? currentNames.get(field)?.name : undefined;
};
