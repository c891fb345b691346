/* keben: reading without a connection, on https and on the reader's own machine. Engines back to Chromium 83.
   Pages come from the network; when it is silent for three seconds or gone, from what was kept; then offline.html says so.
   Assets and shards of the index come from what was kept, which lasts until the site changes: the name of the cache holds
   its fingerprint. A second cache, for modules that the reader has kept on purpose, outlasts versions.
   Messages from pages, each with a port that is answered: {keep: [addresses]} -> {done, failed, of} after every page;
   {kept: true} -> {kept: [addresses]}; {forget: true} -> {kept: []}. */
const VERSION = KEBEN_VERSION;
const CORE = KEBEN_CORE;
const ROOT = new URL('./', location).href;
/* Other sites of the same server have caches of their own. */
const PREFIX = 'keben ' + ROOT + ' ';
const CACHE = PREFIX + VERSION;
const KEPT = PREFIX + 'kept';
const WAIT = 3000;
/* How long a silent network may hold this script: a newer one has to wait until it is done. */
const HOLD = 30000;

self.addEventListener('install', event => event.waitUntil(
  caches.open(CACHE)
    .then(cache => Promise.all(CORE.map(path => load(ROOT + path).then(found => cache.put(ROOT + path, found)))))
    .then(() => self.skipWaiting())));

self.addEventListener('activate', event => event.waitUntil(
  caches.keys()
    .then(names => Promise.all(names.filter(name => name.startsWith(PREFIX) && name !== CACHE && name !== KEPT)
      .map(name => caches.delete(name))))
    .then(() => self.clients.claim())));

self.addEventListener('fetch', event => {
  const request = event.request;
  if (request.method !== 'GET' || request.headers.has('range')) return;
  const path = pathOf(request.url);
  if (path === null || path === 'sw.js' || path.startsWith('_keben/')) return;
  if (/^(assets|search)\//.test(path) && path !== 'search/kb.js') event.respondWith(keptFirst(event, ROOT + path));
  else if (path.endsWith('.html') || path === 'search/kb.js' || request.destination === 'image') {
    event.respondWith(networkFirst(event, ROOT + path));
  }
});

self.addEventListener('message', event => {
  const asked = event.data || {}, port = event.ports[0];
  const answer = value => { if (port) port.postMessage(value) };
  if (asked.keep) event.waitUntil(keepAll(asked.keep, answer));
  else if (asked.kept) event.waitUntil(keptPages().then(kept => answer({kept})));
  else if (asked.forget) event.waitUntil(caches.delete(KEPT).then(() => answer({kept: []})));
});

/* Below the root, without query and anchor; the page of a folder by its name. null: of another site. */
function pathOf(address) {
  const url = new URL(address, ROOT);
  url.hash = url.search = '';
  if (!url.href.startsWith(ROOT)) return null;
  const path = url.href.slice(ROOT.length);
  if (!path || path.endsWith('/')) return path + 'index.html';
  /* Some servers leave the ending away. */
  return /\.[^/]*$/.test(path) ? path : path + '.html';
}

/* Past the browser's own cache, which may hold the files of an older version. */
function load(address) {
  return fetch(address, {cache: 'reload', credentials: 'same-origin'}).then(found => {
    if (!found.ok) throw new Error(address);
    return plain(found);
  });
}

/* A browser shows no page that it did not ask to be led to: what came by a redirect is kept as if it had not. */
function plain(found) {
  return found.redirected ? found.blob().then(body => new Response(body, {headers: found.headers})) : found;
}

function kept(key) {
  return caches.match(key, {cacheName: CACHE}).then(found => found || caches.match(key, {cacheName: KEPT}));
}

function keep(key, found) {
  const copy = found.clone();
  return Promise.all([
    caches.open(CACHE).then(cache => Promise.resolve(plain(found)).then(whole => cache.put(key, whole))),
    caches.match(key, {cacheName: KEPT}).then(old => old &&
      caches.open(KEPT).then(cache => Promise.resolve(plain(copy)).then(whole => cache.put(key, whole))))
  ]);
}

function after(milliseconds) {
  return new Promise(done => setTimeout(done, milliseconds));
}

/* What the network gives is kept beside, whenever it comes; a full disk keeps nobody from reading. */
function fetched(event, key) {
  const found = fetch(event.request);
  const stored = found.then(answer => answer.ok && answer.type === 'basic' ? keep(key, answer.clone()) : null);
  event.waitUntil(Promise.race([stored.catch(() => null), after(HOLD)]));
  return found;
}

function keptFirst(event, key) {
  return kept(key).then(found => found || fetched(event, key));
}

function networkFirst(event, key) {
  const found = fetched(event, key);
  return Promise.race([found.catch(() => null), after(WAIT)])
    .then(answer => answer || kept(key).then(old => old || found.catch(() => missing(event.request))));
}

/* Led there, not shown in its place: the page's links are relative to its own address. */
function missing(request) {
  return request.mode === 'navigate' ? Response.redirect(ROOT + 'offline.html') : Response.error();
}

async function keepAll(addresses, answer) {
  const cache = await caches.open(KEPT);
  const paths = Array.from(new Set(addresses.map(pathOf))).filter(path => path && path.endsWith('.html'));
  let done = 0, failed = 0;
  for (const path of paths) {
    try {
      const page = await load(ROOT + path);
      const text = await page.clone().text();
      await cache.put(ROOT + path, page);
      for (const image of text.matchAll(/<img[^>]* src="([^"]+)"/g)) {
        const of = pathOf(new URL(image[1].replace(/&amp;/g, '&'), ROOT + path));
        if (of) await cache.put(ROOT + of, await load(ROOT + of));
      }
      done++;
    } catch (error) {
      failed++;
    }
    answer({done, failed, of: paths.length});
  }
  if (!paths.length) answer({done, failed, of: 0});
}

function keptPages() {
  return caches.open(KEPT).then(cache => cache.keys())
    .then(requests => requests.map(request => request.url).filter(address => address.endsWith('.html')));
}
