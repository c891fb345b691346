// The site in old engines: `node engines.mjs SITE [83 92 108]`. Fetches Chromium 83, 92 and 108 inside npm packages into a
// cache folder (KEBEN_ENGINES, else keben-engines below the user's cache), opens pages over file:// and http at 320 and
// 1,280 px, and compares what the search finds with the Chromium of the system. Ends with 1 if an engine complains, a
// page is too wide, or an id differs. Open own pages only: these browsers are old and run without a sandbox.
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { Site, fileBase, serve } from './site.mjs';

/** Version to package, and the driver that still speaks to it. */
const ENGINES = {
  83: { name: 'chrome-aws-lambda', version: '3.1.1', driver: '1.20.2' },
  92: { name: '@sparticuz/chromium', version: '92.0.0', driver: '1.20.2' },
  108: { name: '@sparticuz/chromium', version: '108.0.3', driver: '1.65.1' },
};
const QUERIES = ['八八战略', '民法典', '学习', 'bbzl', '八八戰略', '枫桥经验', '两山', '课程 案例'];

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error('node engines.mjs SITE [83 92 108]');
const cache = process.env.KEBEN_ENGINES || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'keben-engines');

function fetchPackage(name, version) {
  const where = join(cache, `${name.replace(/\W+/g, '-')}-${version}`);
  if (!existsSync(join(where, 'node_modules', name))) {
    mkdirSync(where, { recursive: true });
    execFileSync('npm', ['install', '--prefix', where, '--no-save', '--ignore-scripts', '--omit=optional', '--omit=peer', '--legacy-peer-deps', '--no-audit', '--no-fund', `${name}@${version}`], { stdio: 'inherit' });
  }
  return join(where, 'node_modules', name);
}
async function unpack(from, to) {
  if (existsSync(to)) return;
  await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(`${to}.part`, { mode: 0o755 }));
  execFileSync('mv', [`${to}.part`, to]);
}
/** The browser of a package, with the libraries that it brings. */
async function engine({ name, version }) {
  const bin = join(fetchPackage(name, version), 'bin');
  const browser = join(bin, 'chromium');
  await unpack(join(bin, 'chromium.br'), browser);
  const libraries = join(bin, 'libraries');
  for (const tar of readdirSync(bin).filter((file) => /^(aws|al2|swiftshader)\.tar\.br$/.test(file))) {
    const plain = join(bin, tar.replace(/\.br$/, ''));
    if (existsSync(plain)) continue;
    await unpack(join(bin, tar), plain);
    mkdirSync(libraries, { recursive: true });
    try {
      execFileSync('tar', ['-xf', plain, '-C', libraries]);
    } catch (error) {
      rmSync(plain);
      throw error;
    }
  }
  return { browser, libraries: [join(libraries, 'lib'), libraries].join(':') };
}

const site = new Site(folder);
const server = await serve(folder);
const bases = { file: fileBase(folder), http: server.base };
const screens = [...new Set(['index.html', ...site.framed()])];
const failed = [];

async function visit(label, chromium, launch) {
  const said = { version: '', faults: [], ids: {} };
  for (const [scheme, base] of Object.entries(bases)) {
    // A browser for each, because in one process closing a context ends it.
    const browser = await chromium.launch(launch);
    said.version = browser.version();
    try {
      const context = await browser.newContext({ viewport: { width: 320, height: 740 } });
      const page = await context.newPage();
      page.on('pageerror', (error) => said.faults.push(`${scheme}: ${page.url().slice(base.length)}: ${error.message}`));
      for (const screen of screens) {
        await page.goto(base + screen);
        for (const width of [320, 1280]) {
          await page.setViewportSize({ width, height: 740 });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          if (over) said.faults.push(`${scheme}: ${screen} is ${over} px too wide at ${width} px`);
        }
      }
      await page.goto(`${base}search.html?q=${encodeURIComponent(QUERIES[0])}`);
      await page.waitForSelector('#hits li', { timeout: 20000 });
      said.ids[scheme] = JSON.stringify(await page.evaluate(async (queries) => {
        const out = [];
        for (const query of queries) out.push([query, (await window.keben.search(query, { limit: 20 })).hits.map((h) => h.id), (await window.keben.suggest(query, 8)).map((s) => s.url || s.value)]);
        return out;
      }, QUERIES));
      // The dialog where it is, and the settings, by the keys that readers use.
      await page.goto(base + site.one('courses'));
      await page.keyboard.press('/');
      await page.waitForTimeout(600);
      const open = await page.evaluate(() => {
        const dialog = document.querySelector('dialog[open]');
        return dialog ? dialog.contains(document.activeElement) : location.pathname.endsWith('/search.html');
      });
      if (!open) said.faults.push(`${scheme}: “/” opens neither the dialog nor the search page`);
    } catch (error) {
      said.faults.push(`${scheme}: ${String(error.message ?? error).slice(0, 400)}`);
    } finally {
      await Promise.race([browser.close().catch(() => null), new Promise((done) => setTimeout(done, 5000))]);
    }
  }
  console.log(`Chromium ${label} (${said.version}): ${screens.length} pages over file:// and http, ${said.faults.length ? `${said.faults.length} faults\n  ${said.faults.slice(0, 15).join('\n  ')}` : 'no fault'}`);
  if (said.faults.length) failed.push(label);
  return said.ids;
}

const { chromium } = createRequire(import.meta.url)('playwright-core');
const today = await visit('of the system', chromium, { executablePath: process.env.KEBEN_CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const number of wanted.length ? wanted : Object.keys(ENGINES)) {
  const one = ENGINES[number];
  if (!one) throw new Error(`no engine ${number}; there are ${Object.keys(ENGINES).join(', ')}`);
  try {
    const { browser, libraries } = await engine(one);
    const driver = one.driver === '1.65.1' ? chromium : (await import(pathToFileURL(join(fetchPackage('playwright-core', one.driver), 'index.js')).href)).default.chromium;
    const ids = await visit(number, driver, {
      executablePath: browser, timeout: 60000, env: { ...process.env, LD_LIBRARY_PATH: libraries },
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--single-process', '--no-zygote', '--headless'],
    });
    for (const scheme of Object.keys(bases)) {
      if (ids[scheme] !== today.http) {
        console.log(`  ${scheme}: other ids than the Chromium of the system over http\n    ${ids[scheme]?.slice(0, 300)}\n    ${today.http?.slice(0, 300)}`);
        failed.push(number);
      }
    }
  } catch (error) {
    console.log(`Chromium ${number}: ${String(error.message ?? error).slice(0, 600)}`);
    failed.push(number);
  }
}
server.close();
console.log(failed.length ? `Failed: ${[...new Set(failed)].join(', ')}` : `The same ids of ${QUERIES.length} queries in every engine, over file:// and http.`);
process.exit(failed.length ? 1 : 0);
