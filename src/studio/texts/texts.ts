/** Every text of the page, in the language that is chosen. */
import { computed, signal } from '@preact/signals';
import { en } from './en.js';
import { zh } from './zh.js';

/** All texts in a language. */
export type Texts = typeof en;

const languages: Readonly<Record<string, Texts>> = { en, zh };

/** The languages by what they call themselves. */
export const languageNames: readonly (readonly [code: string, name: string])[] = [
  ['en', 'English'],
  ['zh', '中文'],
];

const preferred = (): string => (navigator.language.startsWith('zh') ? 'zh' : 'en');

export const language = signal(localStorage.getItem('language') ?? preferred());
language.subscribe((code) => {
  document.documentElement.lang = code === 'zh' ? 'zh-Hans' : code;
});

export function chooseLanguage(code: string): void {
  localStorage.setItem('language', code);
  language.value = code;
}

/** `text.value.run` */
export const text = computed((): Texts => languages[language.value] ?? en);
