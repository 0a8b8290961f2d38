/** The options of a stage as a form, made of their JSON Schema; what stands in it is what stands in the file. */
import { text } from '../texts/texts.js';
import { useAnswer } from '../use-answer.js';
import { usePart } from '../use-part.js';
import { useStages } from '../use-stages.js';
import { useStudio } from '../use-studio.js';
import type { Problem, WrittenStage } from '../worker/protocol.js';
import { OptionField } from './option-field.js';

export function OptionsForm({ place }: { readonly place: string }) {
  const { act } = useStudio();
  const words = text.value.stage;
  const file = usePart((state) => state.file.text);
  const written = useAnswer((worker) => worker.readStage(file, place), [file, place]);
  const stages = useStages();
  const problems = usePart(({ description }) => description.problems);
  const stage = stages.find(({ name, formerly }) => written && [name, formerly].includes(written.name));
  if (written === undefined || stage === undefined) return null;
  const options = Object.entries(stage.options).filter(
    ([name, schema]) => !stage.lists.includes(name) && schema.deprecated !== true,
  );
  const set = (option: string, value: string | undefined) =>
    act({
      act: 'changed',
      change: value === undefined ? { change: 'unset', place, option } : { change: 'set', place, option, value },
    });
  return (
    <>
      <h4>{words.options}</h4>
      {options.length === 0 && <p class="faint">{words.noOptions}</p>}
      <div class="options">
        {options.map(([name, schema]) => (
          <OptionField
            key={`${place} ${stage.name} ${name}`}
            name={name}
            schema={schema}
            isRequired={stage.required.includes(name)}
            written={written.options[name]}
            problem={problemOf(problems, written, name)}
            set={(value) => set(name, value)}
          />
        ))}
      </div>
    </>
  );
}

/** What is wrong with an option: `dense: units: expected at least 1, found 0`, at the lines of the stage. */
function problemOf(problems: readonly Problem[], { name, lines }: WrittenStage, option: string): string | undefined {
  const [first, last] = lines;
  const begin = `${name}: ${option}`;
  const own = problems.find(
    ({ line, message }) =>
      line !== undefined &&
      line >= first &&
      line <= last &&
      message.startsWith(begin) &&
      /^[.:[]/.test(message.slice(begin.length)),
  );
  return own?.message.slice(begin.length).replace(/^: /, '');
}
