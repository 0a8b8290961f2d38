/** The JSON Schema of pipeline files, made of the stages' own option schemas: for editors, as YAML language servers. */
import * as z from 'zod';
import type { AnyStageFactory, StageDescription } from '../contract.js';
import type { Registry } from '../pipeline/registry.js';
import { familiesOf, sections } from '../pipeline/sections.js';
import { stageListsOf } from '../stage-list.js';
import { fileSchema } from './file-schema.js';

/** A schema as plain JSON. */
export type JsonSchema = Record<string, unknown>;

/** The JSON Schema of pipeline files that may name these stages: editors complete and check by it. */
export function pipelineJsonSchema(registry: Registry): JsonSchema {
  const { $schema, ...file } = z.toJSONSchema(fileSchema, { io: 'input' }) as JsonSchema & { properties: JsonSchema };
  const properties: JsonSchema = { ...file.properties };
  for (const section of sections) {
    const { description } = file.properties[section] as JsonSchema;
    const stages = [...registry.values()].filter(({ definition }) => familiesOf[section].includes(definition.family));
    // a map changes stages of the file that is extended
    const type = ['array', 'object'];
    properties[section] = { description, type, minItems: 1, items: { anyOf: stages.flatMap(itemForms) } };
  }
  const { required, ...keys } = file;
  const lists = Object.fromEntries(sections.map((section) => [section, { type: 'array' }]));
  return {
    $schema,
    title: 'marblenet pipeline',
    ...keys,
    properties,
    patternProperties: { '^x-': {} },
    anyOf: [{ required: ['extends'] }, { required, properties: lists }],
  };
}

/** The options of a stage by name; of a block, its first list of stages alone, too. Their items are those of a network. */
function optionsSchema(definition: StageDescription): JsonSchema {
  const { $schema: _, ...byName } = z.toJSONSchema(definition.options, { io: 'input' }) as JsonSchema;
  const [first, ...others] = stageListsOf(definition);
  if (first === undefined) return byName;
  const properties = byName.properties as Record<string, JsonSchema>;
  const withItems = (list: string) => ({ ...properties[list], items: { $ref: '#/properties/network/items' } });
  const lists = Object.fromEntries([first, ...others].map((list) => [list, withItems(list)]));
  return { anyOf: [lists[first], { ...byName, properties: { ...properties, ...lists } }] };
}

/** A stage as a list item: its name alone, if no option is required, or its name with options; and by its former name. */
function itemForms({ definition }: AnyStageFactory): JsonSchema[] {
  const { name, formerly, summary, options } = definition;
  const schema = optionsSchema(definition);
  const mayBeAlone = options.safeParse({}).success;
  const formsOf = (called: string, more: JsonSchema): JsonSchema[] => {
    const withOptions = {
      ...more,
      type: 'object',
      properties: { [called]: schema },
      required: [called],
      additionalProperties: false,
    };
    return mayBeAlone ? [{ const: called, ...more }, withOptions] : [withOptions];
  };
  const forms = formsOf(name, { description: summary });
  if (formerly === undefined) return forms;
  return [...forms, ...formsOf(formerly, { description: `Former name of ${name}`, deprecated: true })];
}
