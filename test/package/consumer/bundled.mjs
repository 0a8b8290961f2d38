// digits.yaml, from a program that is bundled: as an ES module or CommonJS, so without `await` at the top.
import { runPipeline } from 'marblenet';

runPipeline('digits.yaml', { onEvent: (event) => event.event === 'end' && console.log(JSON.stringify(event)) });
