/**
 * Keeps the files of the studio, so that it opens without a network. The build puts their names, and a version that changes with
 * any of them, before this text; the page's own files are all that it knows: data are kept by whoever loads them.
 */
/* global FILES, VERSION */
const NAME = `studio ${VERSION}`;

addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(NAME)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' }))))
      .then(() => skipWaiting()),
  );
});

addEventListener('activate', (event) => {
  const others = (names) => names.filter((name) => name.startsWith('studio ') && name !== NAME);
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(others(names).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const scope = new URL(registration.scope);
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const file = url.pathname.slice(scope.pathname.length) || 'index.html';
  if (!FILES.includes(file)) return;
  event.respondWith(caches.match(new URL(file, scope), { cacheName: NAME }).then((kept) => kept ?? fetch(request)));
});
