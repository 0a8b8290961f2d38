import { expect, it } from 'vitest';
import { chartFigure, figure } from '../../src/report/chart.js';
import { embeddedJson, html } from '../../src/report/html.js';

it('escapes what is put into a page, but not what is a piece of one', () => {
  const name = `<b>"Tom" & 'Jerry'</b>\u0007`;
  expect(html`<p title="${name}">${name}${html`<br>`}${[1, 'a<']}${undefined}${false}</p>`.html).toBe(
    '<p title="&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;">' +
      '&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;<br>1a&lt;</p>',
  );
});

it('lets nothing in JSON end its script', () => {
  expect(embeddedJson({ name: '</script><script>alert(1)</script>' }).html).not.toContain('<');
  expect(JSON.parse(embeddedJson({ name: '</script>' }).html)).toEqual({ name: '</script>' });
});

it('gives a chart as a table, too, with no more rows than can be read, the last among them', () => {
  const x = Array.from({ length: 200 }, (_, i) => i + 1);
  const text = chartFigure({ id: 'a', title: 'loss', along: 'step', x, series: [{ label: 'train', values: x }] }).html;
  const rows = [...text.matchAll(/<th scope="row">(\d+)<\/th><td>(.*?)<\/td>/g)].map(([, at]) => Number(at));
  expect(rows.length).toBeLessThanOrEqual(61);
  expect(rows[0]).toBe(1);
  expect(rows.at(-1)).toBe(200);
});

it.each([
  [0, '0'],
  [null, '-'],
  [Number.NaN, '-'],
  [0.123456, '0.1235'],
  [12345.6, '12,346'],
  [0.0000012, '1.20e-6'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
])('writes %s as %s', (value, text) => {
  expect(figure(value)).toBe(text);
});
