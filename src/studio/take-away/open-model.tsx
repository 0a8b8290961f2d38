import { useState } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { useStudio } from '../use-studio.js';
import { asNamed } from './named-files.js';
import { unpacked } from './unpacked.js';

/** Opens a model of the command line, with the pipeline of its run folder where that is given, too; or a pipeline alone. */
export function OpenModel() {
  const { act, worker } = useStudio();
  const words = text.value.save;
  const [said, setSaid] = useState<{ readonly isError: boolean; readonly text: string }>();

  const open = async (given: readonly File[]) => {
    try {
      const files = await unpacked(given);
      const model = files.find(([path]) => path.endsWith('.safetensors'));
      const yaml = files.find(([path]) => /\.ya?ml$/.test(path));
      if (model === undefined && yaml === undefined) return setSaid({ isError: true, text: words.neither });
      const pipeline = yaml && { name: yaml[0], text: await yaml[1].text() };
      const others = files.filter((file) => file !== model && file !== yaml);
      await worker.give(asNamed(others, pipeline?.text ?? ''));
      const opened = model ? await worker.openModel(model[1], pipeline) : pipeline && { file: pipeline };
      if (opened === undefined) return;
      act({ act: 'opened', file: opened.file });
      setSaid({ isError: false, text: opened.assumed ? words.made[opened.assumed] : words.opened(opened.file.name) });
    } catch (error) {
      setSaid({ isError: true, text: error instanceof Error ? error.message : String(error) });
    }
  };

  const drop = (event: DragEvent) => {
    event.preventDefault();
    void open([...(event.dataTransfer?.files ?? [])]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped here can be chosen by the button, too
    <div class="drop" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
      <label>
        {words.choose}{' '}
        <input
          type="file"
          id="open-model"
          multiple
          onChange={({ currentTarget }) => open([...(currentTarget.files ?? [])])}
        />
      </label>
      <p class="faint">{words.drop}</p>
      <p class={said?.isError ? 'error' : ''} role="status" id="opened">
        {said?.text}
      </p>
    </div>
  );
}
