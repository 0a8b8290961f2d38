/** The studio: the pipeline of the library, alive in a page. */
import { render } from 'preact';
import { App } from './app.js';
import { connectAsking } from './draw/effects.js';
import { listenToHistoryKeys } from './file/history.js';
import { keepFile, openKept } from './file/kept.js';
import { openDropped, openLinked } from './file/open-file.js';
import { fetchGiven, type Offer, readOffer } from './offer.js';
import { presets } from './presets.js';
import { connect, startWorker } from './state/effects.js';
import { signalOf } from './state/signals.js';
import { initialState } from './state/state.js';
import { createStore } from './state/store.js';
import { firstTexts } from './texts/texts.js';
import { StudioProvider } from './use-studio.js';
import { leadToPanel } from './view/lead.js';

const store = createStore(initialState);
const trainer = startWorker();
const { worker } = trainer;
connect(store, trainer);
connectAsking(store, worker);
openDropped(store, worker);
listenToHistoryKeys(store.dispatch);
leadToPanel(store);

/** The file in the address, or what the server opens the page with, or the first of the pipelines at hand. */
async function openFirst(): Promise<void> {
  const { file = presets[0], files = [], isServed = false } = await readOffer().catch((): Offer => ({}));
  if (files.length > 0) await worker.give(await fetchGiven(files));
  await openLinked(store.dispatch, file);
  openKept(store);
  keepFile(store);
  // later visits need no network; a server of ours has another address each time
  if (!isServed && 'serviceWorker' in navigator)
    await navigator.serviceWorker.register('service-worker.js').catch(() => {});
}

void openFirst();

const studio = { state: signalOf(store.state$, initialState), act: store.dispatch, worker };
await firstTexts;
const root = document.getElementById('studio');
if (root) {
  render(
    <StudioProvider value={studio}>
      <App />
    </StudioProvider>,
    root,
  );
}
