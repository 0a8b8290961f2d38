/** The report of a sweep: what was tried, what mattered, and what was the best. */
import { type Chart, chartFigure, figure, hasValues } from '../chart.js';
import { type Html, html } from '../html.js';
import { type Page, type PageAssets, pageText, type Section } from '../page.js';
import { counted, keyFigures, percent, tableOf } from '../parts.js';
import { parallelCoordinates } from './parallel.js';
import { importances, parametersOf } from './parameters.js';
import { rankedTrials, type SweepReport } from './sweep-report.js';

/** How many trials have a curve of their own. */
const CURVES = 8;

/** Which of the page's colours of curves is that of the best trial, the green that it has everywhere; and those of the others. */
const BEST_COLOUR = 2;
const OTHER_COLOURS = [0, 1, 3, 4, 5, 6, 7];

/** @returns the text of `report.html` */
export const sweepPage = (report: SweepReport, assets: PageAssets): string => pageText(pageOf(report), assets);

function pageOf(report: SweepReport): Page {
  const { name, trials, best, yaml } = report;
  const parameters = parametersOf(trials);
  const charts = [bestSoFar(report), curvesOfBest(report)].filter(hasValues);
  const measured = trials.some(({ value }) => value !== undefined);
  const shares = importances(parameters, trials).filter(([, share]) => Number.isFinite(share));
  const sections: (Section | false)[] = [
    measured && {
      id: 'trials',
      title: 'All trials',
      content: html`<p>A line a trial, the stronger, the better: ${best !== undefined && html`trial ${best.trial}, the best, is green; `}those that were stopped early are dashed. Below an axis, at -, runs what a trial did not have.</p>${parallelCoordinates(parameters, report)}`,
    },
    shares.length > 0 && { id: 'importance', title: 'What mattered', content: importanceOf(shares) },
    charts.length > 0 && {
      id: 'curves',
      title: 'Curves',
      content: html`<div class="grid">${charts.map(chartFigure)}</div>`,
    },
    { id: 'table', title: 'The trials', content: trialsTable(report) },
    {
      id: 'file',
      title: 'The file',
      content: html`<div class="scroll" tabindex="0" role="region" aria-label="the pipeline file"><pre><code>${yaml}</code></pre></div>`,
    },
  ];
  return { title: `${name}: a sweep`, lead: leadOf(report), charts, sections: sections.filter((one) => one !== false) };
}

function leadOf({ folder, status, began, strategy, metric, trials, best }: SweepReport): Html {
  const value = trials.find(({ trial }) => trial === best?.trial)?.value;
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  return html`<p>Sweep <code>${folder}</code>, ${status}, begun ${began.slice(0, 16).replace('T', ' ')} UTC: ${counted(trials.length, 'trial')} by the strategy ${strategy}, chosen by ${metric}.</p>
${best !== undefined && html`<p>The best is trial ${best.trial}, kept in <code>${best.folder}</code>.</p>`}
${keyFigures([
  ...(value === undefined ? [] : [{ label: `${metric} of the best`, value: figureOf(metric, value) }]),
  ...(best?.figures ?? []).map(([label, one]) => ({ label: `${label} of the best`, value: figureOf(label, one) })),
  { label: 'trials', value: String(trials.length) },
  { label: 'seconds of training', value: seconds.toFixed(1) },
])}`;
}

const figureOf = (name: string, value: number): string => (/accuracy/i.test(name) ? percent(value) : figure(value));

const importanceOf = (shares: readonly (readonly [string, number])[]): Html =>
  html`<p>How much of the differences among trials each parameter explains by itself (the correlation ratio η²; numbers in five groups of about as many trials; where trials were stopped early, as they were then). With few trials, chance explains some of it, too.</p>
${tableOf(
  'importance of each parameter',
  ['parameter', 'share', 'as a bar'],
  shares.map(([name, share]) => [
    name,
    percent(share),
    html`<svg width="160" height="12" role="img" aria-label="${percent(share)}"><rect width="${(160 * share).toFixed(1)}" height="12" fill="var(--c0)"/></svg>`,
  ]),
)}`;

function bestSoFar({ trials, metric, higherIsBetter }: SweepReport): Chart {
  let best: number | undefined;
  const values = trials.map(({ value, status }) => {
    const counts = value !== undefined && Number.isFinite(value) && status === 'completed';
    if (counts && (best === undefined || (higherIsBetter ? value > best : value < best))) best = value;
    return best ?? null;
  });
  const x = trials.map(({ trial }) => trial);
  return {
    id: 'best',
    title: `best ${metric} so far`,
    along: 'trial',
    x,
    series: [{ label: 'best so far', colour: BEST_COLOUR, values }],
  };
}

function curvesOfBest(report: SweepReport): Chart {
  const { metric, best } = report;
  const shown = rankedTrials(report)
    .filter(({ value, curve }) => value !== undefined && curve.length > 0)
    .slice(0, CURVES);
  const epochs = Math.max(0, ...shown.map(({ curve }) => curve.length));
  const x = Array.from({ length: epochs }, (_, i) => i + 1);
  return {
    id: 'curves-of-best',
    title: `${metric} of the best trials`,
    along: 'epoch',
    x,
    series: shown.map(({ trial, curve }, i) => ({
      label: `trial ${trial}`,
      colour: trial === best?.trial ? BEST_COLOUR : OTHER_COLOURS[i % OTHER_COLOURS.length],
      values: x.map((_, epoch) => curve[epoch] ?? null),
    })),
  };
}

function trialsTable(report: SweepReport): Html {
  const { trials, metric, best } = report;
  const names = Object.keys(trials[0]?.labels ?? {});
  return tableOf(
    `the best first${best === undefined ? '' : `: trial ${best.trial}, of those that came to their end`}`,
    ['trial', ...names, metric, 'epochs', 'seconds', 'status'],
    rankedTrials(report).map(({ trial, labels, value, epochs, seconds, status, reason }) => [
      trial,
      ...names.map((name) => labels[name]),
      value === undefined ? '' : figure(value),
      epochs,
      seconds.toFixed(1),
      reason === undefined ? status : `${status}: ${reason}`,
    ]),
    best && 0,
  );
}
