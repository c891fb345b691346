// Judged queries and the map from ids to source paths.
import { readFileSync } from 'node:fs';
import { InputError } from './errors.mjs';

const NAMED = 10;

function linesOf(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`${path} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`);
  }
  return text.replace(/^\uFEFF/, '').split(/\r?\n/);
}

/** A Map from source path to id. */
export function readMap(path) {
  const ids = new Map();
  linesOf(path).forEach((line, at) => {
    if (!line || line.startsWith('#')) return;
    const fields = line.split('\t');
    if (fields.length !== 2 || !fields[0] || !fields[1]) throw new InputError(`${path}:${at + 1}: expected an id, a tab and a path`);
    if (ids.has(fields[1])) throw new InputError(`${path}:${at + 1}: ${fields[1]} occurs twice`);
    ids.set(fields[1], fields[0]);
  });
  if (!ids.size) throw new InputError(`${path} maps nothing`);
  return ids;
}

/**
 * The queries of judged files as [{type, text, grades}], with the names in them of documents that are not among
 * `documents` (a collection with `has`), which have no grade. `ids` maps source paths to ids.
 */
export function readJudged(paths, documents, ids = new Map()) {
  const queries = [], unknown = new Set(), seen = new Set();
  for (const path of paths) {
    linesOf(path).forEach((line, at) => {
      if (!line.trim() || line.startsWith('#')) return;
      const fault = (what) => new InputError(`${path}:${at + 1}: ${what}`);
      const fields = line.split('\t').map((field) => field.trim());
      if (fields.length < 3 || fields.length > 4) throw fault(`expected 3 or 4 fields separated by tabs, found ${fields.length}`);
      const [type, text, ...graded] = fields;
      if (!type) throw fault('the type is empty');
      if (!text) throw fault('the query is empty');
      if (!graded.some(Boolean)) throw fault('no document is named');
      if (seen.has(`${type}\t${text}`)) throw fault(`the query ${text} of type ${type} occurs twice`);
      seen.add(`${type}\t${text}`);
      const grades = new Map();
      graded.forEach((field, column) => {
        for (const name of field.split('|').map((part) => part.trim()).filter(Boolean)) {
          const id = documents.has(name) ? name : ids.get(name);
          if (!id || !documents.has(id)) unknown.add(name);
          else if (grades.has(id)) throw fault(`${name} is named twice`);
          else grades.set(id, 2 - column);
        }
      });
      queries.push({ type, text, grades });
    });
  }
  if (!queries.length) throw new InputError(`${paths.join(', ')}: no judged query`);
  return { queries, unknown: [...unknown] };
}

/** A message that names some of the unknown documents. */
export function describeUnknown(unknown) {
  const named = unknown.slice(0, NAMED).map((name) => `  ${name}`), more = unknown.length - named.length;
  if (more) named.push(`  and ${more} more`);
  return [`${unknown.length} judged documents are not in the site:`, ...named].join('\n');
}
