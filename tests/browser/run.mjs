// Checks a built site in Chromium: `node run.mjs SITE ANSWERS`. SITE is the output folder of the starter, ANSWERS a
// JSON list of what `keben search --format json` says to each query. Prints a line per check and ends with 1 if one
// fails. Screenshots go to `artifacts/` beside this file. KEBEN_CHROMIUM names the browser.
import { createServer } from 'node:http';
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { extname, join, normalize, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [site, answersPath] = process.argv.slice(2);
const answers = JSON.parse(readFileSync(answersPath, 'utf8'));
const artifacts = join(fileURLToPath(new URL('.', import.meta.url)), 'artifacts');
mkdirSync(artifacts, { recursive: true });

let failures = 0;
async function check(name, work) {
  try {
    const note = await work();
    console.log(`ok    ${name}${note ? `: ${note}` : ''}`);
  } catch (error) {
    failures++;
    console.log(`FAIL  ${name}: ${error.message}`);
  }
}
function assert(truth, message) {
  if (!truth) throw new Error(message);
}
/** JSON with sorted keys, to compare values. */
function canonical(value) {
  return JSON.stringify(value, (_, v) =>
    v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v);
}
function same(found, expected, what) {
  const [a, b] = [canonical(found), canonical(expected)];
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at++;
  throw new Error(`${what}: …${a.slice(Math.max(0, at - 40), at + 80)}… and not …${b.slice(Math.max(0, at - 40), at + 80)}…`);
}

/** Every page below a folder of the site, as paths from its root. */
function walk(folder = site) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return entry.name.endsWith('.html') ? [relative(site, path).replaceAll('\\', '/')] : [];
  }).sort();
}
const all = walk();
const size = (page) => statSync(join(site, page)).size;
/** The largest page of every kind, and every page that is one of its sort. */
const kinds = ['courses', 'readings', 'reading-lists', 'cases', 'bases', 'programmes', 'institutions', 'teachers', 'terms', 'articles', 'modules'];
const ofKind = (kind) => all.filter((page) => page.startsWith(`${kind}/`) && !page.endsWith('/index.html')).sort((a, b) => size(b) - size(a))[0];
const screens = [
  'index.html', 'search.html', '404.html', 'required.html', 'modules/index.html', 'courses/index.html', 'facets/index.html',
  ...kinds.map(ofKind).filter(Boolean), all.find((page) => /^facets\/[^/]+\/(?!index)/.test(page)),
].filter((page) => page && all.includes(page));

const types = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.json': 'application/json' };
const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://x').pathname));
  try {
    const file = join(site, path.endsWith('/') ? `${path}index.html` : path);
    const bytes = readFileSync(file);
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(bytes);
  } catch {
    response.writeHead(404, { 'content-type': types['.html'] });
    response.end('<!doctype html><title>404</title>');
  }
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const bases = { file: `${pathToFileURL(site).href}/`, http: `http://127.0.0.1:${server.address().port}/` };

const browser = await chromium.launch({
  executablePath: process.env.KEBEN_CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
console.log(`Chromium ${browser.version()}, ${all.length} pages, ${screens.length} screens`);

/** What went wrong on any page since it was last asked. */
const complaints = [];
async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`);
  });
  if (options.javaScriptEnabled !== false) {
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`));
    });
  }
  return { context, page };
}
function quiet() {
  const found = complaints.splice(0);
  assert(!found.length, `complaints:\n  ${[...new Set(found)].slice(0, 10).join('\n  ')}`);
}

for (const [scheme, base] of Object.entries(bases)) {
  for (const width of [320, 360, 1280]) {
    const { context, page } = await open({ viewport: { width, height: width > 999 ? 800 : 740 } });
    await check(`A1 no sideways scrolling, ${scheme}, ${width} px`, async () => {
      const wide = [];
      for (const screen of screens) {
        await page.goto(base + screen);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over !== 0) wide.push(`${screen} by ${over}`);
        if (scheme === 'file' && width !== 320) {
          await page.screenshot({ path: join(artifacts, `${width}-${screen.replace(/\W/g, '-')}.png`), fullPage: size(screen) < 60000 });
        }
      }
      assert(!wide.length, wide.join(', '));
      quiet();
    });
    if (width === 360) {
      await check(`A3 the header is low, ${scheme}`, async () => {
        await page.goto(`${base}index.html`);
        const height = await page.evaluate(() => document.querySelector('header').offsetHeight);
        assert(height > 0 && height <= 112, `${height} px`);
        return `${height} px`;
      });
    }
    await context.close();
  }

  await check(`A4 the first Tab leads to the text, ${scheme}`, async () => {
    const { context, page } = await open();
    for (const screen of screens.filter((screen) => !['404.html', 'search.html'].includes(screen))) {
      await page.goto(base + screen);
      await page.keyboard.press('Tab');
      const first = await page.evaluate(() => document.activeElement.textContent);
      assert(first === '跳到正文', `${screen}: the first Tab reaches ${JSON.stringify(first)}`);
      await page.keyboard.press('Enter');
      const focus = await page.evaluate(() => document.activeElement.id);
      assert(focus === 'main', `${screen}: Enter moves the focus to ${JSON.stringify(focus)}`);
    }
    quiet();
    await context.close();
  });

  await check(`A8 links are relative and lead to pages, ${scheme}`, async () => {
    const { context, page } = await open();
    for (const screen of screens) {
      await page.goto(base + screen);
      const faults = await page.evaluate((root) => {
        const out = [];
        for (const element of document.querySelectorAll('[href],[src],[action]')) {
          const raw = element.getAttribute('href') ?? element.getAttribute('src') ?? element.getAttribute('action');
          const external = element.matches('a.external');
          if (external ? !element.relList.contains('noopener') : /^(\/|https?:)/.test(raw)) out.push(raw);
          else if (!external && raw !== 'data:,' && !new URL(raw, document.baseURI).href.startsWith(root)) out.push(raw);
          const resolved = new URL(raw, document.baseURI);
          if (element.matches('a') && !external && resolved.hash && resolved.pathname === location.pathname
            && !document.getElementById(decodeURIComponent(resolved.hash.slice(1)))) out.push(raw);
        }
        return out;
      }, base);
      assert(!faults.length, `${screen}: ${faults.join(' ')}`);
    }
    await context.close();
  });

  await check(`A10 everything can be reached without scripts, ${scheme}`, async () => {
    const { context, page } = await open({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
    const follow = async (selector, target) => {
      const href = await page.locator(selector).first().getAttribute('href');
      await page.locator(selector).first().click();
      await page.waitForURL((url) => target.test(url.href));
      return href;
    };
    await page.goto(`${base}index.html`);
    await follow('a[href*="modules/bb.html"] >> visible=true', /modules\/bb\.html/);
    await follow('main a[href*="courses/"] >> visible=true', /courses\/[^/]+\.html/);
    const first = page.url();
    const forward = await page.locator('a[rel=next]').count();
    await follow(forward ? 'a[rel=next]' : 'a[rel=prev]', /courses\/[^/]+\.html/);
    assert(page.url() !== first, 'the next page is the same');
    await follow(forward ? 'a[rel=prev]' : 'a[rel=next]', /courses\/[^/]+\.html/);
    assert(page.url() === first, 'the previous page is another one');
    await page.goto(`${base}facets/index.html`);
    const values = await page.locator('main a[href*="facets/"]:visible, main a[href$=".html"]:visible').count();
    assert(values > 20, `${values} facet links`);
    await page.goto(`${base}search.html`);
    const text = await page.locator('noscript').first().innerText();
    assert(text.includes('脚本') && await page.locator('noscript').first().isVisible(), `noscript: ${text}`);
    assert(await page.locator('main a[href*="facets/"]:visible').count() > 0, 'no way on from the search page');
    await page.goto(`${base}courses/index.html`);
    await page.locator('header summary').first().click();
    assert(await page.locator('header nav a:visible').count() >= 5, 'the menu does not open');
    await context.close();
  });

  await check(`the page answers as the command does, ${scheme}`, async () => {
    const { context, page } = await open();
    await page.goto(`${base}search.html`);
    await page.waitForFunction(() => window.keben && window.keben.search);
    for (const answer of answers) {
      const found = await page.evaluate((query) => window.keben.search(query, { limit: 20 }), answer.query);
      same(found, answer, JSON.stringify(answer.query));
    }
    const narrowed = await page.evaluate(() => window.keben.search('学习', { facets: { kind: ['case'] }, limit: 3, offset: 1 }));
    const whole = await page.evaluate(() => window.keben.search('学习', { facets: { kind: ['case'] }, limit: 4 }));
    same(narrowed.hits, whole.hits.slice(1), 'offset');
    const stats = await page.evaluate(() => window.keben.stats());
    assert(stats.requests > 0 && stats.bytes > 0, JSON.stringify(stats));
    quiet();
    await context.close();
    return `${answers.length} queries, ${stats.requests} requests, ${stats.bytes} bytes`;
  });

  await check(`the search page shows hits and narrows them, ${scheme}`, async () => {
    const { context, page } = await open();
    const expected = answers.find((answer) => answer.query === '八八战略');
    await page.goto(`${base}search.html?q=${encodeURIComponent('八八战略')}`);
    await page.waitForSelector('#hits li');
    const titles = await page.locator('#hits li > a').allInnerTexts();
    same(titles, expected.hits.map((hit) => hit.title).slice(0, titles.length), 'titles');
    assert((await page.locator('#st').innerText()).includes(String(expected.total)), await page.locator('#st').innerText());
    assert(await page.locator('#hits mark').count() > 0, 'nothing is marked');
    const courses = expected.facets.kind.find((value) => value.value === 'course').count;
    await page.locator('#ff').evaluate((fold) => { fold.open = true; });
    await page.locator('input[name=kind][value=course]').check();
    await page.waitForFunction((count) => document.getElementById('st').textContent.includes(String(count)), courses);
    assert(new URL(page.url()).searchParams.get('kind') === 'course', page.url());
    await page.locator('#hits li > a').first().click();
    await page.waitForURL(/courses\/[^/]+\.html/);
    await page.goBack();
    await page.waitForSelector('#hits li');
    assert(await page.locator('input[name=kind][value=course]').isChecked(), 'the facet is forgotten on the way back');
    await page.goto(`${base}search.html?q=${encodeURIComponent('龘靐齉爩')}`);
    await page.waitForFunction(() => document.getElementById('st').textContent.includes('没有找到'));
    quiet();
    await context.close();
  });

  await check(`A6 an input method is left alone, ${scheme}`, async () => {
    const { context, page } = await open();
    await page.addInitScript(() => {
      window.runs = [];
      let real;
      window.keben = {};
      Object.defineProperty(window.keben, 'search', {
        set(f) { real = f; },
        get() { return real && ((text, ...rest) => { window.runs.push(text); return real(text, ...rest); }); },
      });
    });
    await page.goto(`${base}search.html`);
    await page.waitForFunction(() => window.keben.search);
    await page.focus('#q');
    const devtools = await context.newCDPSession(page);
    for (const text of ['m', 'mi', 'min', 'min f', 'min fa']) {
      await devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      await page.waitForTimeout(150);
    }
    await page.waitForTimeout(300);
    same(await page.evaluate(() => window.runs), [], 'searches while composing');
    const before = page.url();
    await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', windowsVirtualKeyCode: 229, key: 'Process', code: 'Enter' });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', windowsVirtualKeyCode: 229, key: 'Process', code: 'Enter' });
    await page.waitForTimeout(200);
    assert(page.url() === before, `Enter of the input method goes to ${page.url()}`);
    await devtools.send('Input.insertText', { text: '民法' });
    await page.waitForSelector('#hits li');
    assert((await page.evaluate(() => window.runs)).at(-1) === '民法', 'the composed text is searched');
    quiet();
    await context.close();
  });

  await check(`the search field of the home page leads to hits, ${scheme}`, async () => {
    const { context, page } = await open({ viewport: { width: 360, height: 740 } });
    await page.goto(`${base}index.html`);
    await page.fill('#q', '枫桥经验');
    await page.press('#q', 'Enter');
    await page.waitForURL(/search\.html\?q=/);
    await page.waitForSelector('#hits li');
    quiet();
    await context.close();
  });
}

await check('A11 a page loads from its own host, two requests before its text', async () => {
  const { context, page } = await open();
  const requests = [];
  page.on('request', (request) => requests.push(request));
  let most = 0;
  for (const screen of screens) {
    requests.length = 0;
    await page.goto(bases.http + screen, { waitUntil: 'networkidle' });
    const urls = requests.map((request) => request.url()).filter((url) => !url.startsWith('data:'));
    const foreign = urls.filter((url) => !url.startsWith(bases.http));
    assert(!foreign.length, `${screen}: ${foreign}`);
    const blocking = await page.evaluate(() => [
      ...document.querySelectorAll('link[rel=stylesheet], script[src]:not([defer]):not([async]):not([type=module])'),
    ].length);
    assert(blocking <= 1, `${screen}: ${blocking + 1} requests before the text`);
    most = Math.max(most, urls.length);
  }
  quiet();
  await context.close();
  return `at most ${most} requests in all`;
});

await check('settings that cannot be kept do no harm', async () => {
  const { context, page } = await open();
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });
  });
  for (const screen of ['index.html', 'search.html', screens.find((screen) => screen.startsWith('courses/') && !screen.endsWith('index.html'))]) {
    await page.goto(bases.http + screen);
    await page.locator('#set').click();
  }
  quiet();
  await context.close();
});

await check('old engines are given nothing that they cannot read', async () => {
  const text = ['assets/keben.js', 'assets/search.js'].map((path) => readFileSync(join(site, path), 'utf8')).join('\n');
  for (const [name, pattern] of [['.at()', /\.at\(/], ['replaceAll', /\.replaceAll\(/], ['structuredClone', /structuredClone/], ['Object.hasOwn', /Object\.hasOwn\(/], ['??=', /\?\?=/], ['static import', /^\s*import\s/m]]) {
    assert(!pattern.test(text), name);
  }
});

await browser.close();
server.close();
console.log(failures ? `${failures} checks failed` : 'all checks hold');
process.exit(failures ? 1 : 0);
