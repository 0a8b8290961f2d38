/** Options that name a file: a path is seen from the pipeline file's folder, and stays right where that file is printed. */
import * as z from 'zod';

const paths = z.registry<{ readonly path: true }>();

/** An option of a stage that names a file: `filePath().describe('CSV file of the samples')`. */
export function filePath(): z.ZodString {
  const type = z.string().min(1);
  paths.add(type, { path: true });
  return type;
}

/** What a path is written as that is to be read from another folder; `at` says where it stands among the options. */
export type Rebase = (path: string, at: readonly PropertyKey[]) => string;

/** A stage's options with each path that they declare rebased, however deep it stands. */
export function rebased(
  type: z.core.$ZodType,
  value: unknown,
  rebase: Rebase,
  at: readonly PropertyKey[] = [],
): unknown {
  const form = formOf(type, value);
  if (typeof value === 'string') return form && paths.get(form) ? rebase(value, at) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return form instanceof z.ZodArray ? value.map((item, i) => rebased(form.element, item, rebase, [...at, i])) : value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const declared = fieldOf(form, name);
      return [name, declared === undefined ? field : rebased(declared, field, rebase, [...at, name])];
    }),
  );
}

function fieldOf(form: z.core.$ZodType | undefined, name: string): z.core.$ZodType | undefined {
  if (form instanceof z.ZodRecord) return form.valueType;
  return form instanceof z.ZodObject && Object.hasOwn(form.shape, name) ? form.shape[name] : undefined;
}

/** The one of a type's forms that a value has. */
function formOf(type: z.core.$ZodType, value: unknown): z.core.$ZodType | undefined {
  const forms = formsOf(type);
  return forms.length === 1 ? forms[0] : forms.find((form) => z.safeParse(form, value).success);
}

/** The keys that a map at a path of a schema may have: of any of its forms. */
export const keysAt = (type: z.core.$ZodType, path: readonly PropertyKey[]): string[] =>
  formsOf(type).flatMap((form) => {
    if (!(form instanceof z.ZodObject)) return [];
    const [key, ...rest] = path;
    if (key === undefined) return Object.keys(form.shape);
    const field = fieldOf(form, String(key));
    return field === undefined ? [] : keysAt(field, rest);
  });

/** The forms that a value may have: each of a union, without `optional`, `default` and the like. */
function formsOf(type: z.core.$ZodType): z.core.$ZodType[] {
  if (type instanceof z.ZodUnion) return type.options.flatMap(formsOf);
  const wraps = [z.ZodOptional, z.ZodDefault, z.ZodPrefault, z.ZodNullable, z.ZodReadonly] as const;
  for (const wrapper of wraps) if (type instanceof wrapper) return formsOf(type.unwrap());
  return [type];
}
