/* keben: keeping a module for reading without a connection (#keep on its page), and what has been kept (#storage on
   offline.html). Loaded only where a service worker (sw.js) runs. */
(function () {
'use strict';
const T = STRINGS;
const d = document, { all, say, button, status } = window.keben.ui, keep = d.getElementById('keep'), storage = d.getElementById('storage');
function ask(message, answered) {
  return navigator.serviceWorker.ready.then(found => {
    const line = new MessageChannel();
    line.port1.onmessage = e => answered(e.data);
    found.active.postMessage(message, [line.port2]);
  });
}
const address = (href, from) => new URL(href, from).href.replace(/[?#].*/, '');
/* Everything that the page lists, and what stands on the pages where its lists go on. */
async function pages() {
  const here = address('', location.href), found = new Set([here]), lists = [[here, d]];
  for (const [from, page] of lists) {
    all('.list>li>a', page).forEach(a => found.add(address(a.getAttribute('href'), from)));
    for (const a of all('.four .more,.pager a', page)) {
      const next = address(a.getAttribute('href'), from);
      if (found.has(next)) continue;
      found.add(next);
      lists.push([next, new DOMParser().parseFromString(await (await fetch(next)).text(), 'text/html')]);
    }
  }
  return Array.from(found);
}
if (keep) {
  const told = status('note');
  keep.append(' ', told);
  keep.querySelector('button').onclick = async e => {
    const b = e.target;
    b.disabled = true;
    try {
      await ask({ keep: await pages() }, r => {
        const at = r.done + r.failed;
        told.textContent = say(at < r.of ? T.keeping : r.failed ? T.kept_partly : T.kept, { n: r.done, of: r.of, failed: r.failed });
        if (at === r.of) b.disabled = false;
      });
    } catch (e) { told.textContent = T.not_kept; b.disabled = false }
  };
}
if (storage) {
  const told = status(), show = async ({ kept }) => {
    const used = navigator.storage && navigator.storage.estimate ? (await navigator.storage.estimate()).usage : 0;
    told.textContent = say(T.storage, { n: kept.length, mb: (used / 1e6).toFixed(1) });
    forget.hidden = !kept.length;
  };
  const forget = button(T.forget, () => ask({ forget: true }, show));
  forget.hidden = true;
  storage.append(told, ' ', forget);
  ask({ kept: true }, show);
}
})();
