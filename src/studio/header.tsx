import { History } from './file/history.js';
import { presets } from './presets.js';
import { chooseLanguage, language, languageNames, text } from './texts/texts.js';
import { usePart } from './use-part.js';
import { useStudio } from './use-studio.js';
import { chooseTheme, theme, themes } from './view/theme.js';

/** The name, which pipeline is open, and how the page is shown. */
export function Header() {
  const { act } = useStudio();
  const name = usePart(({ file }) => file.name);
  const { title, pipeline, language: languageLabel, theme: themeLabel, themes: themeNames } = text.value;
  const open = (chosen: string) => {
    const file = presets.find((preset) => preset.name === chosen);
    if (file) act({ act: 'opened', file });
  };
  const isPreset = presets.some((preset) => preset.name === name);
  return (
    <header class="top">
      <h1>{title}</h1>
      <label>
        <span class="wide">{pipeline}</span>{' '}
        <select
          id="preset"
          aria-label={pipeline}
          value={name}
          onChange={({ currentTarget }) => open(currentTarget.value)}
        >
          {!isPreset && <option>{name}</option>}
          {presets.map((preset) => (
            <option key={preset.name}>{preset.name}</option>
          ))}
        </select>
      </label>
      <History />
      <span class="gap" />
      <label>
        <span class="for-readers">{languageLabel}</span>
        <select value={language.value} onChange={({ currentTarget }) => chooseLanguage(currentTarget.value)}>
          {languageNames.map(([code, own]) => (
            <option key={code} value={code} lang={code}>
              {own}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span class="for-readers">{themeLabel}</span>
        <select value={theme.value} onChange={({ currentTarget }) => chooseTheme(currentTarget.value)}>
          {themes.map((one) => (
            <option key={one} value={one}>
              {themeNames[one]}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}
