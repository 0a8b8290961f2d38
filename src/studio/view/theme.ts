/** Light or dark: as the system has it, or as it is chosen. */
import { signal } from '@preact/signals';
import { recall, remember } from './remembered.js';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const asTheme = (text: string | undefined): Theme => themes.find((theme) => theme === text) ?? 'auto';

export const theme = signal<Theme>(asTheme(recall('theme')));
theme.subscribe((chosen) => {
  document.documentElement.dataset.theme = chosen;
});

export function chooseTheme(chosen: string): void {
  remember('theme', chosen);
  theme.value = asTheme(chosen);
}

const system = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(system.matches);
system.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches;
});

/** Whether the page is dark now: what is drawn on a canvas is drawn anew when it changes. */
export const isDark = (): boolean => theme.value === 'dark' || (theme.value === 'auto' && systemIsDark.value);

/** A colour of the style sheet: `--line`. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Of `#rrggbb`. */
export const rgbOf = (hex: string): number[] => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
