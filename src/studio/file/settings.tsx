/** What the whole file is set to: how often training goes through the data, and what decides chance. */
import { OptionField } from '../stage/option-field.js';
import { useAnswer } from '../use-answer.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import type { Setting } from '../worker/protocol.js';
import type { Schema } from './schema.js';

const settings: readonly Setting[] = ['epochs', 'seed'];

export function Settings() {
  const { act } = useStudio();
  const file = usePart((state) => state.file.text);
  const problems = usePart(({ description }) => description.problems);
  const written = useAnswer((worker) => worker.readSettings(file), [file]) ?? {};
  const schemas = useAnswer((worker) => worker.schema(), [])?.properties as Schema['properties'];
  if (schemas === undefined) return null;
  return (
    <div class="options">
      {settings.map((key) => (
        <OptionField
          key={key}
          name={key}
          schema={{ ...schemas[key] }}
          isRequired={false}
          written={written[key]}
          problem={problems.find(({ message }) => message.startsWith(`${key}: `))?.message.slice(key.length + 2)}
          set={(value) => act({ act: 'changed', change: { change: 'setting', key, value } })}
        />
      ))}
    </div>
  );
}
