/** The options of a stage as a reader wants them: one row each, for the terminal and for the docs. */
import * as z from 'zod';
import type { AnyStageFactory } from '../contract.js';
import { stageListsOf } from '../stage-list.js';

export interface OptionRow {
  readonly name: string;
  /** `number`, `keep | drop`, `integer | [integer, integer]`, `{ normal: number }` */
  readonly type: string;
  /** `required`, `optional`, `default 0.1` */
  readonly presence: string;
  readonly meaning: string;
}

export const optionRows = ({ definition }: AnyStageFactory): OptionRow[] =>
  rowsOf(z.toJSONSchema(definition.options, { io: 'input' })).map((row) =>
    stageListsOf(definition).includes(row.name) ? { ...row, type: 'list of stages' } : row,
  );

type Schema = z.core.JSONSchema.JSONSchema;

/** A row a field; where fields hold maps of maps, each of these has rows of its own: `schedule.step.every`. */
function rowsOf({ properties = {}, required = [] }: Schema, path = ''): OptionRow[] {
  return Object.entries(properties).flatMap(([key, given]) => {
    const schema = typeof given === 'boolean' ? {} : given;
    if (schema.deprecated) return []; // a former name
    const name = path + key;
    const presence = presenceOf(schema, required.includes(key));
    const type = path !== '' && schema.properties !== undefined ? 'map' : typeName(schema);
    const row = { name, type, presence, meaning: schema.description ?? '' };
    const maps = (schema.anyOf ?? [schema]).filter((form) => path !== '' || holdsMaps(form));
    return [row, ...maps.flatMap((form) => rowsOf(form as Schema, `${name}.`))];
  });
}

/**
 * `required`, `optional`, `default 0.1`
 *
 * @public scripts/option-texts.mjs says it in the types, too
 */
export function presenceOf({ default: value }: Schema, required: boolean): string {
  if (value !== undefined) return `default ${JSON.stringify(value)}`;
  return required ? 'required' : 'optional';
}

const holdsMaps = (schema: Schema | boolean): boolean =>
  typeof schema === 'object' &&
  Object.values(schema.properties ?? {}).some((field) => typeof field === 'object' && field.properties !== undefined);

function typeName(schema: Schema | boolean): string {
  if (typeof schema === 'boolean') return 'any';
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum !== undefined) return schema.enum.join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(' | ');
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(([name, field]) =>
      holdsMaps(schema) ? name : `${name}: ${typeName(field)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(typeName).join(', ')}]`;
  if (schema.type === 'array' && schema.items !== undefined && !Array.isArray(schema.items)) {
    return `list of ${typeName(schema.items)}`;
  }
  return String(schema.type ?? 'any');
}
