// A built site: its files and its document pages.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError } from './errors.mjs';

export const CLIENT = 'assets/search.js';

/** {root, documents: Map from id to the path of its page}; an InputError if it is no site with a search. */
export function openSite(folder) {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) throw new InputError(`${folder}: there is no such folder`);
  for (const file of ['search/kb.js', CLIENT, 'search.html']) {
    if (!existsSync(join(root, file))) throw new InputError(`${folder} holds no search index (${file} is missing): build it with keben build, without --no-search`);
  }
  const documents = documentPages(root);
  if (!documents.size) throw new InputError(`${folder} holds no document pages`);
  return { root, documents };
}

/**
 * The page of a document is <kind>s/<name>.html and has its text in an <article>, or a notice that the document was
 * withdrawn; the lists and the indexes beside it have neither.
 */
function documentPages(root) {
  const documents = new Map();
  for (const folder of readdirSync(root, { withFileTypes: true })) {
    if (!folder.isDirectory() || !folder.name.endsWith('s')) continue;
    for (const file of readdirSync(join(root, folder.name))) {
      if (!file.endsWith('.html') || file === 'index.html') continue;
      const path = `${folder.name}/${file}`;
      if (/<article|<p class="notice">[^<]*<\/p>\s*<dl class="facts doc">/.test(readFileSync(join(root, path), 'utf8'))) documents.set(idOfPage(path), path);
    }
  }
  return documents;
}

/** readings/law.html → reading/law */
export function idOfPage(path) {
  const [folder, file] = path.split('/');
  return `${folder.slice(0, -1)}/${file.slice(0, -'.html'.length)}`;
}

/** The ids of hits as a keben client or command gives them; each must lead to its page. */
export function idsOfHits(site, hits) {
  return hits.map(({ id, url }) => {
    if (site.documents.get(id) !== url) throw new Error(`the hit ${id} leads to ${url}, which is not its page`);
    return id;
  });
}
