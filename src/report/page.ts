/** A page that stands alone: its style, its script, its pictures and its numbers are in the one file, and it loads nothing. */
import { type Chart, chartData } from './chart.js';
import { type Html, html, trusted } from './html.js';

/** A part of a page, which its table of contents leads to. */
export interface Section {
  /** Unique in its page: letters and dashes. */
  readonly id: string;
  readonly title: string;
  readonly content: Html;
}

/** The built style and script of all pages: src/report/browser. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

export interface Page {
  readonly title: string;
  /** What stands under the title: what this is, and what came of it. */
  readonly lead: Html;
  readonly sections: readonly Section[];
  readonly charts: readonly Chart[];
}

/** @returns the whole text of the page. */
export const pageText = ({ title, lead, sections, charts }: Page, { style, script }: PageAssets): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${lead}
<nav aria-label="contents"><ul>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(({ id, title, content }) => html`<section id="${id}" aria-labelledby="${id}-title">\n<h2 id="${id}-title">${title}</h2>\n${content}\n</section>\n`)}
</main>
<footer><p>Made by marblenet. This page is one file, and asks nothing of any network.</p></footer>
${chartData(charts)}
<script>${trusted(script)}</script>
</body>
</html>
`.html;
