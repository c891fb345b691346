// A1 nothing wider than the window; A3 a low header; A16 other people's spacing, zoom, forced colours, no motion;
// A17 targets that a finger hits.
import { choose, quiet } from '../browser.mjs';
import { assert, check, none } from '../report.mjs';

const SIZES = { 标准: '', 关怀: 'xl' };

/** How much wider the page is than its window, and what sticks out. */
export function overflow(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const over = root.scrollWidth - root.clientWidth;
    if (!over) return '';
    const widest = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5
      && !e.closest('.tw') && getComputedStyle(e).position !== 'absolute').pop();
    return `${over} px${widest ? `, ${widest.tagName.toLowerCase()}.${widest.className} “${widest.textContent.trim().slice(0, 20)}”` : ''}`;
  });
}

/** A1 on a page that is open. */
export async function fits(page, what, wide, { widths = [320, 360, 768, 1366] } = {}) {
  for (const width of widths) {
    await page.setViewportSize({ width, height: width > 999 ? 800 : 740 });
    for (const [name, size] of Object.entries(SIZES)) {
      for (const theme of ['light', 'dark']) {
        await choose(page, { size, theme });
        const over = await overflow(page);
        if (over) wide.push(`${what} at ${width} px, ${theme}, ${name}: ${over}`);
      }
    }
  }
  await choose(page, { size: '', theme: '' });
}

/** WCAG 1.4.12 as a constructed sheet, which the page's content policy does not stop: what it pushes out or cuts off. */
function spaced(page) {
  return page.evaluate(() => {
    /* what a box cuts off, where nobody can scroll to it */
    const cut = () => [...document.querySelectorAll('body *')].filter((e) => {
      if (e.clientHeight <= 1 || e.closest('svg,.vh')) return false;
      const style = getComputedStyle(e);
      return style.visibility !== 'hidden' && (style.overflowY === 'hidden' && e.scrollHeight > e.clientHeight + 2
        || style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis' && e.scrollWidth > e.clientWidth + 2);
    });
    const before = cut();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}');
    document.adoptedStyleSheets = [sheet];
    const out = cut().filter((e) => !before.includes(e)).map((e) => `${e.tagName.toLowerCase()}.${e.className} cuts “${e.textContent.trim().slice(0, 24)}”`);
    const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (over) out.push(`${over} px too wide`);
    document.adoptedStyleSheets = [];
    return out;
  });
}

/** What moves under reduced motion, and what forced colours would not reach. */
function still(page) {
  return page.evaluate(() => {
    const out = [];
    if (getComputedStyle(document.documentElement).scrollBehavior === 'smooth') out.push('smooth scrolling under reduced motion');
    for (const e of document.querySelectorAll('body *')) {
      const style = getComputedStyle(e);
      if (parseFloat(style.transitionDuration) > 0 || (style.animationName !== 'none' && parseFloat(style.animationDuration) > 0)) out.push(`${e.tagName} moves under reduced motion`);
      if (style.forcedColorAdjust === 'none') out.push(`${e.tagName}.${e.className} keeps its colours under forced colours`);
      if (e.matches('.btn') && e.offsetWidth && style.borderTopStyle === 'none') out.push('a button has no border under forced colours');
    }
    return out;
  });
}

/** Targets under 24 px outside running text, and main controls under `least`. */
function small(page, least) {
  return page.evaluate((least) => {
    const out = [];
    let seen = 0;
    for (const fold of document.querySelectorAll('details')) fold.open = true;
    for (const e of document.querySelectorAll('a[href],button,input:not([type=hidden]),select,summary,[role=option]')) {
      const box = e.getBoundingClientRect();
      const style = getComputedStyle(e);
      if (!box.width || !box.height || style.visibility === 'hidden' || e.matches('.skip, :disabled')) continue;
      seen++;
      const label = `${e.tagName.toLowerCase()} “${(e.textContent.trim() || e.id || e.name || '').slice(0, 20)}”`;
      /* a checkbox is hit through its label; a link in running text is as high as its line (WCAG 2.5.8) */
      const target = e.matches('input[type=checkbox],input[type=radio]') && e.closest('label') ? e.closest('label').getBoundingClientRect() : box;
      const text = [...e.parentNode.childNodes].filter((n) => n.nodeType === 3).map((n) => n.nodeValue.trim()).join('');
      const running = e.matches('a') && style.display === 'inline' && (text || e.closest('p,dd,td,th,sup,figcaption,.body li'));
      if (!running && (target.width < 23.5 || target.height < 23.5)) out.push(`${label} ${Math.round(target.width)}×${Math.round(target.height)}`);
      const main = e.matches('.tools > *, .nav summary, .btn, .pn a, button, select, input:not([type=checkbox]):not([type=radio])');
      if (main && target.height < least - 0.5) out.push(`${label} is ${Math.round(target.height)} px high, less than ${least}`);
    }
    return { out, seen };
  }, least);
}

export default function ({ open, bases, site, full }) {
  const screens = site.screens(full);
  const faults = { A1: [], A16: [], A17: [] };
  let targets = 0;
  /* One visit to a page does for three points, because loading is what takes the time. */
  async function visit(page, screen) {
    await page.goto(bases.file + screen);
    await fits(page, screen, faults.A1);
    // 200 % and 400 % of a window of 1280 px
    for (const zoom of [2, 4]) {
      await page.setViewportSize({ width: 1280 / zoom, height: Math.round(1024 / zoom) });
      const over = await overflow(page);
      if (over) faults.A16.push(`${screen} at ${zoom * 100} %: ${over}`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    faults.A16.push(...(await spaced(page)).map((text) => `${screen}, text spacing: ${text}`));
    await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
    faults.A16.push(...(await still(page)).map((text) => `${screen}: ${text}`));
    await page.emulateMedia({ reducedMotion: 'no-preference', forcedColors: 'none' });
    for (const [name, size, least, width] of [['标准', '', 44, 360], ['关怀', 'xl', 60, 360], ['标准', '', 44, 1366]]) {
      await page.setViewportSize({ width, height: 740 });
      await choose(page, { size });
      const found = await small(page, least);
      targets += found.seen;
      faults.A17.push(...found.out.map((text) => `${screen}, ${width} px, ${name}: ${text}`));
    }
  }
  let tour;
  const toured = () => (tour = tour ?? Promise.all([0, 1].map(async (part) => {
    const { context, page } = await open();
    for (const screen of screens.filter((_, index) => index % 2 === part)) await visit(page, screen);
    quiet(page);
    await context.close();
  })));
  check('A1 no sideways scrolling', async () => {
    await toured();
    none(faults.A1);
    return `${screens.length} pages of ${site.kinds.size} kinds, 16 states each`;
  });
  check('A16 other spacing, zoom, forced colours and no motion lose nothing', async () => {
    await toured();
    none(faults.A16);
    return `${screens.length} pages`;
  });
  check('A17 targets are large enough', async () => {
    await toured();
    none(faults.A17);
    return `${targets} targets`;
  });

  check('A3 the header is low', async () => {
    const { context, page } = await open({ viewport: { width: 360, height: 740 } });
    const said = [];
    for (const [name, size, limit] of [['标准', '', 112], ['关怀', 'xl', 740 / 4]]) {
      for (const screen of ['index.html', site.one('courses')]) {
        await page.goto(bases.file + screen);
        await choose(page, { size });
        const height = await page.evaluate(() => document.querySelector('header.top').offsetHeight);
        assert(height > 0 && height <= limit, `${screen}, ${name}: ${height} px, more than ${limit}`);
        said.push(`${name} ${height} px`);
        const position = await page.evaluate(() => getComputedStyle(document.querySelector('header.top')).position);
        assert(!['sticky', 'fixed'].includes(position), `the header is ${position}`);
      }
    }
    await context.close();
    return [...new Set(said)].join(', ');
  });
}
