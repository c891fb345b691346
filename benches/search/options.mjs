// The command line.
import { InputError } from './errors.mjs';
import { CUTOFF } from './metrics.mjs';

export const ENGINES = ['keben', 'keben-chromium', 'pagefind', 'command'];

export const USAGE = `Usage: benches/search-eval [OPTIONS] SITE JUDGED.tsv…
       benches/search-eval --self-test

Measures the quality and the cost of a search over judged queries.

SITE     a built site, such as public/
JUDGED   lines of type, query, documents of grade 2, documents of grade 1 (both separated by |; the last may be
         missing), separated by tabs; lines that begin with # are comments

Options:
  --map FILE            lines of id and source path: documents may be named by source path too
  --engine NAME,…       keben (default): the client of the site, in node
                        keben-chromium: the search page of the site, in Chromium, with times
                        pagefind: Pagefind over the same document pages, in Chromium, with times
                        command: keben search (KEBEN, or target/release/keben); quality only
                        With several, each is compared with the first.
  --scheme http|file    how keben-chromium opens the site (default http)
  --limit N             hits asked for, with their excerpts (default and least ${CUTOFF})
  --leave-one-type-out  also nDCG and MRR of all other types, for every type
  --per-query FILE      write a line for every query and engine (tab-separated)
  --json FILE           write everything as JSON
  --against FILE        compare with an earlier --json, query by query
  --allow-unknown       leave out judged documents that the site does not have, rather than stop
  --no-times            do not measure times (keben-chromium, pagefind)
  --node-modules DIR    where playwright-core and pagefind are installed; may be repeated
  --work DIR            where they are installed otherwise, by npm (default ~/.cache/keben-search-eval)
  --self-test           check the arithmetic and the reading of files, and do nothing else
  -h, --help            print this

KEBEN_CHROMIUM or CHROMIUM names the browser. Exit code: 0; 1 if an engine fails; 2 if the input is at fault.`;

const FLAGS = {
  '--leave-one-type-out': 'leaveOneTypeOut', '--allow-unknown': 'allowUnknown', '--no-times': 'noTimes',
  '--self-test': 'selfTest', '--help': 'help', '-h': 'help',
};
const VALUES = {
  '--map': 'map', '--engine': 'engines', '--scheme': 'scheme', '--limit': 'limit', '--per-query': 'perQuery',
  '--json': 'json', '--against': 'against', '--node-modules': 'nodeModules', '--work': 'work',
};

export function parseOptions(args) {
  const options = { engines: ['keben'], scheme: 'http', limit: CUTOFF, nodeModules: [], judged: [] };
  const operands = [];
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = args[i].startsWith('--') && args[i].includes('=') ? splitOnce(args[i], '=') : [args[i]];
    if (FLAGS[name]) {
      if (inline !== undefined) throw new InputError(`${name} takes no value`);
      options[FLAGS[name]] = true;
    } else if (VALUES[name]) {
      const value = inline ?? args[++i];
      if (!value || (inline === undefined && value.startsWith('--'))) throw new InputError(`${name} needs a value`);
      if (name === '--node-modules') options.nodeModules.push(value);
      else options[VALUES[name]] = value;
    } else if (name.startsWith('-')) {
      throw new InputError(`unknown option ${name}; --help lists the options`);
    } else {
      operands.push(args[i]);
    }
  }
  if (options.help || options.selfTest) return options;
  return check({ ...options, site: operands[0], judged: operands.slice(1) });
}

function check(options) {
  if (!options.site || !options.judged.length) throw new InputError('SITE and JUDGED.tsv are needed; --help says more');
  if (typeof options.engines === 'string') options.engines = [...new Set(options.engines.split(','))];
  for (const engine of options.engines) {
    if (!ENGINES.includes(engine)) throw new InputError(`unknown engine ${JSON.stringify(engine)}: there are ${ENGINES.join(', ')}`);
  }
  if (!['http', 'file'].includes(options.scheme)) throw new InputError(`--scheme is http or file, not ${JSON.stringify(options.scheme)}`);
  if (options.scheme === 'file' && options.engines.includes('pagefind')) {
    throw new InputError('Pagefind works over http only: leave out --scheme file');
  }
  options.limit = Number(options.limit);
  // Fewer hits than the cutoff of nDCG and recall would lower both without saying so.
  if (!Number.isInteger(options.limit) || options.limit < CUTOFF || options.limit > 1000) {
    throw new InputError(`--limit is a whole number from ${CUTOFF} to 1000`);
  }
  return options;
}

function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
}
