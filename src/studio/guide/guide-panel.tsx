/** Loads the guide, with its words, when it is opened first. */
import { useEffect, useState } from 'preact/hooks';
import type { GuideTexts } from '../texts/guide-en.js';
import { language, text } from '../texts/texts.js';
import type { Guide } from './guide.js';

const words: Readonly<Record<string, () => Promise<GuideTexts>>> = {
  en: () => import('../texts/guide-en.js').then(({ guideEn }) => guideEn),
  zh: () => import('../texts/guide-zh.js').then(({ guideZh }) => guideZh),
};

interface Loaded {
  readonly Content: typeof Guide;
  readonly texts: GuideTexts;
}

export function GuidePanel() {
  const code = language.value;
  const [loaded, setLoaded] = useState<Loaded | 'failed'>();
  useEffect(() => {
    let isWanted = true;
    Promise.all([import('./guide.js'), (words[code] ?? words.en)()]).then(
      ([{ Guide: Content }, texts]) => isWanted && setLoaded({ Content, texts }),
      () => isWanted && setLoaded('failed'),
    );
    return () => {
      isWanted = false;
    };
  }, [code]);
  if (loaded === 'failed') return <p class="error">{text.value.notLoaded}</p>;
  return loaded === undefined ? null : <loaded.Content words={loaded.texts} />;
}
