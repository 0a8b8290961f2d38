/** Runs a network in ONNX by onnxruntime, which shares no line with this project. */
import * as ort from 'onnxruntime-web';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** The numbers that it gives for n samples of a shape, and under which name. */
export async function runOnnx(
  file: Uint8Array,
  shape: readonly number[],
  samples: readonly ArrayLike<number>[],
): Promise<{ readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array }> {
  const session = await ort.InferenceSession.create(file);
  try {
    const numbers = Float32Array.from(samples.flatMap((sample) => Array.from(sample)));
    const { [session.outputNames[0]]: output } = await session.run({
      [session.inputNames[0]]: new ort.Tensor('float32', numbers, [samples.length, ...shape]),
    });
    return { name: session.outputNames[0], shape: output.dims, data: output.data as Float32Array };
  } finally {
    await session.release();
  }
}
