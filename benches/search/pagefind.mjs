// Engine `pagefind`: Pagefind over the document pages of the site, in Chromium.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { launch, measure } from './browser.mjs';
import { pagefindPart, withCosts } from './cost.mjs';
import { packageOf } from './packages.mjs';
import { serve } from './server.mjs';
import { idOfPage } from './site.mjs';

const PAGE = 'ask.html';

export async function run(site, queries, options) {
  const pagefind = packageOf('pagefind', options);
  const browser = await launch(options);
  const root = mkdtempSync(join(tmpdir(), 'search-eval-pagefind-'));
  let server;
  try {
    makeIndex(pagefind.folder, site, root);
    server = await serve(root, ['pagefind']);
    const measured = await measure(browser, {
      ...server,
      url: server.base + PAGE,
      ask: async ({ text, limit }) => {
        const start = performance.now();
        const pagefind = await import(new URL('pagefind/pagefind.js', location.href).href);
        const { results } = await pagefind.search(text);
        // The address, the title and the excerpt of a result are in its fragment.
        const hits = await Promise.all(results.slice(0, limit).map((result) => result.data()));
        return { time: performance.now() - start, urls: hits.map((hit) => hit.url) };
      },
      read: ({ urls }) => ({ ids: urls.map((url) => idOfPage(decodeURIComponent(url).replace(/^\//, ''))) }),
    }, queries, options);
    return { ...withCosts(measured, pagefindPart, root), about: `Pagefind ${pagefind.version} in ${measured.about}` };
  } finally {
    await browser.close();
    await server?.close();
    rmSync(root, { recursive: true, force: true });
  }
}

/** Copies the document pages alone, so that both engines search the same documents, and indexes their <main>. */
function makeIndex(pagefind, site, root) {
  for (const path of site.documents.values()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(join(site.root, path), join(root, path));
  }
  const { bin } = JSON.parse(readFileSync(join(pagefind, 'package.json'), 'utf8'));
  const program = join(pagefind, typeof bin === 'string' ? bin : bin.pagefind);
  const settings = ['--site', root, '--root-selector', 'main', '--force-language', 'zh', '--quiet'];
  execFileSync(process.execPath, [program, ...settings], { stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(join(root, PAGE), '<!doctype html><html lang="zh"><meta charset="utf-8"><title>Pagefind</title><link rel="icon" href="data:,">\n');
}
