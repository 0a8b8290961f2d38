/** The stages that a file may name, as menus, forms and edits want them: made of the JSON Schema of pipeline files. */
import { type JsonSchema, pipelineJsonSchema, type Registry } from 'marblenet/page';
import { minimalForm } from './edit/write.js';
import type { SectionName, StageInfo } from './protocol.js';

const sections: readonly SectionName[] = ['data', 'network', 'train', 'validation', 'test'];

/** The items of a list of stages in a network; a block's lists refer to them. */
const NETWORK_ITEMS = '#/properties/network/items';

export function catalogueOf(registry: Registry, schema: JsonSchema = pipelineJsonSchema(registry)): StageInfo[] {
  const { properties } = schema as { readonly properties: Record<string, { readonly items: FormList }> };
  const bySection = sections.map((section) => [section, optionsByStage(properties[section].items)] as const);
  return [...registry.values()].flatMap(({ definition }) => {
    const { name, family, summary, formerly, example } = definition;
    const places = bySection.flatMap(([section, stages]) => (stages.has(name) ? [section] : []));
    const options = bySection.flatMap(([, stages]) => stages.get(name) ?? [])[0];
    if (options === undefined) return [];
    const { lists, required, properties } = options;
    return [
      {
        name,
        family,
        summary,
        formerly,
        sections: places,
        options: properties,
        required,
        lists,
        minimal: minimalForm(example, required),
      },
    ];
  });
}

interface Form {
  readonly properties?: Readonly<Record<string, OptionsForm>>;
  readonly deprecated?: boolean;
}

interface FormList {
  readonly anyOf: readonly Form[];
}

/** The options of a stage: a map; of a block, a list or a map. */
interface OptionsForm {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly [list: JsonSchema, map: OptionsForm];
}

interface Options {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
  readonly lists: readonly string[];
}

const optionsByStage = ({ anyOf }: FormList): ReadonlyMap<string, Options> =>
  new Map(
    anyOf.flatMap(({ properties = {}, deprecated }) =>
      deprecated ? [] : Object.entries(properties).map(([name, form]) => [name, optionsOf(form)] as const),
    ),
  );

function optionsOf(form: OptionsForm): Options {
  const { properties = {}, required = [] } = form.anyOf?.[1] ?? form;
  const refersTo = ({ items }: JsonSchema) => (items as { readonly $ref?: string } | undefined)?.$ref;
  const lists = Object.keys(properties).filter((name) => refersTo(properties[name]) === NETWORK_ITEMS);
  return { properties, required, lists };
}
