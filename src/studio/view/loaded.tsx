/** Parts of the page that are loaded when they are opened first. */
import { useEffect, useState } from 'preact/hooks';
import { text } from '../texts/texts.js';

interface Loaded<Part> {
  /** Undefined until it is there. */
  readonly part: Part | undefined;
  /** What is shown where it could not be loaded; undefined where it could. */
  readonly missing: ReturnType<typeof NotLoaded> | undefined;
}

/** @param about what the part depends on: when that is another, another part is loaded. */
export function useLoaded<Part>(load: () => Promise<Part>, about: readonly unknown[]): Loaded<Part> {
  const [part, setPart] = useState<Part>();
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    let isWanted = true;
    setMissing(false);
    load().then(
      (loaded) => isWanted && setPart(() => loaded),
      () => isWanted && setMissing(true),
    );
    return () => {
      isWanted = false;
    };
  }, about);
  return { part, missing: isMissing ? <NotLoaded /> : undefined };
}

/** A browser does not ask a second time for a script that it could not load: only a page that is loaded anew does. */
function NotLoaded() {
  const [isGone, setGone] = useState(false);
  const again = async () => {
    setGone(false);
    // where there is no answer, this page is better than none
    const answer = await fetch(location.pathname, { cache: 'no-store' }).catch(() => undefined);
    if (answer?.ok) location.reload();
    else setGone(true);
  };
  return (
    <div class="not-loaded" role="alert">
      <p class="error">{text.value.notLoaded}</p>
      <button type="button" onClick={() => void again()}>
        {text.value.reload}
      </button>
      {isGone && <p class="error">{text.value.noAnswer}</p>}
    </div>
  );
}
