// Checks a built site in Chromium: `node run.mjs SITE [ANSWERS NARROWED ASKED] [--only PATTERN] [--baseline DIR]`. SITE is the
// output folder of the starter; ANSWERS a JSON list of what `keben search --format json` says to each query, NARROWED one of
// {query, facets, sort, answer}, ASKED one of {query, answer}. Without the three, what needs them is left out and said to be.
// Prints a line per check, then A1 to A22, then what ran; ends with 1 if a check fails. README.md says what each checks.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, openPage } from './browser.mjs';
import { runAll } from './report.mjs';
import { Site, fileBase, serve } from './site.mjs';

const names = process.argv.slice(2);
const option = (name) => {
  const at = names.indexOf(name);
  return at < 0 ? undefined : names.splice(at, 2)[1];
};
const only = option('--only');
const baseline = option('--baseline');
const [folder, ...given] = names;
const [answers, narrowed, asked] = given.map((path) => JSON.parse(readFileSync(path, 'utf8')));
const artifacts = join(fileURLToPath(new URL('.', import.meta.url)), 'artifacts');
mkdirSync(artifacts, { recursive: true });

const start = Date.now();
const site = new Site(folder);
const server = await serve(folder);
const browser = await launch();
const full = process.env.KEBEN_BROWSER_FULL === '1';
const kit = {
  site, server, browser, artifacts, baseline, full, answers: answers ?? [], narrowed, asked,
  bases: { file: fileBase(folder), http: server.base }, open: (options) => openPage(browser, options),
};
console.log(`Chromium ${browser.version()}, ${site.pages.length} pages of ${site.kinds.size} kinds, ${site.screens(full).length} screens`);

const concerns = ['layout', 'axe', 'keyboard', 'reach', 'type', 'html', 'figures', 'worker', 'print', 'shots', 'hostile'];
for (const concern of answers ? [...concerns, 'search'] : concerns) (await import(`./checks/${concern}.mjs`)).default(kit);
const failures = await runAll({ only, lanes: Number(process.env.KEBEN_BROWSER_LANES) || 3 });

await browser.close();
server.close();
console.log(`${failures ? `${failures} checks failed` : 'All checks hold'}${answers ? '' : ' (without the search answers of the command: checks of the search page did not run)'}, ${((Date.now() - start) / 1000).toFixed(0)} s.`);
process.exit(failures ? 1 : 0);
