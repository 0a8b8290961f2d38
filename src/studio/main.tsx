/** The studio: the pipeline of the library, alive in a page. */
import { render } from 'preact';
import { App } from './app.js';
import { presets } from './presets.js';
import { connect, startWorker } from './state/effects.js';
import { signalOf } from './state/signals.js';
import { initialState } from './state/state.js';
import { createStore } from './state/store.js';
import { StudioProvider } from './use-studio.js';

const [first] = presets;
const initial = initialState({ name: first.name, text: '' });
const store = createStore(initial);
const worker = startWorker();
connect(store, worker);
store.dispatch({ act: 'opened', file: first });

const studio = { state: signalOf(store.state$, initial), act: store.dispatch, worker };
const root = document.getElementById('studio');
if (root) {
  render(
    <StudioProvider value={studio}>
      <App />
    </StudioProvider>,
    root,
  );
}
