import type * as z from 'zod';
import { PipelineError } from './errors.js';
import { currentNameOf } from './former-names.js';
import { optionMeant } from './other-words.js';
import { shortened } from './printable.js';
import { describeIssue, describeValue, fieldsAt, firstToMend, valueAt } from './wrong-value.js';

/** A problem with options: `path` leads to the field, inside the options. */
export class OptionsError extends PipelineError {
  constructor(
    message: string,
    readonly path: readonly PropertyKey[],
    /** Whether the last of the path is a name that should not be there. */
    readonly unknownKey = false,
  ) {
    super(message);
  }
}

/** @throws OptionsError that names the first wrong field, what it is and what it may be. */
export function parseOptions<Options extends z.ZodObject>(
  { name, options, example }: { readonly name: string; readonly options: Options; readonly example: string },
  given: unknown,
): z.output<Options> {
  const { renamed, former } = withCurrentNames(name, options, given);
  const parsed = options.safeParse(renamed);
  if (parsed.success) return parsed.data;
  const issue = firstToMend(parsed.error);
  const [field, ...inside] = issue.path;
  // as it was given, so that the place in the file is found
  const path = field === undefined ? [] : [former.get(field) ?? field, ...inside];
  const known = fieldsAt(options, path);
  // The example shows what is wanted, where it is short enough.
  const asIn = example.includes('\n') ? '' : `, as in "${example}"`;

  if (issue.code === 'unrecognized_keys') {
    const [unknown] = issue.keys;
    const expected = known.length === 0 ? 'it takes no options' : `expected ${known.join(', ')}`;
    const hint = decimalComma(valueAt(given, path), unknown) || optionMeant(unknown, known);
    throw new OptionsError(
      `${[name, ...path].join('.')} has no option "${shortened(unknown)}"${hint} (${expected})`,
      [...path, unknown],
      true,
    );
  }
  const found = valueAt(given, path);
  if (path.length === 0) {
    const wanted = known.length === 0 ? 'takes no options' : `takes options by name${asIn}`;
    throw new OptionsError(`${name} ${wanted}; found ${describeValue(found)}`, path);
  }
  if (found === undefined) throw new OptionsError(`${name} needs the option "${path.join('.')}"${asIn}`, path);
  const list = inside.length === 0 ? listAsIn(example, String(field), issue) : '';
  throw new OptionsError(`${name}: ${path.join('.')}: ${describeIssue(issue, found)}${list}`, path);
}

/** How the example of a stage writes a list that was wanted: one number looks as if it would do. */
function listAsIn(example: string, option: string, { code, ...issue }: z.core.$ZodIssue): string {
  const isWanted = code === 'invalid_type' && 'expected' in issue && /^(array|tuple)$/.test(String(issue.expected));
  const [written] = (isWanted && new RegExp(`\\b${option}: \\[[^\\]]*\\]`).exec(example)) || [];
  return written === undefined ? '' : `; write it as ${written}`;
}

/** In `{ rate: 0,5 }` a comma ends the 0, and 5 is a name without a value. */
function decimalComma(options: unknown, unknown: string): string {
  if (!/^\d+$/.test(unknown) || valueAt(options, [unknown]) !== null) return '';
  const wholes = Object.entries(options as object).filter(([, value]) => Number.isInteger(value));
  return wholes.length === 1
    ? `; decimals have a point: ${wholes[0][0]}: ${wholes[0][1]}.${unknown}`
    : '; decimals have a point';
}

/**
 * Options with each value under its option's current name, and the former names that they came by.
 *
 * @throws OptionsError when an option is given under both of its names.
 */
function withCurrentNames(
  stage: string,
  options: z.ZodObject,
  given: unknown,
): { readonly renamed: unknown; readonly former: ReadonlyMap<PropertyKey, string> } {
  const former = new Map<PropertyKey, string>();
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return { renamed: given, former };
  const entries = Object.entries(given).map(([name, value]) => {
    const current = currentNameOf(options, name);
    if (current === undefined) return [name, value];
    if (Object.hasOwn(given, current)) {
      throw new OptionsError(`${stage}: ${name} is the former name of ${current}; give only ${current}`, [name], true);
    }
    former.set(current, name);
    return [current, value];
  });
  return { renamed: Object.fromEntries(entries), former };
}
