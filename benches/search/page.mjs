// Engine `keben-chromium`: the search page of the site, in Chromium, over http or from the folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, measure } from './browser.mjs';
import { kebenPart, withCosts } from './cost.mjs';
import { serve } from './server.mjs';
import { idsOfHits } from './site.mjs';

export async function run(site, queries, options) {
  const browser = await launch(options);
  let source;
  try {
    source = options.scheme === 'file' ? folder(site.root) : await serve(site.root, ['assets', 'search']);
    const measured = await measure(browser, {
      ...source,
      url: `${source.base}search.html`,
      ask: async ({ text, limit }) => {
        const start = performance.now();
        const answer = await window.keben.search(text, { limit });
        const time = performance.now() - start;
        return { time, partial: !!answer.partial, hits: answer.hits.map(({ id, url }) => ({ id, url })) };
      },
      read: ({ hits, partial }) => ({ ids: idsOfHits(site, hits), partial }),
      addressOf: (text) => `${source.base}search.html?q=${encodeURIComponent(text)}`,
      hit: '#hits a',
    }, queries, options);
    return { ...withCosts(measured, kebenPart, site.root), about: `search.html in ${measured.about}, ${options.scheme}` };
  } finally {
    await browser.close();
    await source?.close();
  }
}

/** The folder itself as a source: what is loaded is what its pages ask for and it has. */
function folder(root) {
  const base = `${pathToFileURL(root).href}/`;
  let asked = [];
  return {
    base,
    watch: (page) => page.on('request', (request) => {
      const url = request.url();
      if (url.startsWith(base)) asked.push(decodeURIComponent(url.slice(base.length).replace(/[?#].*$/, '')));
    }),
    taken: () => {
      const paths = asked.filter((path) => existsSync(join(root, path)));
      asked = [];
      return paths;
    },
    close: async () => {},
  };
}
