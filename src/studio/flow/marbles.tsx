/** Batches as marbles: they follow the stops of a step that was recorded, forward, and back as gradients. */
import type { RecordedStep, Stop } from 'marblenet/page';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { isSeenByStage } from '../state/trip.js';
import { usePart } from '../use-part.js';

/** Milliseconds: the whole way at full speed, and from one stop to the next where it goes slowly. */
const WHOLE_WAY = 1600;
const ONE_STOP = 300;

/** More marbles at a time than these would only be a blur. */
const MOST = 5;

export function Marbles({ frame }: { readonly frame: RefObject<HTMLElement | null> }) {
  const layer = useRef<HTMLDivElement>(null);
  const before = useRef<{ readonly step: RecordedStep; readonly at: number; readonly marble: HTMLElement } | undefined>(
    undefined,
  );
  const trip = usePart((state) => state.trip);
  const isByStop = usePart(isSeenByStage);
  const isPlaying = usePart(({ status }) => status === 'playing');

  useEffect(() => {
    const [stage, box] = [layer.current, frame.current];
    if (!stage || !box) return;
    const last = before.current;
    if (last !== undefined && (last.step !== trip?.step || !isByStop)) {
      last.marble.remove();
      before.current = undefined;
    }
    if (trip === undefined) return;
    const { step, at } = trip;
    if (isByStop) follow(step.stops[at], box);
    const spots = step.stops.map((stop) => spotOf(stop, box));
    if (!isByStop) {
      if (stage.childElementCount < MOST) flyAll(stage, step, spots);
      return;
    }
    const marble = before.current?.marble ?? stage.appendChild(marbleOf(step));
    const from = spots[before.current?.at ?? at] ?? spots[at];
    moveTo(marble, from, spots[at], step.stops[at]);
    before.current = { step, at, marble };
  }, [trip, isByStop, frame]);

  // those that are still on their way when it pauses or is over would lie in the way
  useEffect(() => {
    if (!isPlaying) for (const flight of layer.current?.getAnimations({ subtree: true }) ?? []) flight.cancel();
  }, [isPlaying]);

  return <div class="marbles" ref={layer} aria-hidden="true" />;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

const nodeOf = ({ place }: Stop, box: HTMLElement): HTMLElement | null => box.querySelector(`[data-place="${place}"]`);

/** How far a marble keeps from the middle of its node's edge: what the node says stays seen. */
const ASIDE = 5;

/** Over the middle of a stage's node; back, under it. Where the node is scrolled out of its lane, at the lane's end. */
function spotOf(stop: Stop, box: HTMLElement): Spot | undefined {
  const node = nodeOf(stop, box);
  const lane = node?.closest('ol');
  if (!node || !lane) return undefined;
  const [own, row, outer] = [node, lane, box].map((element) => element.getBoundingClientRect());
  const y = stop.way === 'forward' ? own.top - ASIDE : own.bottom + ASIDE;
  const x = Math.min(Math.max(own.left + own.width / 2, row.left), row.right);
  return { x: x - outer.left, y: y - outer.top };
}

/** Where a lane is wider than the page, what is looked at comes into its middle. */
function follow(stop: Stop, box: HTMLElement): void {
  const node = nodeOf(stop, box);
  const lane = node?.closest('ol');
  if (!node || !lane) return;
  const [own, row] = [node, lane].map((element) => element.getBoundingClientRect());
  lane.scrollBy({ left: own.left + own.width / 2 - (row.left + row.width / 2) });
}

function marbleOf({ split, step }: RecordedStep): HTMLElement {
  const marble = document.createElement('span');
  marble.className = `marble ${split}`;
  marble.textContent = String(step);
  return marble;
}

const at = ({ x, y }: Spot): string => `translate(${x}px, ${y}px)`;

const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** The whole way, one stop after another. */
function flyAll(stage: HTMLElement, step: RecordedStep, spots: readonly (Spot | undefined)[]): void {
  if (isStill()) return;
  const seen = step.stops.flatMap((stop, i) => (spots[i] ? [{ stop, spot: spots[i] }] : []));
  const frames = seen.map(({ stop, spot }) => ({ transform: at(spot), ...look(stop) }));
  if (frames.length < 2) return;
  const marble = stage.appendChild(marbleOf(step));
  const flight = marble.animate(frames, { duration: WHOLE_WAY, easing: 'linear' });
  flight.onfinish = () => marble.remove();
  flight.oncancel = () => marble.remove();
}

function moveTo(marble: HTMLElement, from: Spot | undefined, to: Spot | undefined, stop: Stop | undefined): void {
  if (!to || !stop) return;
  marble.classList.toggle('gradient', stop.way === 'backward');
  marble.style.transform = at(to);
  if (from && !isStill()) marble.animate([{ transform: at(from) }, { transform: at(to) }], { duration: ONE_STOP });
}

/** A gradient has another colour than what goes forward. */
const look = ({ way }: Stop): Keyframe => ({
  backgroundColor: way === 'forward' ? 'var(--marble)' : 'var(--gradient)',
});
