import { useState } from 'preact/hooks';
import { text } from '../texts/texts.js';

/** A line for a terminal, and a button that copies it. */
export function Command({ line }: { readonly line: string }) {
  const words = text.value.save;
  const [copied, setCopied] = useState('');
  const copy = async () => {
    await navigator.clipboard.writeText(line);
    setCopied(line);
  };
  return (
    <p class="command">
      <code>{line}</code>
      <button type="button" aria-label={words.copyLine(line)} onClick={copy}>
        {copied === line ? words.copied : words.copy}
      </button>
    </p>
  );
}
