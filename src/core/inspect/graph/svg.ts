/**
 * A graph as a picture: a lane a section, a box a stage, batches as marbles on the wires. The forward way into the network
 * and out of it is dashed, and so is the way back. One file for a light and a dark page.
 */
import type { Kind } from '../../kinds.js';
import { countOf } from '../../pipeline/pipeline.js';
import { formatShape } from '../../tensor.js';
import type { Lane, PipelineGraph, Vertex } from './pipeline-graph.js';

/** In pixels. A character is as wide as in a monospaced font of 14 px, or of 11 px in captions. */
const box = { height: 34, left: 158, wire: 38, stacked: 44 };
const character = { name: 8.5, caption: 6.7 };
/** Where the examples run down to their lanes. */
const busX = 134;
const captionHeight = 14;
const laneGap = 50;
/** For the ways back around the stages of a block. */
const roomBelow = 18;

interface Box {
  readonly vertex: Vertex;
  readonly captions: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

interface DrawnLane extends Pick<Lane, 'section' | 'ways'> {
  readonly boxes: readonly Box[];
  readonly y: number;
  readonly bottom: number;
}

/** @returns SVG of its own, with nothing to load. */
export function pipelineSvg(name: string, graph: PipelineGraph): string {
  const lanes = layOut(graph);
  const laneOf = (section: Lane['section']) => lanes.find((lane) => lane.section === section);
  const [data, network] = [laneOf('data'), laneOf('network')];
  const passes = lanes.filter(({ section }) => section !== 'data' && section !== 'network');
  const learns = passes.some(({ boxes }) => boxes.some(({ vertex }) => isBackward(vertex)));
  const boxes = lanes.flatMap((lane) => lane.boxes);
  const width = Math.max(...boxes.map((at) => at.x + at.width)) + 140;
  const bottom = lanes[lanes.length - 1].bottom + 26;
  const legend = legendOf(boxes, bottom);

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.max(width, legend.width)} ${bottom + 34}" role="img">`,
    `<title>The flow of ${escaped(name)}: ${escaped(inWords(graph))}</title>`,
    `<style>${style}</style>`,
    `<defs>${flows.map(arrowHead).join('')}</defs>`,
    '<rect class="page" width="100%" height="100%" rx="14"/>',
    ...(network ? [frame(network)] : []),
    ...lanes.map(({ section, y }) => text(28, y + 22, `${section}:`, 'label')),
    ...lanes.flatMap((lane) => wiresWithin(lane, learns)),
    ...(data ? passes.map((lane) => exampleWire(data, lane)) : []),
    ...(network ? passes.flatMap((lane) => visits(lane, network, lanes)) : []),
    ...boxes.map(drawBox),
    ...legend.drawn,
    '</svg>',
    '',
  ].join('\n');
}

// Layout

function layOut({ lanes }: PipelineGraph): DrawnLane[] {
  const order: readonly Lane['section'][] = ['data', 'train', 'network', 'validation', 'test'];
  const sorted = lanes.toSorted((a, b) => order.indexOf(a.section) - order.indexOf(b.section));
  let y = 36;
  let networkX = box.left;
  return sorted.map(({ section, vertices, ways }) => {
    const boxes = boxesOf(vertices, section === 'network' ? networkX : box.left, y);
    const room = vertices.some(({ lists }) => lists.length > 0) ? roomBelow : 0;
    const lane = { section, ways, boxes, y, bottom: Math.max(...boxes.map(bottomOf)) + room };
    if (section === 'train') networkX = boxes.find(({ vertex }) => isForward(vertex))?.x ?? networkX;
    y = lane.bottom + laneGap;
    return lane;
  });
}

/** From left to right, and metrics, which all see the last step, one below the other. */
function boxesOf(vertices: readonly Vertex[], left: number, top: number): Box[] {
  let x = left;
  let stacked = 0;
  return vertices.map((vertex) => {
    const captions = captionsOf(vertex);
    const characters = Math.max(0, ...captions.map(({ length }) => length));
    const width = Math.max(vertex.row.name.length * character.name, characters * character.caption) + 22;
    const at = { vertex, captions, x, y: top + stacked * box.stacked, width };
    if (isMetric(vertex)) stacked++;
    else x += width + box.wire;
    return at;
  });
}

/** The shape of what a stage gives, where it is another than what it gets, and what the stage learns. */
function captionsOf({ row }: Vertex): string[] {
  if (!('output' in row)) return [];
  const { output, parameters, section } = row;
  const learned = parameters.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)).join(', ');
  const count = countOf(parameters).toLocaleString('en-US');
  const rows = output.kind === 'batch' && section !== 'network' ? `${output.size}` : 'B';
  const shape = output.kind === 'batch' ? [formatShape([rows, ...output.shape])] : [];
  const targets = output.kind === 'examples' ? (output.classes ?? output.targets) : undefined;
  const examples = output.kind === 'examples' ? [formatShape(['N', ...output.shape])] : [];
  const wanted = targets === undefined ? [] : [`t [N, ${targets}]`];
  return [...examples, ...wanted, ...shape, ...(parameters.length > 0 ? [`${learned}: ${count}`] : [])];
}

const isForward = ({ row }: Vertex): boolean => row.definition.family === 'forward';
const isBackward = ({ row }: Vertex): boolean => row.definition.family === 'gradients';
const isMetric = ({ row }: Vertex): boolean => row.definition.to === 'metric';

const rightOf = ({ x, width }: Box): number => x + width;
const bottomOf = ({ y, captions }: Box): number => y + box.height + captions.length * captionHeight;
const middleOf = ({ y }: Box): number => y + box.height / 2;

// Wires

function wiresWithin({ section, boxes, ways, bottom }: DrawnLane, learns: boolean): string[] {
  return ways.flatMap((way) => {
    const [from, to] = [way.from, way.to].map((end) => boxes.findIndex(({ vertex }) => vertex === end));
    const [at, before] = [boxes[to], boxes[from]];
    if (section === 'network' && to - from > 1) {
      return [...over(boxes, from, to), ...(learns && before !== undefined ? [under(before, at, bottom)] : [])];
    }
    const metric = isMetric(way.to) ? metricWire(at) : [];
    if (before === undefined) return metric;
    const kind = before.vertex.row.definition.to;
    if (section !== 'network') return [wire(kind, before, at), ...metric];
    const back = `M ${at.x} ${at.y + 25} H ${rightOf(before) + 7}`;
    return [wire(kind, before, at, 11), ...(learns ? [path('back', back, true)] : [])];
  });
}

/** With a marble on it. `at`: how far below the tops of the boxes. */
function wire(kind: Kind, from: Box, to: Box, at = box.height / 2): string {
  const [start, end, y] = [rightOf(from), to.x - 7, to.y + at];
  const bend = to.y === from.y ? '' : ` H ${start + 12} V ${y}`;
  return `${path(kind, `M ${start} ${from.y + at}${bend} H ${end}`)}${marble(kind, (start + 12 + end) / 2 - 2, y)}`;
}

/** Over boxes between two, or from where the first gets from what it gets; to a stage behind its lists, above other wires. */
function over(boxes: readonly Box[], from: number, to: number): string[] {
  const [before, next, at] = [boxes[from], boxes[from + 1], boxes[to]];
  const bend = next.x - box.wire / 2;
  const start = before === undefined ? bend : rightOf(before);
  const height = at.y - (at.vertex.lists.length > 1 ? 13 : 8);
  return [path('batch', `M ${start} ${next.y + 11} H ${bend} V ${height} H ${at.x + at.width / 2} V ${at.y - 7}`)];
}

/** The way back between two stages, under the boxes between them; from a stage behind its lists, below other ways. */
function under(before: Box, at: Box, bottom: number): string {
  const [start, end, y] = [at.x - 8, rightOf(before) + 18, at.y + 25];
  const height = bottom - (at.vertex.lists.length > 1 ? 1 : 10);
  return path('back', `M ${at.x} ${y} H ${start} V ${height} H ${end} V ${y} H ${rightOf(before) + 7}`, true);
}

/** What a metric is called, where it leaves the picture. */
function metricWire(at: Box): string[] {
  const { row } = at.vertex;
  const name = 'output' in row && row.output.kind === 'metric' ? row.output.name : row.name;
  const [start, y] = [rightOf(at), middleOf(at)];
  return [
    path('metric', `M ${start} ${y} H ${start + 30}`),
    marble('metric', start + 13, y),
    text(start + 42, y + 4, name, 'label'),
  ];
}

function exampleWire(data: DrawnLane, { boxes: [first] }: DrawnLane): string {
  const last = data.boxes[data.boxes.length - 1];
  const below = bottomOf(last) + 18;
  const right = rightOf(last) + 24;
  return path(
    'examples',
    `M ${rightOf(last)} ${middleOf(last)} H ${right} V ${below} H ${busX} V ${middleOf(first)} H ${first.x - 7}`,
  );
}

/** `forward` sends a batch through the network and gets it back; `backward` sends the gradient through it from its end. */
function visits({ boxes, section }: DrawnLane, network: DrawnLane, lanes: readonly DrawnLane[]): string[] {
  const first = network.boxes[0];
  const last = network.boxes[network.boxes.length - 1];
  const above = section === 'train';
  const isNextToIt = above || lanes[lanes.indexOf(network) + 1]?.section === section;
  return boxes.flatMap((at) => {
    const [into, outOf] = [at.x + at.width * 0.3, at.x + at.width * 0.7];
    const edge = above ? bottomOf(at) + 2 : at.y;
    if (isForward(at.vertex) && !isNextToIt) {
      return [
        path('batch', `M ${into} ${edge} V ${edge - 20}`, true),
        text(into + 8, edge - 12, 'the network', 'caption left'),
      ];
    }
    if (isForward(at.vertex)) {
      const [nearFirst, nearLast] = above ? [first.y - 7, last.y] : [bottomOf(first) + 12, bottomOf(last) + 6];
      const half = (edge + (above ? first.y : network.bottom)) / 2;
      const intoX = Math.min(into, rightOf(first) - 6);
      return [
        path('batch', `M ${into} ${edge} V ${half} H ${intoX} V ${nearFirst}`, true),
        path(
          'batch',
          `M ${last.x + last.width / 2} ${nearLast} V ${half} H ${outOf} V ${above ? edge + 7 : edge - 7}`,
          true,
        ),
      ];
    }
    if (!isBackward(at.vertex)) return [];
    const start = at.x + at.width / 2;
    const right = Math.max(start, rightOf(last) + 34);
    return [path('back', `M ${start} ${edge} V ${edge + 8} H ${right} V ${last.y + 25} H ${rightOf(last) + 7}`, true)];
  });
}

// Drawing

/** What has a colour: the kinds that flow, and the gradient on its way back. */
const flows = ['examples', 'batch', 'step', 'metric', 'back'] as const;
type Flow = Kind | (typeof flows)[number];

const colours = (text: string, faint: string, page: string, fill: string, of: readonly string[]): string =>
  `text{fill:${text}}.caption{fill:${faint}}.page{fill:${page};stroke:${faint}}.box{fill:${fill};stroke:${text}}` +
  `.frame{stroke:${faint}}${flows.map((flow, i) => `.${flow}{color:${of[i]}}`).join('')}`;

const light = colours('#222', '#616161', '#fdfdfb', '#fff', ['#2f6fb0', '#1a7a50', '#a55616', '#8e44ad', '#a55616']);
const dark = colours('#e6e6e6', '#a5a5a5', '#161b22', '#22272e', [
  '#6cb0f5',
  '#4cc38a',
  '#f0a35e',
  '#cf95e8',
  '#f0a35e',
]);

const style =
  'text{font:14px ui-monospace,Menlo,Consolas,monospace;text-anchor:middle}' +
  '.label{font-weight:bold;text-anchor:start}.caption{font-size:11px}.left{text-anchor:start}' +
  '.wire{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}.dashed{stroke-width:1.6;stroke-dasharray:5 4}' +
  `.marble{fill:currentColor}.frame{fill:none}.page{stroke-width:.5}${light}@media(prefers-color-scheme:dark){${dark}}`;

const arrowHead = (flow: string): string =>
  `<marker id="${flow}" class="${flow}" viewBox="0 0 8 8" refX="2" refY="4" markerWidth="7" markerHeight="7" ` +
  'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="currentColor"/></marker>';

const path = (flow: Flow, d: string, dashed = false): string =>
  `<path class="wire ${flow}${dashed ? ' dashed' : ''}" d="${d}" marker-end="url(#${flow})"/>`;

const marble = (flow: Flow, x: number, y: number): string =>
  `<circle class="marble ${flow}" cx="${x}" cy="${y}" r="4.5"/>`;

const text = (x: number, y: number, words: string, kind = ''): string =>
  `<text x="${x}" y="${y}" class="${kind}">${escaped(words)}</text>`;

const frame = ({ boxes, y, bottom }: DrawnLane): string =>
  `<rect class="frame" x="${boxes[0].x - 18}" y="${y - 16}" rx="10" ` +
  `width="${rightOf(boxes[boxes.length - 1]) - boxes[0].x + 36}" height="${bottom - y + 28}"/>`;

const drawBox = (at: Box): string =>
  `<rect class="box" x="${at.x}" y="${at.y}" width="${at.width}" height="${box.height}" rx="8"/>` +
  text(at.x + at.width / 2, at.y + 22, at.vertex.row.name) +
  at.captions
    .map((line, i) => text(at.x + at.width / 2, at.y + box.height + 13 + i * captionHeight, line, 'caption'))
    .join('');

const meanings: readonly (readonly [Flow, string])[] = [
  ['examples', 'examples: a whole data set'],
  ['batch', 'batch: B samples'],
  ['step', 'step: a batch with its loss and gradient'],
  ['metric', 'metric: a number'],
];

function legendOf(boxes: readonly Box[], y: number): { readonly drawn: string[]; readonly width: number } {
  const kinds = new Set<string>(boxes.map(({ vertex }) => vertex.row.definition.to));
  let x = box.left;
  const drawn = meanings
    .filter(([kind]) => kinds.has(kind))
    .map(([kind, words]) => {
      const item = marble(kind, x, y) + text(x + 11, y + 4, words, 'caption left');
      x += words.length * character.caption + 40;
      return item;
    });
  return { drawn, width: x };
}

/** `data: mnist, normalize; train: ...`, for who cannot see the picture. */
const inWords = ({ lanes }: PipelineGraph): string =>
  lanes.map(({ section, vertices }) => `${section}: ${vertices.map(({ row }) => row.name).join(', ')}`).join('; ');

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
