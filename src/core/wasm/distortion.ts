import {
  type Distortion,
  type DistortionKind,
  type ElasticField,
  gaussianWeights,
  settingsOf,
} from '../kernels/distortion.js';
import { type Tensor, wholeOf, widthOf } from '../tensor.js';
import type { Planner } from './planner.js';
import { overwritten, pointerOf, type WasmArena, WasmTensor, written } from './wasm-arena.js';
import type { WasmExports } from './wasm-exports.js';

/** The words of a job, in the order of src/kernels/augmentation/job.ts. */
const words = [
  'kind',
  'H',
  'W',
  'C',
  'settings',
  'numbers',
  'isEdge',
  'weights',
  'radius',
  'fitsWorkers',
  'out',
  'x',
  'B',
  'next',
] as const;

type Job = Readonly<Partial<Record<(typeof words)[number], number>>>;

/**
 * Distortions in WebAssembly. One that is left for later is pending until its output is read: whoever reads it first waits for
 * it, and for those before it.
 */
export class Distortions {
  readonly #arena: WasmArena;
  readonly #wasm: WasmExports;
  /** Pointers of those that are left for later, and may not be done. */
  readonly #left = new Set<number>();
  /** What the output of such a one has pending. */
  readonly #finish = () => {
    this.#wasm.awaitPrefetch();
    this.#left.clear();
  };

  constructor(private readonly planner: Planner) {
    this.#arena = planner.arena;
    this.#wasm = planner.wasm;
  }

  /** Of at most `size` samples at a time. */
  of(distortion: DistortionKind, size: number, textbook: Distortion): Distortion {
    const job = this.#arena.integers(words.length);
    const { pointer } = job;
    const write = (some: Job) => {
      for (const [i, word] of words.entries()) job.numbers[i] = some[word] ?? job.numbers[i];
    };
    const given = this.#arena.tensor([size, settingsOf[distortion.kind]], 'float64');
    const isOfImages = 'image' in distortion;
    write({ ...this.#planned(distortion), settings: given.pointer });
    const fitsWorkers = distortion.kind === 'warp' ? this.planner.widenPanels(this.#wasm.warpBytes(pointer)) : 1;
    write({ fitsWorkers });

    return {
      run: (out, x, settings, ahead) => {
        const B = x.shape[0];
        if (B > size || !this.#arena.holds(out) || !this.#arena.holds(x)) return textbook.run(out, x, settings, ahead);
        if (!ahead || this.#left.has(pointer)) this.#finish();
        given.data.set(settings);
        const from = this.#isLeft(x) ? pointerOf(x) : written(x);
        write({ out: overwritten(out), x: from, B, ...(!isOfImages && { C: widthOf(x) }) });
        if (ahead && out instanceof WasmTensor && fitsWorkers === 1) {
          this.#wasm.distortLater(pointer);
          this.#left.add(pointer);
          out.pending = this.#finish;
        } else {
          this.#finish();
          this.#wasm.distort(pointer);
        }
      },
    };
  }

  /** Whether it is written by a distortion that may not be done. */
  #isLeft(x: Tensor): boolean {
    const whole = wholeOf(x);
    return whole instanceof WasmTensor && whole.pending === this.#finish;
  }

  #planned(distortion: DistortionKind): Job {
    const [H, W, C] = 'image' in distortion ? distortion.image : [1, 1, 1];
    const { [distortion.kind]: kind } = { warp: 'WARP', noise: 'NOISE', erase: 'ERASE', mix: 'MIX' } as const;
    const shape = { kind: this.#wasm[kind].value, H, W, C };
    switch (distortion.kind) {
      case 'warp': {
        const { fill, elastic } = distortion;
        const isEdge = fill === 'edge';
        const numbers = this.#numbers(isEdge ? 0 : fill, elastic?.alpha ?? 0);
        return { ...shape, numbers, isEdge: isEdge ? 1 : 0, ...(elastic && this.#smoothing(elastic)) };
      }
      case 'noise':
        return { ...shape, numbers: this.#numbers(distortion.std) };
      case 'erase':
        return { ...shape, numbers: this.#numbers(distortion.value) };
      case 'mix':
        return shape;
    }
  }

  #numbers(...numbers: readonly number[]): number {
    const { data, pointer } = this.#arena.tensor([numbers.length], 'float64');
    data.set(numbers);
    return pointer;
  }

  #smoothing({ sigma }: ElasticField): Job {
    const all = gaussianWeights(sigma);
    const { data, pointer } = this.#arena.tensor([all.length], this.planner.dtype);
    data.set(all);
    return { weights: pointer, radius: (all.length - 1) / 2 };
  }
}
