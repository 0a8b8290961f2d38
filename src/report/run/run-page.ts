/** The report of a run: one page of all that it left behind. */
import { type Chart, chartFigure, figure, hasValues } from '../chart.js';
import { type Html, html } from '../html.js';
import { type Page, type PageAssets, pageText, type Section } from '../page.js';
import { counted, type KeyFigure, keyFigures, pairsOf, paragraph, percent, tableOf } from '../parts.js';
import { activationsTable } from './activations.js';
import { calibrationCurve } from './calibration.js';
import { classScores, confusions } from './classes.js';
import { epochCharts } from './curves.js';
import { mistakePictures } from './mistakes.js';
import { predictionsFigure } from './predictions.js';
import { profileTable } from './profile.js';
import type { Judged, RunReport } from './run-report.js';
import { trainingCharts } from './training-charts.js';
import { filterPictures, weightHistograms } from './weights.js';

/** @returns the text of `report.html` */
export const runPage = (report: RunReport, assets: PageAssets): string => pageText(pageOf(report), assets);

function pageOf(report: RunReport): Page {
  const curves = epochCharts(report.epochs).filter(hasValues);
  const training = trainingCharts(report.scalars).filter(hasValues);
  return {
    title: report.start.name,
    lead: leadOf(report),
    charts: [...curves, ...training],
    sections: [
      ...chartSection('curves', 'Curves', curves),
      ...(report.judged === undefined ? notJudged(report) : judgedSections(report.judged)),
      ...chartSection('training', 'Training, step by step', training),
      ...weightSections(report),
      ...(report.profile === undefined ? [] : [section('profile', 'Time and memory', profileTable(report.profile))]),
      section('pipeline', 'The pipeline', pipelineOf(report)),
      section('environment', 'The environment', pairsOf(report.environment)),
    ],
  };
}

const section = (id: string, title: string, content: Html): Section => ({ id, title, content });

const chartSection = (id: string, title: string, charts: readonly Chart[]): Section[] =>
  charts.length === 0 ? [] : [section(id, title, html`<div class="grid">${charts.map(chartFigure)}</div>`)];

function leadOf({ folder, status, error, began, start, epochs, end }: RunReport): Html {
  const reached = end ?? epochs.at(-1);
  const figures: KeyFigure[] = (['test', 'validation', 'train'] as const).flatMap((split) =>
    Object.entries(reached?.[split] ?? {}).map(([name, value]) => ({
      label: `${split} ${name}`,
      value: /accuracy/i.test(name) ? percent(value) : figure(value),
    })),
  );
  const effort: KeyFigure[] = [
    { label: 'parameters', value: start.parameters.toLocaleString('en-US') },
    {
      label: 'epochs',
      value: `${end?.epochs ?? epochs.length}${end?.stoppedEarly ? ', stopped early' : ` of ${start.epochs}`}`,
    },
    { label: 'time', value: timeText(end?.seconds ?? epochs.reduce((sum, { seconds }) => sum + seconds, 0)) },
  ];
  const best = end?.best && ` The figures are of epoch ${end.best.epoch}, the best by ${end.best.monitor}.`;
  return html`<p>Run <code>${folder}</code>, ${status}, begun ${began.slice(0, 16).replace('T', ' ')} UTC, seed ${start.seed}.${best}</p>
${error !== undefined && html`<p><strong>It ended with: ${error}</strong></p>`}
${[...(start.warnings ?? []), ...(end?.warnings ?? [])].map((text) => html`<p>Warning: ${text}</p>`)}
${start.data.fallbackFor !== undefined && html`<p><strong>${start.data.source} stood in for ${start.data.fallbackFor}.</strong></p>`}
${keyFigures([...figures, ...effort])}`;
}

function timeText(seconds: number): string {
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function notJudged({ notJudged: reason }: RunReport): Section[] {
  return reason === undefined ? [] : [section('judged', 'What it gets wrong', paragraph(reason))];
}

function judgedSections(judged: Judged): Section[] {
  const { what, classNames, evaluation, figures, predictions, hasProbabilities, mistakes, activations } = judged;
  const count = evaluation?.mistakes.length ?? 0;
  return [
    ...(figures.length === 0
      ? []
      : [
          section('figures', 'Figures', keyFigures(figures.map(([label, value]) => ({ label, value: figure(value) })))),
        ]),
    ...(predictions.length === 0
      ? []
      : [
          section(
            'predictions',
            'Said and true',
            html`<p>${what}.</p><div class="grid">${predictions.map(predictionsFigure)}</div>`,
          ),
        ]),
    ...(evaluation === undefined
      ? []
      : [
          section('confusions', 'Confusions', html`<p>${what}.</p>${confusions(evaluation, classNames)}`),
          section('classes', 'Classes', classScores(evaluation, classNames)),
        ]),
    ...(evaluation === undefined || !hasProbabilities
      ? []
      : [section('calibration', 'Calibration', calibrationCurve(evaluation))]),
    ...(mistakes.length === 0
      ? []
      : [
          section(
            'mistakes',
            'Mistakes',
            html`<p>${mistakes.length} of ${counted(count, 'mistake')}${hasProbabilities && ', those that it is most sure of'}.</p>${mistakePictures(mistakes)}`,
          ),
        ]),
    ...(activations.length === 0 ? [] : [section('units', 'Units', activationsTable(activations))]),
  ];
}

function weightSections({ filters, weights }: RunReport): Section[] {
  return [
    ...(filters === undefined ? [] : [section('filters', 'What the first layer looks for', filterPictures(filters))]),
    ...(weights.length === 0 ? [] : [section('weights', 'Weights', weightHistograms(weights))]),
  ];
}

function pipelineOf({ start, picture, stages, yaml }: RunReport): Html {
  const rows = stages.map(({ place, name, output, parameters }) => [
    place,
    name,
    output,
    parameters === 0 ? '' : parameters.toLocaleString('en-US'),
  ]);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="the pipeline as a picture"><img class="wide" alt="the flow of ${start.name}: its stages are in the table below" src="data:image/svg+xml,${encodeURIComponent(picture)}"></div>
<details><summary>${counted(stages.length, 'stage')}, as a table</summary>${tableOf('stages', ['place', 'stage', 'gives', 'parameters'], rows)}</details>
<details><summary>its file, every default written out</summary><div class="scroll" tabindex="0" role="region" aria-label="the pipeline file"><pre><code>${yaml}</code></pre></div></details>`;
}
