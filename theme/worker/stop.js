/* keben: no reading without a connection. The build writes this as sw.js where site.yaml says `offline: false`, and in a
   preview: browsers that kept pages of this site delete them and ask its server again. It never reloads a page: every
   page registers the script anew, and would reload for ever. */
const PREFIX = 'keben ' + new URL('./', location).href + ' ';
self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(
  caches.keys()
    .then(names => Promise.all(names.filter(name => name.startsWith(PREFIX)).map(name => caches.delete(name))))
    .then(() => self.registration.unregister())));
