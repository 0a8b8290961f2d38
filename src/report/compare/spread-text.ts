/** Figures of a comparison as they are printed. */
import { figure } from '../chart.js';
import type { Spread } from './comparison.js';

export interface SpreadText {
  /** `0.9730` */
  readonly mean: string;
  /** `± 0.0013`; undefined of one run. */
  readonly deviation?: string;
  /** `p 0.0002`; undefined where nothing is tested. */
  readonly chance?: string;
}

/** @param one how a figure is printed that is alone, without a deviation that says how many of its digits mean something */
export function spreadText(
  name: string,
  { all, mean, deviation, test }: Spread,
  one: (value: number) => string = figure,
): SpreadText {
  if (all.length === 0) return { mean: '-' };
  if (name === 'parameters') {
    const [least, most] = [Math.min(...all), Math.max(...all)].map((count) => count.toLocaleString('en-US'));
    return { mean: least === most ? least : `${least} to ${most}` };
  }
  const isTime = name === 'time in seconds';
  if (all.length === 1) return { mean: isTime ? secondsText(mean) : one(mean) };
  const places = placesOf(deviation);
  return {
    mean: places === undefined ? one(mean) : mean.toFixed(places),
    deviation: `± ${places === undefined ? figure(deviation) : deviation.toFixed(places)}`,
    ...(test && { chance: `p ${figure(test.p)}` }),
  };
}

const secondsText = (seconds: number): string => seconds.toFixed(seconds < 1 ? 2 : 1);

/** Decimal places that show two digits of a deviation; undefined where these would be none that people read. */
function placesOf(deviation: number): number | undefined {
  if (!Number.isFinite(deviation) || deviation === 0) return undefined;
  const places = Math.max(0, 1 - Math.floor(Math.log10(deviation)));
  return places > 6 ? undefined : places;
}
