// Answers queries with the browser client, in node: `node parity.mjs SEARCH_JS PACK_DIR [--inflate]`.
// PACK_DIR is the folder that holds kb.js. Each line of stdin is a query, {"text": "…", "facets": {"kind": ["course"]},
// "limit": 20, "offset": 0}, or {"terms": "…"} to see what the analyzer makes of a text; each line of stdout is the
// answer as JSON. With --inflate the client uses its own inflate instead of DecompressionStream.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';

const [client, pack, flag] = process.argv.slice(2);
const page = {
  atob, TextDecoder, TextEncoder, Response, Blob,
  DecompressionStream: flag === '--inflate' ? undefined : globalThis.DecompressionStream,
};
page.window = page;
page.KB = {
  loader: async (path) => {
    vm.runInContext(readFileSync(join(pack, path), 'utf8'), context, { filename: path });
  },
};
const context = vm.createContext(page);
vm.runInContext(readFileSync(client, 'utf8'), context, { filename: 'search.js' });

for (const line of readFileSync(0, 'utf8').split('\n')) {
  if (!line.trim()) continue;
  const query = JSON.parse(line);
  try {
    const answer = query.terms === undefined ? await page.keben.search(query.text, query) : page.KB.terms(query.terms);
    console.log(JSON.stringify(answer));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}
console.error(JSON.stringify(page.keben.stats()));
