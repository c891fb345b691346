// What a query loads: requests and bytes, by what the files are for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { summary } from './metrics.mjs';

/** In the order in which a client comes to need them. */
export const PARTS = ['client', 'manifest', 'tables', 'shards', 'texts', 'other'];

/** The part of the search that a file of a keben site belongs to; null for the page around it. */
export function kebenPart(path) {
  if (/^assets\/search[^/]*\.js$/.test(path)) return 'client';
  if (path === 'search/kb.js') return 'manifest';
  return { d: 'tables', s: 'shards', t: 'shards', x: 'texts' }[/^search\/([dstx])\//.exec(path)?.[1]] ?? (path.startsWith('search/') ? 'other' : null);
}

/** The same for Pagefind's files: its metadata is the manifest, its filters the tables, its fragments the texts. */
export function pagefindPart(path) {
  if (!path.startsWith('pagefind/')) return null;
  if (/\.js$|wasm/.test(path)) return 'client';
  if (/\.pf_meta$|pagefind-entry\.json$/.test(path)) return 'manifest';
  if (/\.pf_filter$/.test(path)) return 'tables';
  if (/\.pf_index$/.test(path)) return 'shards';
  return /\.pf_fragment$/.test(path) ? 'texts' : 'other';
}

/** Sizes of files under `root`: {raw, gzip}, gzip being what a server that compresses at level 6 sends. */
function weigher(root) {
  const known = new Map();
  return (path) => {
    if (!known.has(path)) {
      const content = readFileSync(join(root, path));
      // A server leaves alone what is compressed already.
      known.set(path, { raw: content.length, gzip: Math.min(content.length, gzipSync(content, { level: 6 }).length) });
    }
    return known.get(path);
  };
}

const none = () => ({ requests: 0, gzip: 0, raw: 0 });
function add(to, what) {
  for (const measure of Object.keys(to)) to[measure] += what[measure];
}

/** What one query loaded, by part, with the total and the total without texts. */
export function costOf(paths, partOf, weigh) {
  const cost = Object.fromEntries([...PARTS, 'total', 'total without texts'].map((part) => [part, none()]));
  for (const path of paths) {
    const part = partOf(path);
    if (!part) continue;
    const own = { requests: 1, ...weigh(path) };
    add(cost[part], own);
    add(cost.total, own);
    if (part !== 'texts') add(cost['total without texts'], own);
  }
  return cost;
}

/** The answers of an engine, warm and cold, each with the cost of the files under `root` that it loaded. */
export function withCosts(measured, partOf, root) {
  const weigh = weigher(root);
  const weighed = (answers) => answers.map(({ loaded, ...answer }) => ({ ...answer, cost: costOf(loaded, partOf, weigh) }));
  return { ...measured, warm: weighed(measured.warm), cold: weighed(measured.cold) };
}

/** Costs of queries as {part: {measure: {mean, median, p90, max}}}. */
export function summarizeCosts(costs) {
  return Object.fromEntries(Object.keys(costs[0]).map((part) => [
    part,
    Object.fromEntries(Object.keys(none()).map((measure) => [measure, summary(costs.map((cost) => cost[part][measure]))])),
  ]));
}
