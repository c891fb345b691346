// Checks reading without a connection (A18): `node offline.mjs SITE NEWER STOPPED`, three output folders: a site, the same
// site after a change, and the same with `offline: false`. Serves them under one address and takes the server away.
// Prints a line per check and ends with 1 if one fails. KEBEN_CHROMIUM names the browser, KEBEN_PLAYWRIGHT another
// playwright-core (1.20 drives Chromium 83 to 92), KEBEN_CHROMIUM_ARGS more arguments.
import { createServer } from 'node:http';
import { readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { createRequire } from 'node:module';

const { chromium } = createRequire(import.meta.url)(process.env.KEBEN_PLAYWRIGHT ?? 'playwright-core');
const [site, newer, stopped] = process.argv.slice(2);
const PREFIX = '/a/b/';
let shown = site, online = true, silent = false;
const waiting = [];
const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json' };
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
  if (!online) return request.socket.destroy();
  if (silent && path.endsWith('.html')) return waiting.push(request.socket);
  let file = join(shown, normalize(path.startsWith(PREFIX) ? path.slice(PREFIX.length) : 'none'));
  try {
    if (statSync(file).isDirectory()) file = join(file, 'index.html');
    const bytes = readFileSync(file);
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-cache' }).end(bytes);
  } catch {
    response.writeHead(404).end('none');
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://localhost:${server.address().port}${PREFIX}`;
let failures = 0;
async function check(name, work) {
  try {
    const note = await work();
    console.log(`ok    ${name}${note ? `: ${note}` : ''}`);
  } catch (error) {
    failures++;
    console.log(`FAIL  ${name}: ${String(error.message).slice(0, 600)}`);
  }
}
function assert(truth, message) {
  if (!truth) throw new Error(message);
}
const executablePath = process.env.KEBEN_CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...(process.env.KEBEN_CHROMIUM_ARGS ?? '').split(' ').filter(Boolean)] });
console.log(`Chromium ${browser.version()}`);
const context = await browser.newContext();
const page = await context.newPage();
const errors = [];
page.on('pageerror', (error) => errors.push(error.message));
const register = () => page.evaluate(async () => {
  const at = await navigator.serviceWorker.register('sw.js');
  await at.update();
  return at.scope;
});
const caches = () => page.evaluate(async () => {
  const out = {};
  for (const name of await window.caches.keys()) {
    const cache = await window.caches.open(name);
    out[name] = (await cache.keys()).map((request) => request.url);
  }
  return out;
});
const version = (folder) => readFileSync(join(folder, 'sw.js'), 'utf8').match(/VERSION = "(\w+)"/)?.[1];
/** Until the worker of this version governs the page. */
async function settled(test, what) {
  for (let n = 0; n < 100; n++) {
    if (await test()) return;
    await page.waitForTimeout(100);
  }
  throw new Error(`${what}: ${JSON.stringify(await page.evaluate(async () => [await window.caches.keys(), (await navigator.serviceWorker.getRegistrations()).map((r) => [r.installing, r.waiting, r.active].map((w) => w && w.state))]))}`);
}
const ask = (message) => page.evaluate((message) => new Promise((done) => {
  const channel = new MessageChannel();
  channel.port1.onmessage = (event) => { if (event.data.of === undefined || event.data.done + event.data.failed === event.data.of) done(event.data) };
  navigator.serviceWorker.controller.postMessage(message, [channel.port2]);
}), message);

const course = 'courses/bb-overview.html', unread = 'courses/eco-two-mountains.html';
await check('the core is kept when the script is installed', async () => {
  await page.goto(`${base}index.html`);
  await register();
  await settled(async () => Object.keys(await caches()).some((name) => name.endsWith(version(site))) && page.evaluate(() => Boolean(navigator.serviceWorker.controller)), 'no worker');
  const [[name, kept]] = Object.entries(await caches());
  assert(name === `keben ${base} ${version(site)}`, name);
  for (const path of ['index.html', 'offline.html', 'search.html', 'assets/keben.css', 'assets/keben.js', 'search/kb.js']) assert(kept.includes(base + path), path);
  assert(!kept.some((path) => path.includes('_keben/')), kept.join());
  return `${kept.length} files`;
});
await check('_keben/, ranges and other methods go past it', async () => {
  const got = await page.evaluate(async () => [
    (await fetch('_keben/build.json')).status,
    (await fetch('assets/keben.css', { headers: { range: 'bytes=0-9' } })).status,
    (await fetch('nothing.html', { method: 'HEAD' })).status,
  ]);
  assert(got.join() === '200,200,404', got.join());
  assert(!JSON.stringify(await caches()).includes('_keben'), 'kept _keben/');
});
await check('a page that was read opens without a connection, with its sheet and its query', async () => {
  await page.goto(base + course);
  await settled(async () => JSON.stringify(await caches()).includes(course), 'not kept');
  online = false;
  await page.goto(`${base}${course}?q=x#h-1`);
  assert((await page.title()).length > 0 && page.url().includes('?q=x'), page.url());
  const border = await page.evaluate(() => getComputedStyle(document.querySelector('.top')).borderTopStyle);
  assert(border === 'solid', `sheet: ${border}`);
  await page.goto(base);
  assert(await page.locator('.cards').count() > 0, 'the folder shows the front page');
  await page.goto(`${base}search.html?q=x`);
  assert(await page.locator('#q').count() === 1, 'search');
});
await check('a page that was not read leads to offline.html', async () => {
  await page.goto(base + unread).catch(() => null);
  await page.waitForURL(`${base}offline.html`);
  assert(await page.locator('#storage').count() === 1, page.url());
});
await check('a silent network is given three seconds', async () => {
  online = true;
  silent = true;
  const start = Date.now();
  await page.goto(base + course);
  const took = Date.now() - start;
  silent = false;
  waiting.forEach((socket) => socket.destroy());
  assert(took >= 2900 && took < 8000, `${took} ms`);
  return `${took} ms`;
});
await check('a module is kept on purpose and outlasts versions', async () => {
  await page.goto(`${base}modules/eco.html`);
  const links = await page.evaluate(() => Array.from(document.querySelectorAll('main a[href]')).map((a) => a.href));
  const told = await ask({ keep: links });
  assert(told.failed === 0 && told.done > 3, JSON.stringify(told));
  shown = newer;
  await page.goto(`${base}index.html`);
  await register();
  await settled(async () => {
    const names = Object.keys(await caches());
    return names.some((name) => name.endsWith(version(newer))) && !names.some((name) => name.endsWith(version(site)));
  }, 'the old cache stays');
  const { kept } = await ask({ kept: true });
  assert(kept.includes(base + unread), kept.join());
  online = false;
  await page.goto(base + unread);
  assert(page.url() === base + unread, page.url());
  online = true;
  return `${told.done} pages`;
});
await check('a newer page takes the place of the one that was kept on purpose', async () => {
  await page.goto(base + unread);
  const now = (await page.content()).length;
  await page.waitForTimeout(500);
  const kept = await page.evaluate(async (url) => {
    const name = (await window.caches.keys()).find((name) => name.endsWith(' kept'));
    return (await (await (await window.caches.open(name)).match(url)).text());
  }, base + unread);
  assert(kept === readFileSync(join(newer, unread), 'utf8') && now > 0, 'the old page');
  const { kept: left } = await ask({ forget: true });
  assert(left.length === 0 && !Object.keys(await caches()).some((name) => name.endsWith(' kept')), 'not forgotten');
});
await check('offline: false takes everything back', async () => {
  shown = stopped;
  await page.goto(`${base}index.html`);
  await register().catch(() => null);
  await settled(async () => Object.keys(await caches()).length === 0 && page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length === 0), 'still there');
});
await check('no error in any page', async () => assert(errors.length === 0, errors.join('\n')));
await browser.close();
server.close();
server.closeAllConnections?.();
process.exit(failures ? 1 : 0);
