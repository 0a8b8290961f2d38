/** What is wrong with a value that a schema refused, in plain words: what was expected, what was found, what is near. */
import * as z from 'zod';
import { didYouMean } from './errors.js';
import { currentNameOf } from './former-names.js';
import { shortened } from './printable.js';

/**
 * A misspelt name often makes two problems, one unknown and one missing: the unknown one says what to fix. Of a choice
 * between forms, the one that was meant speaks: the only one that is of the value's own kind, a map or a word.
 */
export function firstToMend({ issues }: { readonly issues: readonly z.core.$ZodIssue[] }): z.core.$ZodIssue {
  const first = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (first.code !== 'invalid_union') return first;
  const meant = first.errors.filter((form) => form.every(isOfKind));
  if (meant.length !== 1) return first;
  const inner = firstToMend({ issues: meant[0] });
  return { ...inner, path: [...first.path, ...inner.path] };
}

/** Whether an issue is with something inside the value, not with the value as a whole. */
const isOfKind = ({ path, code }: z.core.$ZodIssue): boolean =>
  path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value');

/** `expected a number, found the text "8"` */
export function describeIssue(issue: z.core.$ZodIssue, found: unknown): string {
  const isOfLength = (issue.code === 'too_small' || issue.code === 'too_big') && Array.isArray(found);
  const isOfNumbers = issue.code === 'custom' && isShortOfNumbers(found);
  const shown = isOfLength ? items(found.length) : isOfNumbers ? `[${found.join(', ')}]` : describeValue(found);
  return `expected ${expectation(issue)}, found ${shown}${suggestionFor(issue, found)}`;
}

/** A pair of numbers, or a few, may be wrong by what they are: they are shown. */
const isShortOfNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.length <= 4 && value.every((one) => typeof one === 'number');

function suggestionFor(issue: z.core.$ZodIssue, found: unknown): string {
  const expected = issue.code === 'invalid_type' ? issue.expected : undefined;
  if (typeof found === 'number' && takesText(issue)) return `; put it in quotes: '${found}'`;
  if (typeof found !== 'string') return '';
  const isNumber = found.trim() !== '' && !Number.isNaN(Number(found));
  if ((expected === 'number' || expected === 'int') && /^[+-]?\d+,\d+$/.test(found)) {
    return `; decimals have a point: ${found.replace(',', '.')}`;
  }
  if (isNumber && (expected === 'number' || expected === 'int')) return '; write it without quotes';
  return didYouMean(found, choicesOf(issue));
}

const takesText = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_union'
    ? issue.errors.some(([first]) => first !== undefined && takesText(first))
    : issue.code === 'invalid_type' && issue.expected === 'string';

/** What a wrong value may be, in plain words. */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return plainTypes[issue.expected] ?? issue.expected;
    case 'too_small':
      if (issue.origin === 'string') return 'at least one character';
      if (issue.origin === 'array') return `${issue.exact ? '' : 'at least '}${items(issue.minimum)}`;
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'array') return `${issue.exact ? '' : 'at most '}${items(issue.maximum)}`;
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
    case 'invalid_value':
      return issue.values
        .map(String)
        .join(', ')
        .replace(/, ([^,]*)$/, ' or $1');
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_format':
      if (!issue.message.startsWith('Invalid ')) return issue.message; // the schema has words of its own
      return issue.pattern === undefined ? `text in the form ${issue.format}` : `text that matches ${issue.pattern}`;
    case 'unrecognized_keys':
      return `nothing called ${issue.keys.join(', ')}`;
    case 'invalid_union':
      if (issue.message !== 'Invalid input') return issue.message; // the schema has words of its own
      return [...new Set(issue.errors.flatMap(([first]) => (first ? [expectation(first)] : [])))].join(', or ');
    default:
      return issue.message === 'Invalid input' ? 'another value' : issue.message;
  }
}

const items = (count: number | bigint): string => (count === 1 ? 'one item' : `${count} items`);

const plainTypes: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map, as { name: value }',
  record: 'a map, as { name: value }',
  tuple: 'a list',
  null: 'null',
  nan: 'NaN',
  bigint: 'a big integer',
  date: 'a date',
  never: 'nothing',
  undefined: 'nothing',
  void: 'nothing',
  nonoptional: 'a value',
};

const choicesOf = (issue: z.core.$ZodIssue): string[] =>
  issue.code === 'invalid_value'
    ? issue.values.map(String)
    : issue.code === 'invalid_union'
      ? issue.errors.flat().flatMap(choicesOf)
      : [];

/** A value as one would write it, cut where it grows long; text that looks like something else says that it is text. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return `the text ${JSON.stringify(shortened(value, 40))}`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'function') return 'a function';
  return String(value);
}

/** What stands at a path inside a value; undefined where the path leads nowhere. */
export const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );

/** The names that a schema knows at a path inside it, through defaults and choices; those that it had before are left out. */
export function fieldsAt(schema: z.core.$ZodType | undefined, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return fieldsAt(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((form) => fieldsAt(form, path));
  if (!(schema instanceof z.ZodObject)) return [];
  if (path.length === 0) return Object.keys(schema.shape).filter((name) => currentNameOf(schema, name) === undefined);
  return fieldsAt(schema.shape[String(path[0])], path.slice(1));
}
