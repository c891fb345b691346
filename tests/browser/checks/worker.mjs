// A18: reading without a connection, where a secure context allows it, and not a word elsewhere.
import { ELSEWHERE, quiet } from '../browser.mjs';
import { assert, check } from '../report.mjs';
import { serve } from '../site.mjs';

export default function ({ open, site }) {
  const need = () => assert(site.has('sw.js'), 'the site has no sw.js');
  const registered = (page) => page.evaluate(() => navigator.serviceWorker.ready.then((r) => Boolean(r.active)));

  check('A18 what was read can be read again without a connection, and the rest is said', async () => {
    need();
    const server = await serve(site.folder);
    const { context, page } = await open();
    try {
      const [seen, unseen] = [site.one('courses'), site.one('cases')];
      await page.goto(`${server.base}index.html`);
      await registered(page);
      // The worker answers for pages that are opened after it is there.
      await page.goto(server.base + seen);
      const title = await page.locator('h1').innerText();
      await page.waitForTimeout(500);
      server.down = true;
      await page.goto(`${server.base}index.html`);
      assert(await page.locator('h1').count() === 1, 'the front page is gone');
      await page.goto(server.base + seen);
      assert(await page.locator('h1').innerText() === title, `${seen} is gone without a connection`);
      const sheet = await page.evaluate(() => getComputedStyle(document.querySelector('.top')).borderTopWidth);
      assert(sheet === '4px', 'the sheet is gone without a connection');
      await page.goto(server.base + unseen);
      assert(page.url().endsWith('/offline.html'), `a page that was never read leads to ${page.url()}`);
      await page.goto(`${server.base}search.html?q=${encodeURIComponent('战略')}`);
      await page.waitForFunction(() => window.keben && window.keben.suggest);
      assert((await page.evaluate(() => window.keben.suggest('战略', 5))).length, 'titles cannot be searched without a connection');
    } finally {
      await context.close();
      server.close();
    }
  });

  check('A18 a new build replaces what was kept', async () => {
    need();
    const server = await serve(site.folder);
    const { context, page } = await open();
    try {
      await page.goto(`${server.base}index.html`);
      await registered(page);
      const before = await page.evaluate(() => caches.keys());
      assert(before.length, 'nothing is kept');
      // Another build differs in the version that the worker names, and here in a title.
      server.change = (path, bytes) => {
        if (path === '/sw.js') {
          const text = bytes.toString();
          const changed = text.replace(/(VERSION\s*=\s*)(["'])[^"']+\2/, '$1$2another-build$2');
          assert(changed !== text, 'sw.js names no VERSION');
          return Buffer.from(changed);
        }
        return path === '/index.html' ? Buffer.from(bytes.toString().replace(/<h1>[^<]*/, '<h1>另一次生成')) : null;
      };
      await page.goto(server.base + site.one('courses'));
      await page.evaluate(() => navigator.serviceWorker.getRegistration().then((r) => r.update()));
      const replaced = () => page.evaluate((old) => caches.keys().then((now) => now.length && !now.some((name) => old.includes(name))), before);
      for (const end = Date.now() + 20000; !await replaced();) {
        assert(Date.now() < end, 'what was kept of the older build stays');
        await page.waitForTimeout(100);
      }
      server.down = true;
      await page.goto(`${server.base}index.html`);
      const shown = await page.locator('h1').innerText();
      assert(shown === '另一次生成', `“${shown}” is shown`);
    } finally {
      await context.close();
      server.close();
    }
  });

  check('A18 plain http of another host and file:// get no worker and no error', async () => {
    need();
    const server = await serve(site.folder);
    const { context, page } = await open();
    try {
      for (const screen of ['index.html', site.one('courses'), 'offline.html', 'settings.html']) {
        await page.goto(`http://${ELSEWHERE}:${server.port}/${screen}`);
        await page.waitForTimeout(150);
        assert(!await page.evaluate(() => window.isSecureContext), 'this host is a secure context, so the check says nothing');
      }
      assert(!server.requests.includes('/sw.js'), 'sw.js is asked for');
      quiet(page);
    } finally {
      await context.close();
      server.close();
    }
  });
}
