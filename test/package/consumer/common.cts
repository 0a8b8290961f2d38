// What a TypeScript user of CommonJS writes: only compiled.
import marblenet = require('marblenet');
import testing = require('marblenet/testing');

const error: number = testing.gradientError(marblenet.relu(), [[-1, 0.5, 2]]);
const result: Promise<marblenet.RunResult> = marblenet.runPipeline('digits.yaml');
result.then(({ test }) => console.log(error, test?.accuracy));

// @ts-expect-error: units is a number
marblenet.dense({ units: 'ten' });
