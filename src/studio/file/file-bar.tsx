import { useRef, useState } from 'preact/hooks';
import { text } from '../texts/texts.js';
import { usePart } from '../use-part.js';
import { useStudio } from '../use-studio.js';
import { openFile } from './open-file.js';
import { LinkError, linkTo } from './share.js';

/** Open, save, and share by a link. */
export function FileBar() {
  const { act } = useStudio();
  const words = text.value.file;
  const file = usePart((state) => state.file);
  const chooser = useRef<HTMLInputElement>(null);
  const [link, setLink] = useState<{ readonly to: typeof file; readonly href: string; readonly isCopied: boolean }>();
  const save = () => {
    const href = URL.createObjectURL(new Blob([file.text], { type: 'application/yaml' }));
    Object.assign(document.createElement('a'), { href, download: file.name }).click();
    setTimeout(() => URL.revokeObjectURL(href));
  };
  const share = async () => {
    try {
      const href = await linkTo(file, location.href);
      // where the page may not write to the clipboard, the link is there to be copied
      const isCopied = await navigator.clipboard?.writeText(href).then(
        () => true,
        () => false,
      );
      setLink({ to: file, href, isCopied: isCopied === true });
    } catch (error) {
      if (!(error instanceof LinkError)) throw error;
      act({ act: 'refused', reason: words.links[error.problem] });
    }
  };
  return (
    <div class="file-bar">
      <strong>{file.name}</strong>
      <button type="button" id="open-file" onClick={() => chooser.current?.click()}>
        {words.open}
      </button>
      <input
        type="file"
        id="file-chooser"
        hidden
        ref={chooser}
        accept=".yaml,.yml"
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          if (chosen) void openFile(chosen, act);
          currentTarget.value = '';
        }}
      />
      <button type="button" id="save-file" onClick={save}>
        {words.save}
      </button>
      <button type="button" id="share" onClick={() => void share()}>
        {words.share}
      </button>
      {link?.to === file && (
        <div class="link">
          <span role="status">{link.isCopied ? words.copied : words.copy}</span>
          <input
            id="link"
            aria-label={words.link}
            readOnly
            value={link.href}
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
        </div>
      )}
    </div>
  );
}
