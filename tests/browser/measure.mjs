// What a site weighs and how fast it opens, shared by the checks A12 and A13 and by figures.mjs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openPage } from './browser.mjs';

const KIND = /^(courses|readings|reading-lists|cases|bases|programmes|institutions|teachers|terms|articles)\/(?!index|page-\d)[^/]+\.html$/;

export const gzipped = (bytes) => gzipSync(bytes, { level: 9 }).length;
export const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)];
const kb = (bytes) => Math.round(bytes / 10.24) / 100;

/** Bytes after gzip, in KB of 1,024, of pages and assets. */
export function weights(site) {
  const pages = site.pages.map((page) => [gzipped(readFileSync(join(site.folder, page))), page]).sort((a, b) => a[0] - b[0]);
  const documents = pages.filter(([, page]) => KIND.test(page));
  const lists = pages.filter(([, page]) => !KIND.test(page) && !/^(print|single|help)\//.test(page));
  const describe = (own) => own.length && {
    count: own.length, p50: kb(quantile(own, 0.5)[0]), p95: kb(quantile(own, 0.95)[0]), most: kb(own[own.length - 1][0]), largest: own[own.length - 1][1],
    p95_page: quantile(own, 0.95)[1], median_page: quantile(own, 0.5)[1],
  };
  const asset = (name) => (site.has(`assets/${name}`) ? kb(gzipped(readFileSync(join(site.folder, 'assets', name)))) : null);
  return {
    documents: describe(documents), lists: describe(lists),
    assets: Object.fromEntries(['keben.css', 'keben.js', 'search-page.js', 'search.js', 'print.css'].map((name) => [name, asset(name)])),
  };
}

/** The gates of the design (4.1) for bytes: what a site breaks. The document gates are those of the whole collection. */
export function overweight(found) {
  const faults = [];
  const gate = (what, value, limit) => { if (!(value <= limit)) faults.push(`${what}: ${value} KB, more than ${limit} KB`); };
  gate('document pages, median', found.documents.p50, 8);
  gate('document pages, 95 %', found.documents.p95, 14);
  gate('list pages, 95 %', found.lists.p95, 20);
  gate('assets/keben.css', found.assets['keben.css'], 5);
  gate('assets/keben.js', found.assets['keben.js'], 6);
  gate('assets/search-page.js', found.assets['search-page.js'], 5);
  return faults;
}

/** One load at 400 kbps and 400 ms on a processor a quarter as fast: what a reader waits for. */
async function load(browser, url) {
  const { context, page } = await openPage(browser, { viewport: { width: 360, height: 740 }, serviceWorkers: 'block' });
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  await devtools.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50000, uploadThroughput: 50000 });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.addInitScript(() => {
    window.vitals = { lcp: 0, cls: 0, tbt: 0, moved: [] };
    const watch = (type, each) => new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
    watch('largest-contentful-paint', (entry) => { window.vitals.lcp = entry.startTime; });
    watch('layout-shift', (entry) => { 
      if (entry.hadRecentInput) return;
      window.vitals.cls += entry.value;
      window.vitals.moved.push(...(entry.sources || []).map((s) => s.node && `${s.node.nodeName}.${s.node.className || ''} ${(s.node.textContent || '').trim().slice(0, 16)}`));
    });
    watch('longtask', (entry) => { window.vitals.tbt += Math.max(0, entry.duration - 50); });
  });
  const hosts = new Set();
  let requests = 0;
  page.on('request', (request) => { if (!/^(data|blob):/.test(request.url())) { requests++; hosts.add(new URL(request.url()).host); } });
  await page.goto(url, { waitUntil: 'load', timeout: 60000 });
  await page.waitForTimeout(1200);
  const vitals = await page.evaluate(() => window.vitals);
  // As the page is sent: what scripts add later blocks nothing.
  const text = await (await fetch(url)).text();
  const before = 1 + [...text.matchAll(/<link [^>]*rel="?stylesheet[^>]*>|<script [^>]*src=[^>]*>/g)].filter(([tag]) => !/media="?print|\s(defer|async)\b/.test(tag)).length;
  await context.close();
  return { ...vitals, requests, hosts: hosts.size, before };
}

/** Median of several loads; CLS is the worst of them. */
export async function speed(browser, url, runs = 5) {
  const all = [];
  for (let run = 0; run < runs; run++) all.push(await load(browser, url));
  const median = (name) => Math.round(quantile(all.map((one) => one[name]).sort((a, b) => a - b), 0.5));
  return {
    lcp: median('lcp'), tbt: median('tbt'), cls: Math.round(Math.max(...all.map((one) => one.cls)) * 10000) / 10000,
    moved: [...new Set(all.flatMap((one) => one.moved))].slice(0, 3),
    requests: all[0].requests, hosts: all[0].hosts, before: all[0].before,
  };
}
/** The gates of the design (4.1) for time; `most` is 2,000 ms for LCP, 2,500 where the server does not compress. */
export function slow(what, found, most = 2000) {
  const faults = [];
  if (found.lcp > most) faults.push(`${what}: LCP ${found.lcp} ms, more than ${most}`);
  if (found.lcp === 0) faults.push(`${what}: no LCP was measured`);
  if (found.tbt > 200) faults.push(`${what}: TBT ${found.tbt} ms, more than 200`);
  if (found.cls > 0) faults.push(`${what}: CLS ${found.cls}, ${found.moved.join('; ')}`);
  if (found.hosts !== 1) faults.push(`${what}: ${found.hosts} hosts`);
  if (found.before > 2) faults.push(`${what}: ${found.before} requests before the text`);
  return faults;
}

/** The pages whose speed is told: front page, the documents at 50 % and 95 % by weight, the coverage tables, a list, search. */
export function timed(site, found) {
  return [...new Set(['index.html', found.documents.median_page, found.documents.p95_page, 'coverage.html', 'courses/index.html', 'search.html'])].filter((page) => page && site.has(page));
}

/** Scores of Lighthouse, when it is installed beside these tests or named by KEBEN_LIGHTHOUSE (the folder of the package). */
export async function lighthouse() {
  try {
    const where = process.env.KEBEN_LIGHTHOUSE ? new URL(`file://${process.env.KEBEN_LIGHTHOUSE.replace(/\/$/, '')}/core/index.js`).href : 'lighthouse';
    return (await import(where)).default;
  } catch {
    return null;
  }
}
export async function scores(run, port, url) {
  const { lhr } = await run(url, { port, output: 'json', logLevel: 'error', onlyCategories: ['performance', 'accessibility', 'best-practices'] });
  const score = (name) => Math.round(lhr.categories[name].score * 100);
  const failed = Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode === 'binary').map((audit) => audit.id);
  return { performance: score('performance'), accessibility: score('accessibility'), best_practices: score('best-practices'), failed };
}
