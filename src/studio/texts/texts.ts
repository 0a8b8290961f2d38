/** Every text of the page, in the language that is chosen. English is at hand; others are loaded when they are chosen. */
import { computed, signal } from '@preact/signals';
import { recall, remember } from '../view/remembered.js';
import { en } from './en.js';

/** All texts in a language. */
type Texts = typeof en;

const languages: Readonly<Record<string, () => Promise<Texts>>> = {
  en: () => Promise.resolve(en),
  zh: () => import('./zh.js').then(({ zh }) => zh),
};

/** The languages by what they call themselves. */
export const languageNames: readonly (readonly [code: string, name: string])[] = [
  ['en', 'English'],
  ['zh', '中文'],
];

const shown = signal({ code: 'en', texts: en });

/** The code of the language that is shown. */
export const language = computed(() => shown.value.code);

/** `text.value.pipeline` */
export const text = computed(() => shown.value.texts);

language.subscribe((code) => {
  document.documentElement.lang = code === 'zh' ? 'zh-Hans' : code;
});

let wanted: string | undefined;

/** Shows the page in a language as soon as its texts are there; the last that was chosen wins. */
async function show(code: string): Promise<void> {
  wanted = code;
  try {
    const texts = await (languages[code] ?? languages.en)();
    if (wanted === code) shown.value = { code: code in languages ? code : 'en', texts };
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
