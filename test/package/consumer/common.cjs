// digits.yaml, run from CommonJS. Prints the end event, as `pipeline run --json` does.
const { relu, runPipeline } = require('marblenet');
const { gradientError } = require('marblenet/testing');

if (gradientError(relu(), [[-1, 0.5, 2]]) > 1e-6) throw new Error('the gradient of relu is wrong');

runPipeline('digits.yaml', { onEvent: (event) => event.event === 'end' && console.log(JSON.stringify(event)) });
