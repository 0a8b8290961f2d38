/** Files of one's own, chosen or dropped: tables, and folders of pictures. */
import { useState } from 'preact/hooks';
import { asNamed } from '../take-away/named-files.js';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import type { FoundData, GivenFile } from '../worker/protocol.js';
import { droppedFiles, type PathAndFile, pathOf } from './dropped-files.js';

export function OwnData() {
  const { act, worker } = useStudio();
  const [found, setFound] = useState<readonly FoundData[]>([]);
  const [problem, setProblem] = useState('');
  const open = usePart(({ file }) => file);
  const isStopped = usePart(({ status }) => status === 'failed');
  const words = text.value.data;

  const take = async (files: readonly PathAndFile[]): Promise<void> => {
    setProblem('');
    const pipeline = await pipelineAmong(files, isStopped ? open.text : '');
    try {
      await worker.give(asNamed(files, pipeline?.text ?? open.text));
      const data = await worker.findData();
      setFound(data);
      if (pipeline) act({ act: 'opened', file: pipeline });
      else if (isStopped)
        act({ act: 'reset' }); // they may be what it waits for
      else if (data.length === 0) setProblem(words.nothingFound);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const openMade = async (name: string, made: Promise<string>): Promise<void> => {
    setProblem('');
    try {
      act({ act: 'opened', file: { name, text: await made } });
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const chosen = ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
    void take(Array.from(currentTarget.files ?? [], (file) => [pathOf(file), file] as const));

  return (
    <section
      class="drop"
      id="drop"
      aria-label={words.own}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(take);
      }}
    >
      <h3>{words.own}</h3>
      <p class="faint">{words.ownHint}</p>
      <label>
        {words.files} <input type="file" id="own-files" multiple onChange={chosen} />
      </label>
      <label>
        {words.folder} <input type="file" id="own-folder" ref={ofFolder} onChange={chosen} />
      </label>
      {problem !== '' && (
        <p class="error" role="alert">
          {problem}
        </p>
      )}
      {found.map((data) =>
        data.kind === 'table' ? (
          <TableChoice
            key={data.path}
            path={data.path}
            columns={data.columns}
            onChoose={(target) => openMade(`${data.path}.yaml`, worker.pipelineForTable(data.path, target))}
          />
        ) : (
          <p key={data.path}>
            <code>{data.path}</code>{' '}
            <button
              type="button"
              onClick={() => openMade(`${data.path}.yaml`, worker.pipelineForPictures(data.path, 32))}
            >
              {words.learnPictures}
            </button>
          </p>
        ),
      )}
    </section>
  );
}

/** The pipeline to be opened: one that extends another, if there is one; none where the open one waits to extend it. */
async function pipelineAmong(files: readonly PathAndFile[], waiting: string): Promise<GivenFile | undefined> {
  const given = files.filter(([path]) => /\.ya?ml$/i.test(path));
  const read = await Promise.all(given.map(async ([name, file]) => ({ name, text: await file.text() })));
  const base = /^extends:\s*(.+?)\s*$/m;
  const [, wanted = ''] = base.exec(waiting) ?? [];
  if (read.some(({ name }) => wanted.includes(name))) return undefined;
  return read.find(({ text }) => base.test(text)) ?? read[0];
}

/** Has an input choose a folder. */
const ofFolder = (input: HTMLInputElement | null): void => input?.setAttribute('webkitdirectory', '');

interface TableChoiceProps {
  readonly path: string;
  readonly columns: readonly string[];
  readonly onChoose: (target: string) => void;
}

/** Which column is to be predicted from the others. */
function TableChoice({ path, columns, onChoose }: TableChoiceProps) {
  const [target, setTarget] = useState(columns.at(-1) ?? '');
  const words = text.value.data;
  return (
    <p>
      <code>{path}</code>{' '}
      <label>
        {words.predict}{' '}
        <select class="target" value={target} onChange={({ currentTarget }) => setTarget(currentTarget.value)}>
          {columns.map((column) => (
            <option key={column}>{column}</option>
          ))}
        </select>
      </label>{' '}
      <button type="button" class="learn-table" onClick={() => onChoose(target)}>
        {words.learnTable}
      </button>
    </p>
  );
}
