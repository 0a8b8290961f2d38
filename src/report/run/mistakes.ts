import { type Html, html } from '../html.js';
import { pngAddress } from '../png.js';
import { greyOf } from '../sheet.js';
import type { PicturedMistake } from './run-report.js';

/** What the network got wrong, the most confident first. */
export const mistakePictures = (mistakes: readonly PicturedMistake[]): Html =>
  html`<ul class="pictures">${mistakes.map(
    ({ caption, name, picture }) =>
      html`<li>${picture !== undefined && html`<img src="${pngAddress(greyOf(picture))}" alt="${name}">`}<strong>${caption}</strong><br><span class="faint">${name}</span></li>\n`,
  )}</ul>`;
