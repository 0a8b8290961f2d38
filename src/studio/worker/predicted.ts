import { type Model, type Prediction, RunError, type Samples } from 'marblenet/page';

/** What a network says; undefined where that is no finite number any more, which its run tells in better words. */
export const predicted = (model: Model, samples: Samples): Promise<Prediction | undefined> =>
  model.predict(samples).catch((error: unknown) => {
    if (error instanceof RunError) return undefined;
    throw error;
  });
