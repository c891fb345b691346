// Engine `keben`: the search client of the site, in node, with its files read from the folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { kebenPart, withCosts } from './cost.mjs';
import { CLIENT, idsOfHits } from './site.mjs';

export async function run(site, queries, { limit }) {
  const script = scripts(site.root);
  /** A client that has loaded nothing; `taken` gives and forgets the paths it has loaded. */
  const open = () => {
    let loaded = [CLIENT];
    const page = {
      atob, btoa, TextDecoder, TextEncoder, Response, Blob, DecompressionStream, URL,
      setTimeout, clearTimeout, queueMicrotask, performance,
    };
    page.window = page.self = page;
    page.KB = {
      loader: async (path) => {
        script(`search/${path}`).runInContext(context);
        loaded.push(`search/${path}`);
      },
    };
    const context = vm.createContext(page);
    script(CLIENT).runInContext(context);
    return {
      search: (text) => page.keben.search(text, { limit }),
      taken: () => {
        const paths = loaded;
        loaded = [];
        return paths;
      },
    };
  };
  const ask = async (client, text) => {
    const answer = await client.search(text);
    return { ids: idsOfHits(site, answer.hits), partial: !!answer.partial, loaded: client.taken() };
  };

  const session = open(), warm = [], cold = [];
  for (const { text } of queries) warm.push(await ask(session, text));
  for (const { text } of queries) cold.push(await ask(open(), text));
  return { ...withCosts({ warm, cold }, kebenPart, site.root), about: `the client of the site in node ${process.version}` };
}

/** Compiled scripts of the site, kept: a new client for every query runs the same ones. */
function scripts(root) {
  const known = new Map();
  return (path) => {
    if (!known.has(path)) known.set(path, new vm.Script(readFileSync(join(root, path), 'utf8'), { filename: path }));
    return known.get(path);
  };
}
