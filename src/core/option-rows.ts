/** The options of a stage as a reader wants them: one row each, for the terminal and for the docs. */
import { z } from 'zod';
import type { AnyStageFactory } from './stage.js';

export interface OptionRow {
  readonly name: string;
  /** `number`, `keep | drop`, `{ normal: number }` */
  readonly type: string;
  /** `required`, `optional`, `default 0.1` */
  readonly presence: string;
  readonly meaning: string;
}

export function optionRows({ definition: { options } }: AnyStageFactory): OptionRow[] {
  const { properties = {}, required = [] } = z.toJSONSchema(options, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => {
    const { default: fallback, description = '' } = typeof schema === 'boolean' ? {} : schema;
    const withoutDefault = required.includes(name) ? 'required' : 'optional';
    const presence = fallback === undefined ? withoutDefault : `default ${JSON.stringify(fallback)}`;
    return { name, type: typeName(schema), presence, meaning: description };
  });
}

function typeName(schema: z.core.JSONSchema.JSONSchema | boolean): string {
  if (typeof schema === 'boolean') return 'any';
  if (schema.enum !== undefined) return schema.enum.join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(' | ');
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(([name, field]) => `${name}: ${typeName(field)}`);
    return `{ ${fields.join(', ')} }`;
  }
  if (schema.type === 'array' && schema.items !== undefined && !Array.isArray(schema.items)) {
    return `list of ${typeName(schema.items)}`;
  }
  return String(schema.type ?? 'any');
}
