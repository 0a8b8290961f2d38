/** Take away what was learned, and the command that repeats it; and open what the command line has learned. */
import type { ExportFormat } from 'marblenet/page';
import { useState } from 'preact/hooks';
import { takesPictures } from '../draw/samples.js';
import type { State } from '../state/state.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { Command } from './command.js';
import { asFileName, DRAWING, download } from './download.js';
import { OpenModel } from './open-model.js';

/** The formats of other programs, in the order of their buttons. */
const formats: readonly ExportFormat[] = ['onnx', 'js', 'safetensors', 'npz', 'json'];

/** A file that the command line could predict from; undefined where the network takes neither pictures nor a table. */
function samplesFile({ description, data }: State): string | undefined {
  if (takesPictures(description, data)) return DRAWING;
  return data?.columns === undefined ? undefined : 'new-rows.csv';
}

export function SavePanel() {
  const { worker } = useStudio();
  const words = text.value.save;
  const file = usePart((state) => state.file);
  const pipelineName = usePart(({ description }) => description.name);
  const run = usePart(({ runs, run }) => runs.find(({ number }) => number === run));
  const status = usePart((state) => state.status);
  const isBegun = usePart(({ description }) => description.isBegun);
  const [problem, setProblem] = useState('');
  const name = asFileName(pipelineName);
  // numbered, as those of the command line are
  const folder = `${name}/${run?.number ?? 1}`;
  const zipName = `${name}-${run?.number ?? 1}.zip`;
  const fileName = `${asFileName(file.name.replace(/\.ya?ml$/, ''))}.yaml`;
  const samples = usePart(samplesFile);
  const isThere = status !== 'opening' && status !== 'failed';

  /** What the library cannot do, it says. */
  const trying = (save: () => Promise<void>) => async () => {
    setProblem('');
    await save().catch((error) => setProblem(error instanceof Error ? error.message : String(error)));
  };
  const saveModel = trying(async () => {
    for (const { content } of (await worker.export('model')) ?? []) download('model.safetensors', content);
  });
  const saveRun = trying(async () => {
    const zip = await worker.runFolder(folder);
    if (zip) download(zipName, zip);
  });
  const saveAs = (format: ExportFormat) =>
    trying(async () => {
      // PyTorch's file must not pass for a model of ours
      const base = format === 'safetensors' ? `${name}-pytorch` : name;
      for (const { extension, content } of (await worker.export(format)) ?? [])
        download(`${base}${extension}`, content);
    });

  return (
    <div class="save">
      <h3>{words.model}</h3>
      <p class="faint">{words.modelHint}</p>
      <button type="button" id="save-model" disabled={!isThere} onClick={saveModel}>
        {words.save('model.safetensors')}
      </button>
      {samples && <Command line={`npx pipeline predict model.safetensors ${samples}`} />}

      <h3>{words.run}</h3>
      <p class="faint">{words.runHint(folder)}</p>
      <button type="button" id="save-run" disabled={!isThere} onClick={saveRun}>
        {words.save(zipName)}
      </button>
      <Command line={`npx pipeline resume ${folder}`} />

      <h3>{words.elsewhere}</h3>
      <div class="tools">
        {formats.map((format) => (
          <button type="button" id={`save-${format}`} key={format} disabled={!isThere} onClick={saveAs(format)}>
            {words.formats[format]}
          </button>
        ))}
      </div>
      <p class="error" role="alert">
        {problem}
      </p>

      <h3>{words.pipeline}</h3>
      <p class="faint">
        {words.pipelineHint} {isBegun && words.beside}
      </p>
      <button type="button" id="save-pipeline" onClick={() => download(fileName, file.text)}>
        {words.save(fileName)}
      </button>
      <Command line={`npx pipeline run ${fileName}`} />
      <p>
        {words.weights}{' '}
        <code class="weights" id="weights">
          {run?.weights ?? words.notYet}
        </code>
      </p>

      <h3>{words.open}</h3>
      <OpenModel />
    </div>
  );
}
