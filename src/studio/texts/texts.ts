/** Every text of the page, in the language that is chosen. English is at hand; others are loaded when they are chosen. */
import { computed, signal } from '@preact/signals';
import { recall, remember } from '../view/remembered.js';
import { en } from './en.js';

/** All texts in a language. */
type Texts = typeof en;

/** The words of the page, and those of the library by its English. */
interface Language {
  readonly texts: Texts;
  readonly library: Readonly<Record<string, string>>;
}

const languages: Readonly<Record<string, () => Promise<Language>>> = {
  en: () => Promise.resolve({ texts: en, library: {} }),
  async zh() {
    const [{ zh: texts }, { libraryZh: library }] = await Promise.all([import('./zh.js'), import('./library-zh.js')]);
    return { texts, library };
  },
};

/** The languages by what they call themselves. */
export const languageNames: readonly (readonly [code: string, name: string])[] = [
  ['en', 'English'],
  ['zh', '中文'],
];

const shown = signal<Language & { readonly code: string }>({ code: 'en', texts: en, library: {} });

/** The code of the language that is shown. */
export const language = computed(() => shown.value.code);

/** `text.value.pipeline` */
export const text = computed(() => shown.value.texts);

/** What the library says of a stage or an option, in the language that is shown, as far as it is known there. */
export const said = (english: string): string => shown.value.library[english] ?? english;

language.subscribe((code) => {
  document.documentElement.lang = code === 'zh' ? 'zh-Hans' : code;
});

let wanted: string | undefined;

/** Shows the page in a language as soon as its texts are there; the last that was chosen wins. */
async function show(code: string): Promise<void> {
  wanted = code;
  try {
    const loaded = await (languages[code] ?? languages.en)();
    if (wanted === code) shown.value = { code: code in languages ? code : 'en', ...loaded };
  } catch {
    // they could not be loaded: it stays in the language that it is in
  }
}

export function chooseLanguage(code: string): void {
  remember('language', code);
  void show(code);
}

const preferred = (): string => (navigator.language.startsWith('zh') ? 'zh' : 'en');

/** When the texts are there that are shown first. */
export const firstTexts: Promise<void> = show(recall('language') ?? preferred());
