// The ceilings of this machine: how many floating-point operations, and loads of a vector, one thread of WebAssembly can do
// in a nanosecond. Vectors have 16 bytes, or 32 where V8 makes one of two.
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import asc from 'assemblyscript/asc';
import { wasmFlavour } from 'marblenet';

/** Where there is room for what they load and store. */
const ROOM = 1024;

const source = new URL('machine.ts', import.meta.url);

const isFused = () => wasmFlavour() === 'relaxed SIMD';

async function compiled(isPaired) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      'machine.ts',
      '--outFile=machine.wasm',
      '-O3',
      '--noAssert',
      '--runtime=stub',
      `--enable=simd${isFused() ? ',relaxed-simd' : ''}`,
      '--initialMemory=1',
      '--memoryBase=8192', // below it, what they load and store
    ],
    {
      readFile(name) {
        if (name === 'flavour.ts') return `export const FUSED: bool = ${isFused()}, PAIRED: bool = ${isPaired};`;
        return name === 'machine.ts' ? readFileSync(source, 'utf8') : null;
      },
      writeFile(_name, contents) {
        binary = contents;
      },
    },
  );
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { abort() {} } }).exports;
}

/**
 * How many of what `rounds` rounds do are done in a nanosecond: at the best of many times, since V8 compiles once more, for
 * speed, what is called often, and does so on the side; and as a rule, which is less where others use the same core.
 */
async function rates(work, rounds, perRound) {
  const times = [];
  for (let time = 0; time < 1000; time++) {
    const start = performance.now();
    work(rounds, ROOM);
    times.push(performance.now() - start);
    if (time % 10 === 0) await setTimeout(5);
  }
  times.sort((a, b) => a - b);
  const rateOf = (milliseconds) => (rounds * perRound) / (milliseconds * 1e6);
  return { best: rateOf(times[0]), usual: rateOf(times[times.length / 2]) };
}

/** Makes what measures GFLOP/s in registers, and vectors of so many bytes loaded from the first cache in a nanosecond. */
export async function machineRates(vectorBytes) {
  const vectors = vectorBytes / 16;
  const { multiplyAdds, loads } = await compiled(vectors === 2);
  return async () => ({
    gigaflops: await rates(multiplyAdds, 10_000, (isFused() ? 2 : 1) * 12 * vectors * 4),
    loads: await rates(loads, 1_000, 256 / vectors),
  });
}
