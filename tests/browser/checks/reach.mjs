// A8 links; A9 the same ids over file:// and http; A10 without scripts; A11 requests; A19 without the sheet; A20 without storage.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { quiet } from '../browser.mjs';
import { assert, check, none, same } from '../report.mjs';
import { fileBase } from '../site.mjs';

const decode = (text) => text.replace(/&#x([0-9a-f]+);/gi, (_, n) => String.fromCodePoint(parseInt(n, 16))).replace(/&#(\d+);/g, (_, n) => String.fromCodePoint(Number(n)))
  .replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** Every fault of the links and paths of a site, read from its files. */
export function linkFaults(site) {
  const faults = [];
  const files = new Set(site.files);
  const folded = new Map();
  for (const path of site.files) {
    if (!/^[\x21-\x7e]+$/.test(path)) faults.push(`${path}: not ASCII`);
    // No reader opens the manifest, and its name is its hash.
    const manifest = /^_keben\/m\/[0-9a-f]{64}\.txt\.zst$/.test(path);
    if (path.length > 60 && !manifest) faults.push(`${path}: ${path.length} characters`);
    if (/[:?*|"<>\\]/.test(path) || /(^|\/)(con|nul|prn|aux|com\d|lpt\d)(\.|\/|$)/i.test(path)) faults.push(`${path}: a name that Windows refuses`);
    const other = folded.get(path.toLowerCase());
    if (other) faults.push(`${path} and ${other} differ only in case`);
    folded.set(path.toLowerCase(), path);
  }
  const anchors = new Map();
  const anchorsOf = (path) => {
    if (!anchors.has(path)) anchors.set(path, new Set([...site.text(path).matchAll(/\sid="?([^"\s>]+)/g)].map((found) => decode(found[1]))));
    return anchors.get(path);
  };
  let links = 0;
  for (const page of site.pages) {
    const text = site.text(page).replace(/<script\b[^>]*>[^]*?<\/script>|<style\b[^>]*>[^]*?<\/style>|<!--[^]*?-->/g, (all) => (all.match(/^<script[^>]*>/) ?? [''])[0]);
    for (const [tag, name, attributes] of text.matchAll(/<([a-z][a-z0-9]*)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/gi)) {
      for (const [, attribute, quoted, single, bare] of attributes.matchAll(/\s(href|src|srcset|action|poster|data)=(?:"([^"]*)"|'([^']*)'|([^\s>]+))/g)) {
        const value = decode(quoted ?? single ?? bare);
        const all = attribute === 'srcset' ? value.split(',').map((part) => part.trim().split(/\s/)[0]) : [value];
        for (const raw of all) {
          links++;
          if (raw.startsWith('data:')) continue;
          if (name === 'a' && /\bclass="[^"]*\bexternal\b/.test(attributes)) {
            if (!/\brel="[^"]*\bnoopener\b/.test(attributes)) faults.push(`${page}: ${raw} has no rel=noopener`);
            continue;
          }
          if (name === 'link' && /rel="canonical"/.test(attributes)) continue;
          if (/^(\/|[a-z][a-z0-9+.-]*:)/i.test(raw) && !/^(mailto|tel):/.test(raw)) { faults.push(`${page}: ${raw} is not relative (${tag.slice(0, 60)})`); continue; }
          if (/^(mailto|tel):/.test(raw)) continue;
          const [path, hash] = raw.split('#');
          const bare2 = path.split('?')[0];
          let to;
          try { to = bare2 ? posix.normalize(posix.join(posix.dirname(page), decodeURIComponent(bare2))) : page; } catch { to = bare2; }
          if (!files.has(to)) faults.push(`${page}: ${raw} leads to no file`);
          else if (hash && to.endsWith('.html') && !anchorsOf(to).has(decodeURIComponent(hash))) faults.push(`${page}: ${raw} leads to no place of the page`);
        }
      }
    }
  }
  return { faults, links };
}

export default function ({ open, bases, site, answers, full }) {
  check('A8 every link of every page is relative and leads to a file and its anchor', async () => {
    const { faults, links } = linkFaults(site);
    none(faults);
    assert(links > site.pages.length, `only ${links} links`);
    return `${links} links of ${site.pages.length} pages`;
  });

  check('A9 titles and full text give the same ids over file:// and http', async () => {
    const found = {};
    for (const [scheme, base] of Object.entries(bases)) {
      const { context, page } = await open();
      await page.goto(`${base}search.html`);
      await page.waitForFunction(() => window.keben && window.keben.suggest);
      found[scheme] = await page.evaluate(async (queries) => {
        const out = [];
        for (const query of queries) out.push([query, (await window.keben.search(query, { limit: 20 })).hits.map((h) => h.id), (await window.keben.suggest(query, 10)).map((s) => s.url || s.value)]);
        return out;
      }, answers.map((answer) => answer.query));
      quiet(page);
      await context.close();
    }
    same(found.file, found.http, 'ids');
    return `${found.file.length} queries, ${found.file.reduce((sum, one) => sum + one[1].length, 0)} ids`;
  });

  for (const [scheme, base] of Object.entries(bases)) {
    check(`A10 everything can be reached without scripts, ${scheme}`, async () => {
      const { context, page } = await open({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
      const follow = async (selector, target) => {
        await page.locator(selector).first().click();
        await page.waitForURL((url) => target.test(url.href));
      };
      await page.goto(`${base}index.html`);
      await follow('main a[href*="modules/bb.html"] >> visible=true', /modules\/bb\.html/);
      await follow('main a[href*="courses/"] >> visible=true', /courses\/[^/]+\.html/);
      const first = page.url();
      const forward = await page.locator('a[rel=next]').count();
      await follow(forward ? 'a[rel=next]' : 'a[rel=prev]', /courses\/[^/]+\.html/);
      assert(page.url() !== first, 'the next page is the same');
      await follow(forward ? 'a[rel=prev]' : 'a[rel=next]', /courses\/[^/]+\.html/);
      assert(page.url() === first, 'the previous page is another one');
      await page.goto(`${base}facets/index.html`);
      const values = await page.locator('main a[href$=".html"]:visible').count();
      assert(values > 20, `${values} facet links`);
      await page.goto(base + site.one('facet value'));
      assert(await page.locator('main .list a:visible').count() > 0, 'a facet lists no documents');
      await page.goto(`${base}search.html`);
      const text = await page.locator('noscript').first().innerText();
      assert(text.includes('脚本') && await page.locator('noscript').first().isVisible(), `noscript: ${text}`);
      assert(await page.locator('main a[href*="facets/"]:visible').count() > 0, 'no way on from the search page');
      await page.goto(base + site.one('all'));
      assert(await page.locator('main .links a:visible').count() > 20, 'no list of all documents by pinyin');
      await page.goto(`${base}courses/index.html`);
      await page.locator('header summary').first().click();
      assert(await page.locator('header nav a:visible').count() >= 5, 'the menu does not open');
      // Buttons that need scripts are not shown without them.
      if (scheme === 'http') for (const screen of site.screens(full)) {
        await page.goto(base + screen);
        const dead = await page.locator('button:visible:not([type=submit])').allInnerTexts();
        assert(!dead.length, `${screen}: buttons that do nothing without scripts: ${dead}`);
      }
      await context.close();
    });
  }

  check('A10 every document is at most three clicks from the front page', async () => {
    const targets = (page) => [...site.text(page).matchAll(/<a\b[^>]*\shref="([^"#?]+)/g)].map((found) => posix.normalize(posix.join(posix.dirname(page), decode(found[1]))));
    const distance = new Map([['index.html', 0]]);
    for (const page of distance.keys()) {
      for (const to of targets(page)) if (site.has(to) && to.endsWith('.html') && !distance.has(to)) distance.set(to, distance.get(page) + 1);
    }
    // The page of a retired document answers old links: lists and texts no longer lead to it.
    const retired = (page) => /<p class="notice">[^<]*<\/p>\s*<dl class="facts doc">/.test(site.text(page));
    const far = site.pages.filter((page) => page !== '404.html' && !retired(page) && !site.kinds.get('redirect')?.includes(page) && !(distance.get(page) <= 3));
    none(far.map((page) => `${page}: ${distance.get(page) ?? 'not reached'}`));
    return `${distance.size} pages`;
  });

  check('A11 a page loads from its own host, two requests before its text', async () => {
    const { context, page } = await open();
    const requests = [];
    page.on('request', (request) => requests.push(request));
    let most = 0;
    const screens = site.screens(full);
    for (const screen of screens) {
      requests.length = 0;
      await page.goto(bases.http + screen);
      await page.waitForTimeout(20);
      const urls = requests.map((request) => request.url()).filter((url) => !url.startsWith('data:') && !url.startsWith('blob:'));
      const foreign = urls.filter((url) => !url.startsWith(bases.http));
      assert(!foreign.length, `${screen}: ${foreign}`);
      // As the page is sent: what scripts add later blocks nothing.
      const text = site.text(screen);
      const blocking = [...text.matchAll(/<link [^>]*rel="?stylesheet[^>]*>|<script [^>]*src=[^>]*>/g)].filter(([tag]) => !/media="?print|\s(defer|async)\b/.test(tag)).length;
      assert(blocking <= 1, `${screen}: ${blocking + 1} requests before the text`);
      const early = await page.evaluate(() => document.querySelectorAll('link[rel=preload],link[rel=preconnect],link[rel=dns-prefetch],link[rel=modulepreload]').length);
      assert(!early, `${screen}: ${early} hints to load early`);
      most = Math.max(most, urls.length);
    }
    quiet(page);
    await context.close();
    return `${screens.length} pages, at most ${most} requests in all`;
  });

  check('A19 index.html alone says to unzip first, and with the sheet does not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'keben-unzip-'));
    try {
      // What a zip program does on a double click: it unpacks this one file.
      cpSync(join(site.folder, 'index.html'), join(folder, 'index.html'));
      for (const [base, alone] of [[fileBase(folder), true], [bases.file, false]]) {
        const { context, page } = await open();
        await page.goto(`${base}index.html`);
        const notice = page.getByText('请先解压整个压缩包');
        assert(await notice.count() === 1, 'no unzip notice in index.html');
        assert(await notice.isVisible() === alone, alone ? 'index.html alone does not show the unzip notice' : 'the unzip notice shows in a whole site');
        await context.close();
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    const { context, page } = await open();
    await page.route('**/*.css', (route) => route.abort());
    await page.goto(bases.http + site.one('courses'));
    assert(await page.getByText('请先解压整个压缩包').isVisible(), 'a page without its sheet shows no unzip notice');
    await context.close();
  });

  check('A20 settings that cannot be kept do no harm', async () => {
    const { context, page } = await open();
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
    });
    for (const screen of site.framed().filter((screen, index) => full || index % 3 === 0 || /^[^/]+$/.test(screen))) {
      await page.goto(bases.http + screen);
      if (await page.locator('#set').count()) await page.locator('#set').click();
    }
    // The choice holds on the page itself, and is forgotten with it.
    await page.goto(bases.http + site.one('courses'));
    await page.locator('#set').click();
    await page.locator('button:visible', { hasText: '关怀' }).first().click();
    assert(await page.evaluate(() => document.documentElement.getAttribute('data-size')) === 'xl', 'the size is not changed');
    await page.goto(`${bases.http}search.html?q=${encodeURIComponent('学习')}`);
    await page.waitForSelector('#hits li');
    assert(await page.evaluate(() => document.documentElement.getAttribute('data-size')) === null, 'the size is kept although nothing can be');
    quiet(page);
    await context.close();
  });

  check('A20 settings are kept from page to page and over a restart, where they can be', async () => {
    for (const base of Object.values(bases)) {
      const { context, page } = await open();
      await page.goto(base + site.one('courses'));
      await page.locator('#set').click();
      await page.locator('button:visible', { hasText: '关怀' }).first().click();
      await page.locator('button:visible', { hasText: '深色' }).first().click();
      // Chromium writes what is kept a moment later, from file:// too.
      await page.waitForTimeout(300);
      const kept = () => page.evaluate(() => ['size', 'theme'].map((name) => document.documentElement.getAttribute(`data-${name}`)).join());
      for (const screen of ['index.html', site.one('terms')]) {
        await page.goto(base + screen);
        assert(await kept() === 'xl,dark', `${screen}: ${await kept()}`);
      }
      quiet(page);
      await context.close();
    }
  });

  check('a missing shard of the index is said, and the rest is found', async () => {
    const shards = site.files.filter((path) => /^search\/.+\.js$/.test(path) && path !== 'search/kb.js');
    assert(shards.length, 'the site has no shards');
    const { context, page } = await open({ serviceWorkers: 'block' });
    const asked = [];
    await page.route(/\/search\/.+\.js$/, (route) => {
      if (route.request().url().endsWith('/kb.js')) return route.continue();
      asked.push(route.request().url());
      return asked.length === 2 ? route.abort() : route.continue();
    });
    await page.goto(`${bases.http}search.html?q=${encodeURIComponent('枫桥经验')}`);
    await page.waitForFunction(() => document.getElementById('hits').getAttribute('aria-busy') === 'false' && document.getElementById('st').textContent.trim() && !document.getElementById('st').textContent.includes('正在搜索'));
    const said = await page.locator('#st').innerText();
    assert(asked.length >= 2, `only ${asked.length} shards were asked for`);
    assert(/失败|不全/.test(said), `nothing is said of the missing shard: ${said}`);
    assert(await page.locator('main a[href*="facets/"]:visible').count() > 0, 'no way on');
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert(!over, `${over} px too wide`);
    await context.close();
    return said.replace(/\s+/g, ' ');
  });
}
