// A file server on the loopback that compresses as common servers do, and remembers what was asked for.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json', '.svg': 'image/svg+xml', '.png': 'image/png', '.jpg': 'image/jpeg',
};

/**
 * {base, taken, close}; `taken` gives and forgets the paths of the files sent since it was last called. Files of
 * `folders` are compressed before the first request, so that no measured time holds it.
 */
export async function serve(root, folders = []) {
  const ready = new Map();
  const response = (path) => {
    if (!ready.has(path)) {
      const content = readFileSync(join(root, path)), packed = gzipSync(content, { level: 6 });
      const headers = { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'cache-control': 'max-age=3600' };
      ready.set(path, packed.length < content.length
        ? { headers: { ...headers, 'content-encoding': 'gzip' }, body: packed }
        : { headers, body: content });
    }
    return ready.get(path);
  };
  for (const folder of folders) {
    for (const name of readdirSync(join(root, folder), { recursive: true })) {
      if (statSync(join(root, folder, name)).isFile()) response(`${folder}/${name.split(sep).join('/')}`);
    }
  }
  let sent = [];
  const server = createServer((request, reply) => {
    try {
      const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname)).split(sep).join('/').replace(/^\/+/, '');
      const { headers, body } = response(path === '' || path.endsWith('/') ? `${path}index.html` : path);
      sent.push(path);
      reply.writeHead(200, headers).end(body);
    } catch {
      reply.writeHead(404, { 'content-type': TYPES['.html'] }).end('<!doctype html><title>404</title>');
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    base: `http://127.0.0.1:${server.address().port}/`,
    taken: () => {
      const paths = sent;
      sent = [];
      return paths;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(closed));
    },
  };
}
