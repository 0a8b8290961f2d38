/** What the JSON Schema of pipeline files says of a place in one. */
import type { en } from '../texts/en.js';

/** A schema, or a part of one. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly deprecated?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** All that may stand at a place: `['network', '*', 'dense']`. */
export const schemasAt = (root: Schema, path: readonly string[]): readonly Schema[] =>
  path.reduce<readonly Schema[]>(
    (schemas, step) => schemas.flatMap((schema) => stepInto(schema, step)).flatMap((schema) => formsOf(schema, root)),
    [root],
  );

function stepInto({ properties = {}, items, prefixItems = [] }: Schema, step: string): readonly Schema[] {
  if (step === '*') return typeof items === 'object' ? [...prefixItems, items] : prefixItems;
  return Object.hasOwn(properties, step) ? [properties[step]] : [];
}

/** A schema in each of its forms, which mean the same. */
function formsOf(schema: Schema, root: Schema): readonly Schema[] {
  const meant = schema.$ref === undefined ? schema : refer(root, schema.$ref);
  const { anyOf = [], ...common } = meant;
  const { description } = common;
  return [common, ...anyOf.flatMap((form) => formsOf({ description, ...form }, root))];
}

/** `#/properties/network/items` */
const refer = (root: Schema, reference: string): Schema =>
  reference
    .slice(2)
    .split('/')
    .reduce<unknown>((found, key) => (found as Readonly<Record<string, unknown>>)[key], root) as Schema;

/** What a value may be, in a few words: `number, more than 0; default 0.1`. */
export function rangeOf(schema: Schema, words: typeof en.ranges): string {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, enum: choices } = schema;
  const isBound = (bound: number | undefined): bound is number =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
  const bounds = [
    isBound(minimum) ? words.atLeast(minimum) : '',
    isBound(exclusiveMinimum) ? words.moreThan(exclusiveMinimum) : '',
    isBound(maximum) ? words.atMost(maximum) : '',
    isBound(exclusiveMaximum) ? words.lessThan(exclusiveMaximum) : '',
  ];
  const kind = choices?.join(' | ') ?? (typeof type === 'string' ? (words.types[type] ?? type) : '');
  return [kind, ...bounds].filter((part) => part !== '').join(words.comma);
}
