import { language, said, text } from '../texts/texts.js';
import { useStages } from '../use-stages.js';
import { useLoaded } from '../view/loaded.js';
import { Docstring } from './docstring.js';

/** What is written in the file of a stage. */
interface Writing {
  readonly docstring: string;
  readonly source: string;
}

type Writings = Readonly<Record<string, Writing>>;

let loaded: Writings | undefined;

/** Those of all stages, which are loaded once. */
async function writings(): Promise<Writings> {
  const all: Writings = loaded ?? (await fetch('stages.json').then((response) => response.json()));
  loaded = all;
  return all;
}

/** The docstring of a stage, and its source: the very file that runs here. */
export function About({ name }: { readonly name: string }) {
  const words = text.value.stage;
  const summary = useStages().find((stage) => stage.name === name)?.summary;
  const { part, missing } = useLoaded(writings, []);
  const writing = part?.[name];
  if (writing === undefined) return missing ?? null;
  return (
    <>
      <h4>{words.about}</h4>
      {language.value !== 'en' && summary && <p id="summary">{said(summary)}</p>}
      <Docstring text={writing.docstring} />
      <details>
        <summary>{words.source}</summary>
        <pre class="source" lang="en">
          {writing.source}
        </pre>
      </details>
    </>
  );
}
