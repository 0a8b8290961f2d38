import { useEffect, useState } from 'preact/hooks';
import { language, said, text } from '../texts/texts.js';
import { useStages } from '../use-stages.js';
import { Docstring } from './docstring.js';

/** What is written in the file of a stage. */
interface Writing {
  readonly docstring: string;
  readonly source: string;
}

let loaded: Promise<Readonly<Record<string, Writing>>> | undefined;

const writings = () => {
  loaded ??= fetch('stages.json').then((response) => response.json());
  return loaded;
};

/** The docstring of a stage, and its source: the very file that runs here. */
export function About({ name }: { readonly name: string }) {
  const words = text.value.stage;
  const summary = useStages().find((stage) => stage.name === name)?.summary;
  const [writing, setWriting] = useState<Writing>();
  useEffect(() => {
    writings().then((all) => setWriting(all[name]));
  }, [name]);
  if (writing === undefined) return null;
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
