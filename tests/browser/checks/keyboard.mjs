// A4 the way past the header; A5 the search dialog by keys.
import { quiet } from '../browser.mjs';
import { assert, check, none } from '../report.mjs';
import { axe } from './axe.mjs';

/** Opens the search dialog of a page by a key or a click, and waits until its field has the focus. */
export async function openDialog(page, how) {
  await how();
  const open = await page.waitForFunction(() => {
    const dialog = document.querySelector('dialog[open]');
    return dialog && dialog.contains(document.activeElement) && document.activeElement.matches('input');
  }, null, { timeout: 4000 }).catch(() => null);
  assert(open, `no search dialog: nothing opens a <dialog> whose field has the focus (now at ${page.url()})`);
}

export default function ({ open, bases, site, full }) {
  check('A4 the first Tab leads to the text', async () => {
    const { context, page } = await open();
    const faults = [];
    const screens = site.framed(full);
    for (const screen of screens.filter((screen) => screen !== 'search.html')) {
      await page.goto(bases.file + screen);
      await page.keyboard.press('Tab');
      const first = await page.evaluate(() => document.activeElement.textContent);
      if (first !== '跳到正文') { faults.push(`${screen}: the first Tab reaches ${JSON.stringify(first.slice(0, 20))}`); continue; }
      await page.keyboard.press('Enter');
      const focus = await page.evaluate(() => document.activeElement.id);
      if (focus !== 'main') faults.push(`${screen}: Enter moves the focus to ${JSON.stringify(focus)}`);
    }
    quiet(page);
    await context.close();
    none(faults);
    return `${screens.length} pages`;
  });

  check('A4 what has the focus shows it', async () => {
    const { context, page } = await open({ viewport: { width: 360, height: 740 } });
    const faults = [];
    for (const screen of ['index.html', site.one('courses'), 'search.html']) {
      for (const theme of ['light', 'dark']) {
        await page.goto(bases.file + screen);
        await page.evaluate((theme) => document.documentElement.setAttribute('data-theme', theme), theme);
        for (let step = 0; step < (theme === 'light' ? 20 : 6); step++) {
          await page.keyboard.press('Tab');
          const found = await page.evaluate(async () => {
            const e = document.activeElement;
            if (!e || e === document.body) return '';
            // The window follows the focus a few frames later.
            let box;
            for (let frame = 0; frame < 60; frame++) {
              await new Promise((done) => requestAnimationFrame(done));
              box = e.getClientRects()[0];
              if (frame && box.top >= 0 && box.bottom <= innerHeight) break;
            }
            const style = getComputedStyle(e);
            if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) return `${e.tagName} “${e.textContent.trim().slice(0, 16)}” has no outline`;
            // WCAG 2.4.11: nothing lies on it
            const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return top && (e.contains(top) || top.contains(e)) ? '' : `${e.tagName} “${e.textContent.trim().slice(0, 16)}” is covered or out of the window`;
          });
          if (found) faults.push(`${screen}, ${theme}: ${found}`);
        }
      }
    }
    await context.close();
    none(faults);
  });

  for (const [scheme, base] of Object.entries(bases)) {
    check(`A5 the search dialog opens, holds the focus and gives it back, ${scheme}`, async () => {
      const { context, page } = await open();
      for (const [screen, keys] of [[site.one('courses'), ['/', 'Control+k', 'click']], ['index.html', ['/']], [site.one('help'), ['Control+k']]]) {
        for (const key of keys) {
          await page.goto(base + screen);
          await page.locator('#find').focus();
          await openDialog(page, () => (key === 'click' ? page.locator('#find').click() : page.keyboard.press(key)));
          const field = page.locator('dialog[open] input[role=combobox]');
          assert(await field.count() === 1, `${screen}: the field of the dialog has not the role of a combobox`);
          const list = await field.getAttribute('aria-controls');
          assert(list && await page.locator(`[id="${list}"][role=listbox]`).count() === 1, `${screen}: aria-controls of the field names no listbox`);
          for (let step = 0; step < 12; step++) {
            await page.keyboard.press(step % 3 ? 'Tab' : 'Shift+Tab');
            // Between the ends of a modal dialog Chromium passes through its own bar, where the page has no focus.
            const where = await page.evaluate(() => {
              const e = document.activeElement;
              return !e || e === document.body || e.closest('dialog[open]') ? '' : `${e.tagName} “${e.textContent.trim().slice(0, 16)}”`;
            });
            assert(!where, `${screen}: Tab reaches ${where} behind the dialog`);
          }
          await field.focus();
          await page.keyboard.press('Escape');
          await page.waitForFunction(() => !document.querySelector('dialog[open]'), null, { timeout: 2000 });
          assert(await page.evaluate(() => document.activeElement.id) === 'find', `${screen}, ${key}: the focus is not back on the opener`);
        }
      }
      // A single key does nothing while somebody types.
      await page.goto(`${base}search.html`);
      await page.locator('#q').fill('');
      await page.keyboard.type('a/b');
      assert(await page.inputValue('#q') === 'a/b', '“/” is taken from who types it');
      quiet(page);
      await context.close();
    });

    check(`A5 the search dialog finds, is chosen from by keys, and leads to the page, ${scheme}`, async () => {
      const { context, page } = await open();
      const faults = [];
      await page.goto(base + site.one('courses'));
      await openDialog(page, () => page.keyboard.press('/'));
      await page.keyboard.type('战略');
      const options = page.locator('dialog[open] [role=listbox] a[role=option]');
      await options.first().waitFor();
      for (const theme of ['light', 'dark']) {
        await page.evaluate((theme) => document.documentElement.setAttribute('data-theme', theme), theme);
        faults.push(...await axe(page, `dialog, ${theme}`));
      }
      none(faults, 'A2 with the dialog open: ');
      const field = page.locator('dialog[open] input[role=combobox]');
      assert(await field.getAttribute('aria-expanded') === 'true', 'aria-expanded is not true');
      await page.keyboard.press('ArrowDown');
      const active = await field.getAttribute('aria-activedescendant');
      assert(active, 'no aria-activedescendant after an arrow key');
      const selected = await page.evaluate(() => [...document.querySelectorAll('dialog[open] [aria-selected=true]')].map((e) => e.id));
      assert(selected.length === 1 && selected[0] === active, `aria-selected ${selected}, aria-activedescendant ${active}`);
      const target = await page.evaluate((id) => document.getElementById(id).href, active);
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.href.split(/[?#]/)[0] === target.split(/[?#]/)[0]);
      quiet(page);
      await context.close();
    });

    check(`A6 an input method is left alone in the dialog, ${scheme}`, async () => {
      const { context, page } = await open();
      await page.goto(base + site.one('courses'));
      await openDialog(page, () => page.keyboard.press('/'));
      const devtools = await context.newCDPSession(page);
      const shown = () => page.locator('dialog[open] a[role=option]').count();
      await page.waitForTimeout(500);
      const before = await shown();
      for (const text of ['m', 'mi', 'min', 'min f', 'min fa']) {
        await devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
        await page.waitForTimeout(150);
      }
      await page.waitForTimeout(300);
      assert(await shown() === before, 'the list changes while composing');
      const url = page.url();
      for (const type of ['rawKeyDown', 'keyUp']) await devtools.send('Input.dispatchKeyEvent', { type, windowsVirtualKeyCode: 229, key: 'Process', code: 'Enter' });
      await page.waitForTimeout(200);
      assert(page.url() === url && await page.locator('dialog[open]').count(), 'Enter of the input method leaves the dialog');
      await devtools.send('Input.insertText', { text: '战略' });
      await page.locator('dialog[open] a[role=option]').first().waitFor();
      quiet(page);
      await context.close();
    });
  }

  check('A5 a hit leads to its place on the page and says which it is', async () => {
    const { context, page } = await open();
    await page.goto(`${bases.http}search.html?q=${encodeURIComponent('八八战略')}`);
    await page.locator('#hits > li > a').first().click();
    await page.waitForURL((url) => !url.pathname.endsWith('search.html'));
    const bar = await page.waitForFunction(() => /第\s*\d+\s*\/\s*\d+\s*处/.test(document.body.innerText), null, { timeout: 4000 }).catch(() => null);
    assert(bar, `no bar “第 1/7 处” on ${page.url()}`);
    const text = await page.evaluate(() => document.body.innerText.match(/第\s*(\d+)\s*\/\s*(\d+)\s*处/));
    assert(await page.locator('main mark').count() >= Number(text[2]), `the bar says ${text[0]}, but fewer places are marked`);
    quiet(page);
    await context.close();
    return text[0];
  });
}
