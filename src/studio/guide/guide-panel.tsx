/** Loads the guide, with its words, when it is opened first. */
import type { GuideTexts } from '../texts/guide-en.js';
import { language } from '../texts/texts.js';
import { useLoaded } from '../view/loaded.js';

const words: Readonly<Record<string, () => Promise<GuideTexts>>> = {
  en: () => import('../texts/guide-en.js').then(({ guideEn }) => guideEn),
  zh: () => import('../texts/guide-zh.js').then(({ guideZh }) => guideZh),
};

export function GuidePanel() {
  const code = language.value;
  const { part, missing } = useLoaded(() => Promise.all([import('./guide.js'), (words[code] ?? words.en)()]), [code]);
  if (missing !== undefined || part === undefined) return missing ?? null;
  const [{ Guide }, texts] = part;
  return <Guide words={texts} />;
}
