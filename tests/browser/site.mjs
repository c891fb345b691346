// A built site on disk: its pages, what kind each is, and a server for it.
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { extname, join, normalize, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Folders with one page per document. */
const documents = ['courses', 'readings', 'reading-lists', 'cases', 'bases', 'programmes', 'institutions', 'teachers', 'terms', 'articles', 'modules'];

const types = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg', '.webp': 'image/webp',
};

/** The kind of a page, from its path. What a page is made of (a tombstone, a redirect) is told from its text. */
function kindOf(path, text) {
  if (/<meta http-equiv="refresh"/.test(text)) return 'redirect';
  const parts = path.replace(/\.html$/, '').split('/');
  if (parts.length === 1) return parts[0];
  const last = parts[parts.length - 1];
  if (parts[0] === 'all') return 'all';
  if (parts[0] === 'single') return `single ${last.split('-')[0]}`;
  if (parts[0] === 'print') return 'print';
  if (parts[0] === 'help') return last === 'index' ? 'help index' : 'help';
  if (parts[0] === 'facets') return parts.length === 2 ? 'facets' : last === 'index' ? 'facet' : /-page-\d+$/.test(last) ? 'facet value, page' : 'facet value';
  if (last === 'index') return `${parts[0]} index`;
  if (/^page-\d+$/.test(last)) return `${parts[0]} index, page`;
  return parts[0];
}

export class Site {
  constructor(folder) {
    this.folder = folder;
    this.files = walk(folder, folder).sort();
    this.pages = this.files.filter((path) => path.endsWith('.html'));
    this.kinds = new Map();
    for (const page of this.pages) {
      const kind = kindOf(page, this.text(page).slice(0, 1500));
      if (!this.kinds.has(kind)) this.kinds.set(kind, []);
      this.kinds.get(kind).push(page);
    }
    for (const own of this.kinds.values()) own.sort((a, b) => this.size(b) - this.size(a));
  }

  text(path) { return readFileSync(join(this.folder, path), 'utf8'); }
  has(path) { return this.files.includes(path); }
  size(path) { return statSync(join(this.folder, path)).size; }

  /** The largest page of every kind, the pages of documents with the most cells, notes, pictures and links, and with
      `more` also the median page. Redirects lead away, so they are no screens. */
  screens(more = false) {
    const found = new Set();
    for (const [kind, own] of this.kinds) {
      if (kind === 'redirect') continue;
      found.add(own[0]);
      if (more) found.add(own[own.length >> 1]);
    }
    const bodies = documents.flatMap((kind) => this.kinds.get(kind) ?? []);
    for (const sign of [/<th\b/g, /class="fnref/g, /<img\b/g, /<em\b/g, /class="gap"/g, /class="notice"/g]) {
      const count = (page) => (this.text(page).match(sign) ?? []).length;
      const best = bodies.map((page) => [count(page), page]).sort((a, b) => b[0] - a[0])[0];
      if (best && best[0]) found.add(best[1]);
    }
    return [...found].sort();
  }

  /** The screens that have header, main and footer of the site: not the bare 404 and single files. */
  framed(more = false) {
    return this.screens(more).filter((page) => /<header class="top"/.test(this.text(page)));
  }

  /** The first page of a kind, the largest; fails with its name when the site has none. */
  one(kind) {
    const own = this.kinds.get(kind);
    if (!own) throw new Error(`the site has no page of the kind “${kind}”`);
    return own[0];
  }
}

function walk(folder, root) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path, root) : [relative(root, path).replaceAll('\\', '/')];
  });
}

/** Serves a folder on the loopback address, compressed if `gzip` says so. `down` cuts every connection, `change(path, bytes)`
    may answer otherwise. */
export async function serve(folder, { gzip = true } = {}) {
  const state = { down: false, change: null, requests: [] };
  const packed = new Map();
  // A reader's server may take less than this header; that pages ask for less is a check of its own.
  const server = createServer({ maxHeaderSize: 65536 }, (request, response) => {
    if (state.down) return request.socket.destroy();
    let path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
    if (path.endsWith('/')) path += 'index.html';
    state.requests.push(path);
    try {
      let bytes = readFileSync(join(folder, path));
      if (state.change) bytes = state.change(path, bytes) ?? bytes;
      const head = { 'content-type': types[extname(path)] ?? 'application/octet-stream' };
      if (gzip && /\.(html|css|js|json|svg)$/.test(path) && /gzip/.test(request.headers['accept-encoding'] ?? '')) {
        if (state.change || !packed.has(path)) packed.set(path, gzipSync(bytes));
        bytes = packed.get(path);
        head['content-encoding'] = 'gzip';
      }
      response.writeHead(200, head);
      response.end(bytes);
    } catch {
      response.writeHead(404, { 'content-type': types['.html'] });
      response.end('<!doctype html><title>404</title>');
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address();
  return Object.assign(state, { base: `http://127.0.0.1:${port}/`, port, close: () => { server.closeAllConnections(); server.close(); } });
}

export function fileBase(folder) {
  return `${pathToFileURL(folder).href}/`;
}
