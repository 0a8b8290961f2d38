import type { JsonSchema } from 'marblenet/page';
import { useEffect, useState } from 'preact/hooks';
import { said, text } from '../texts/texts.js';

interface OptionFieldProps {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  /** As YAML, in one line; undefined where the file does not say. */
  readonly written: string | undefined;
  readonly problem: string | undefined;
  /** With undefined, the file is to say nothing of it. */
  readonly set: (value: string | undefined) => void;
}

/** An option: chosen where there is a choice of words, else typed; what is more than a word, as YAML. */
export function OptionField({ name, schema, isRequired, written, problem, set }: OptionFieldProps) {
  const words = text.value.stage;
  const choices = choicesOf(schema);
  const { default: value, description } = schema as { readonly default?: unknown; readonly description?: string };
  const absent = value !== undefined ? words.defaultOf(plainText(value)) : isRequired ? words.required : words.notGiven;
  const id = `option-${name}`;
  // what is typed stands there until the file says it; what is typed meanwhile stays
  const [draft, setDraft] = useState<Draft>();
  useEffect(() => setDraft((typed) => (typed?.isSet ? undefined : typed)), [written]);
  const field = {
    id,
    'aria-describedby': `${id}-hint`,
    'aria-invalid': problem !== undefined,
    value: draft?.text ?? shown(schema, written),
  };
  const change = (typed: string) => {
    setDraft({ text: typed, isSet: true });
    set(typed.trim() === '' ? undefined : asYaml(schema, typed));
  };
  return (
    <div class="option">
      <label for={id}>{name}</label>
      {choices === undefined ? (
        <input
          {...field}
          type="text"
          spellcheck={false}
          autocomplete="off"
          inputMode={isNumber(schema) ? 'decimal' : 'text'}
          placeholder={absent}
          onInput={({ currentTarget }) => setDraft({ text: currentTarget.value, isSet: false })}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        />
      ) : (
        <select {...field} onChange={({ currentTarget }) => change(currentTarget.value)}>
          <option value="">{absent}</option>
          {written !== undefined && !choices.includes(written) && <option>{written}</option>}
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
      <p class="faint" id={`${id}-hint`}>
        {problem && <strong class="error">{problem}</strong>} {description && said(description)}
      </p>
    </div>
  );
}

/** What is typed, and whether the file is told of it. */
interface Draft {
  readonly text: string;
  readonly isSet: boolean;
}

/** Undefined where more than a few words are possible. */
function choicesOf({ type, enum: words }: JsonSchema): readonly string[] | undefined {
  if (type === 'boolean') return ['true', 'false'];
  return Array.isArray(words) ? words.map(String) : undefined;
}

const isNumber = ({ type }: JsonSchema): boolean => type === 'number' || type === 'integer';

const isText = ({ type, enum: words }: JsonSchema): boolean => type === 'string' && words === undefined;

/** Text is shown without the quotes that it may need in YAML. */
function shown(schema: JsonSchema, written = ''): string {
  if (!isText(schema) || !written.startsWith('"')) return written;
  try {
    return String(JSON.parse(written));
  } catch {
    return written;
  }
}

const asYaml = (schema: JsonSchema, typed: string): string => (isText(schema) ? JSON.stringify(typed) : typed);

const plainText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
