import { z } from 'zod';
import { didYouMean, PipelineError } from '../../core/errors.js';
import type { AnyStageFactory } from '../../core/stage.js';
import { stageDocstring, stageFile } from '../../node/stage-source.js';
import { columns } from '../columns.js';
import { command } from '../command.js';
import { withPlugins } from '../pipeline-options.js';
import { catalogueWith } from '../plugins.js';

export const explain = command({
  command: 'explain <stage>',
  describe: 'One stage: its idea, formula, marbles, gradient, options and an example',
  builder: (yargs) =>
    withPlugins(yargs.positional('stage', { type: 'string', demandOption: true, describe: 'Name of the stage' })),
  async handler({ stage, plugin }) {
    const catalogue = await catalogueWith(plugin);
    const factory = catalogue.registry.get(stage);
    if (factory === undefined) {
      const names = [...catalogue.registry.keys()];
      throw new PipelineError(`there is no stage "${stage}"${didYouMean(stage, names)} ("pipeline list" shows all)`);
    }
    const { name, from, to, summary, example } = factory.definition;
    const docstring = (await stageDocstring(stage, catalogue)) || summary;
    process.stdout.write(
      [
        `${name}   ${from} -> ${to}`,
        docstring,
        `Options\n${optionTable(factory).trimEnd()}`,
        `Example\n  - ${example.replaceAll('\n', '\n    ')}`,
        `Defined in ${stageFile(stage, catalogue)}\n`,
      ].join('\n\n'),
    );
  },
});

/** A row an option: name, type, default, meaning. */
function optionTable({ definition: { options } }: AnyStageFactory): string {
  const { properties = {}, required = [] } = z.toJSONSchema(options, { io: 'input' });
  const rows = Object.entries(properties).map(([option, schema]) => {
    if (typeof schema === 'boolean') return [`  ${option}`];
    const presence =
      schema.default !== undefined
        ? `default ${JSON.stringify(schema.default)}`
        : required.includes(option)
          ? 'required'
          : 'optional';
    return [`  ${option}`, typeName(schema), presence, schema.description ?? ''];
  });
  return rows.length === 0 ? '  none' : columns(rows);
}

/** A short name for a JSON Schema: `number`, `keep | drop`, `{ normal: number }`. */
function typeName(schema: z.core.JSONSchema.BaseSchema): string {
  if (schema.enum !== undefined) return schema.enum.join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeName).join(' | ');
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(
      ([name, field]) => `${name}: ${typeof field === 'boolean' ? 'any' : typeName(field)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  if (schema.type === 'array' && typeof schema.items === 'object' && !Array.isArray(schema.items)) {
    return `list of ${typeName(schema.items)}`;
  }
  return String(schema.type ?? 'any');
}
