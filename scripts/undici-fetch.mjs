// As much of undici as src/node/proxy-fetch.ts uses, for the bundler: its front door imports all of it.
import api from 'undici/lib/api/index.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Agent from 'undici/lib/dispatcher/env-http-proxy-agent.js';

export { fetch } from 'undici/lib/web/fetch/index.js';

export const EnvHttpProxyAgent = withRequests(Agent);

/** As the front door does: a tunnel is made by `connect`. */
function withRequests(agent) {
  Object.assign(Dispatcher.prototype, api);
  return agent;
}
