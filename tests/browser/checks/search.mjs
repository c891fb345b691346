// The search page, over file:// and http: the same answers as the command, hits, filters, order, messages, suggestions, bad
// queries, input methods (A6).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, canonical, check, same } from '../report.mjs';
import { quiet } from '../browser.mjs';

/** The address of the search page in a state. */
function searchUrl(base, query, facets = [], sort = '') {
  const params = new URLSearchParams([['q', query], ...facets]);
  if (sort === 'date') params.append('sort', sort);
  return `${base}search.html?${params}`;
}
/** Waits until the search page has answered. */
async function answered(page) {
  await page.waitForFunction(() => document.getElementById('hits').getAttribute('aria-busy') === 'false'
    && !document.getElementById('st').textContent.includes('正在搜索'));
}
/** The hits as the page shows them. */
function shownHits(page) {
  return page.evaluate(() => [...document.querySelectorAll('#hits > li')].map((li) => {
    /* below the root, without the words that are marked on the page it leads to */
    const root = new URL('./', location.origin === 'null' || location.protocol === 'file:' ? `file://${location.pathname}` : location.origin + location.pathname).href;
    const bare = (a) => { const url = new URL(a.href); url.search = ''; return url.href.slice(root.length); };
    const marks = (element) => [...element.querySelectorAll('mark')].map((mark) => mark.textContent);
    const title = li.querySelector(':scope > a');
    return {
      title: title.textContent, url: bare(title), marks: marks(title),
      facts: li.querySelector('small').textContent, part: li.classList.contains('part'),
      places: [...li.querySelectorAll(':scope > ul > li')].map((place) => {
        const [heading, text] = [place.querySelector('a'), place.querySelector('p')];
        return {
          heading: heading ? heading.textContent : '', url: heading ? bare(heading) : '',
          text: text ? text.textContent : '', marks: text ? marks(text) : [],
        };
      }),
    };
  }));
}
/** The same hits as an answer has them. */
function expectedHits(answer) {
  const marks = (parts) => parts.filter((text, index) => index % 2);
  const labels = new Map(answer.facets.kind.map((kind) => [kind.value, kind.label]));
  return answer.hits.map((hit) => {
    const date = (hit.date ?? '').split('-').filter(Boolean).map((number, index) => `${Number(number)}${'年月日'[index]}`).join('');
    return {
      title: hit.title, url: hit.url, marks: marks(hit.title_parts), part: hit.part === true,
      facts: [labels.get(hit.kind), date, hit.part ? '部分相符' : ''].filter(Boolean).join(' · '),
      places: hit.places.filter((place) => place.heading || place.parts.join('')).map((place) => ({
        heading: place.heading, url: place.heading ? place.url : '', text: place.parts.join(''), marks: marks(place.parts),
      })),
    };
  });
}
/** Texts that people paste, and texts that people try. The last one ends in half a character. */
const hostile = [
  '', ' ', '党', 'a', 'の', '学习'.repeat(1000), '<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', '&lt;b&gt;&amp;', '🎉🇨🇳👨‍👩‍👧',
  '学\u0000习\u0007\u001b[31m', '\u202e倒着写\u202c', '"', '“', '""', '-', '--', '- -', '-学习', '“学习', '*?[]()\\', '%E4%B8%80%', '__proto__', 'javascript:alert(1)', '学习\ud83d',
];

export default function ({ open, bases, artifacts, answers, narrowed: narrowedAnswers, asked }) {
for (const [scheme, base] of Object.entries(bases)) {
  check(`the page answers as the command does, ${scheme}`, async () => {
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
    quiet(page);
    await context.close();
    return `${answers.length} queries, ${stats.requests} requests, ${stats.bytes} bytes`;
  });

  check(`judged and random queries have the answers of the command, ${scheme}`, async () => {
    const { context, page } = await open();
    await page.goto(`${base}search.html`);
    await page.waitForFunction(() => window.keben && window.keben.search);
    const vectors = JSON.parse(readFileSync(new URL('../../search/analyzer.json', import.meta.url), 'utf8'));
    same(await page.evaluate((texts) => texts.map((text) => window.KB.terms(text)), vectors.map((v) => v.text)), vectors.map((v) => v.terms), 'the analyzer');
    const step = 100;
    for (let from = 0; from < asked.length; from += step) {
      const part = asked.slice(from, from + step);
      /* as text, because a name such as __proto__ is lost on the way */
      const found = await page.evaluate(async (text) => {
        const answers = [];
        for (const query of JSON.parse(text)) answers.push(await window.keben.search(query.text, query));
        return answers;
      }, JSON.stringify(part.map((one) => one.query)));
      part.forEach((one, i) => same(found[i], one.answer, JSON.stringify(one.query)));
    }
    quiet(page);
    await context.close();
    return `${asked.length} queries`;
  });

  check(`the search page shows hits and narrows them, ${scheme}`, async () => {
    const { context, page } = await open();
    const expected = answers.find((answer) => answer.query === '八八战略');
    await page.goto(searchUrl(base, '八八战略'));
    await page.waitForSelector('#hits li');
    assert((await page.locator('#st').innerText()).includes(String(expected.total)), await page.locator('#st').innerText());
    const courses = expected.facets.kind.find((value) => value.value === 'course').count;
    await page.locator('input[name=kind][value=course]').check();
    await page.waitForFunction((count) => document.getElementById('st').textContent.includes(`找到 ${count} 条`), courses);
    assert(new URL(page.url()).searchParams.get('kind') === 'course', page.url());
    await page.locator('#hits > li > a').first().click();
    await page.waitForURL(/courses\/[^/]+\.html/);
    await page.goBack();
    await page.waitForSelector('#hits li');
    assert(await page.locator('input[name=kind][value=course]').isChecked(), 'the facet is forgotten on the way back');
    await page.locator('#on button', { hasText: '课程' }).click();
    await page.waitForFunction((count) => document.getElementById('st').textContent.includes(`找到 ${count} 条`), expected.total);
    assert(!new URL(page.url()).searchParams.has('kind'), `a facet taken back stays in ${page.url()}`);
    await page.goBack();
    await page.waitForFunction((count) => document.getElementById('st').textContent.includes(`找到 ${count} 条`), courses);
    await page.locator('#on button', { hasText: '清除筛选' }).click();
    await page.waitForFunction((count) => document.getElementById('st').textContent.includes(`找到 ${count} 条`), expected.total);
    assert(await page.locator('#on').isHidden(), 'a facet is still chosen');
    quiet(page);
    await context.close();
  });

  check(`hits say where their words stand, ${scheme}`, async () => {
    const { context, page } = await open();
    let places = 0;
    for (const query of ['八八战略', '枫桥经验枫桥经验枫桥经验', '课程 案例 基地', '民法典与人民法院的关系是什么', 'café']) {
      await page.goto(searchUrl(base, query));
      await answered(page);
      const expected = expectedHits(answers.find((answer) => answer.query === query));
      same(await shownHits(page), expected, query);
      places += expected.flatMap((hit) => hit.places).length;
    }
    await page.goto(searchUrl(base, '八八战略'));
    const heading = page.locator('#hits > li > ul a').first();
    const target = await heading.getAttribute('href');
    await heading.click();
    await page.waitForURL((url) => url.href.replace(/\?[^#]*/, '') === new URL(target, base).href.replace(/\?[^#]*/, ''));
    assert(await page.evaluate(() => document.getElementById(location.hash.slice(1)) !== null), `${target} leads to no heading`);
    quiet(page);
    await context.close();
    return `${places} places`;
  });

  check(`facets and the order are those of the command, ${scheme}`, async () => {
    const { context, page } = await open();
    for (const { query, facets, sort, answer } of narrowedAnswers) {
      const what = `${query} ${facets.join(' ')} ${sort}`;
      await page.goto(searchUrl(base, query, facets, sort));
      await answered(page);
      same(await shownHits(page), expectedHits(answer), what);
      if (answer.total) assert((await page.locator('#st').innerText()).includes(`找到 ${answer.total} 条`), `${what}: ${await page.locator('#st').innerText()}`);
      const boxes = await page.evaluate(() => {
        const groups = {};
        for (const box of document.querySelectorAll('#ff input')) {
          (groups[box.name] = groups[box.name] ?? []).push({
            value: box.value, label: box.nextSibling.textContent, checked: box.checked, disabled: box.disabled, count: box.parentNode.querySelector('.n').textContent,
          });
        }
        return groups;
      });
      const chosen = (name, value) => facets.some((facet) => facet[0] === name && facet[1] === value);
      same(boxes, Object.fromEntries(Object.entries(answer.facets).map(([name, values]) => [name, values.map(({ value, label, count }) => ({
        value, label, checked: chosen(name, value), disabled: !count && !chosen(name, value), count: String(count),
      }))])), `${what}: the filters`);
      const chips = await page.locator('#on button').count();
      assert(chips === (facets.length ? facets.length + 1 : 0), `${what}: ${chips} chips`);
    }
    const dated = narrowedAnswers.find((narrowed) => narrowed.sort === 'date' && !narrowed.facets.length);
    await page.goto(searchUrl(base, dated.query));
    await answered(page);
    const before = (await shownHits(page)).map((hit) => hit.url);
    await page.selectOption('#sort', 'date');
    const urls = dated.answer.hits.map((hit) => hit.url);
    assert(canonical(before) !== canonical(urls), 'both orders are the same, so this check says nothing');
    const stand = (wanted) => page.waitForFunction((wanted) => { const found = [...document.querySelectorAll('#hits > li > a')]; return found.length === wanted.length && found.every((a, i) => a.href.split('?')[0].endsWith(`/${wanted[i]}`)); }, wanted);
    await stand(urls);
    assert(new URL(page.url()).searchParams.get('sort') === 'date', page.url());
    await page.goBack();
    await stand(before);
    assert(await page.inputValue('#sort') === '', 'the way back leaves the order by date chosen');
    await page.locator('details.fc', { has: page.locator('input[name=method]') }).evaluate((fold) => { fold.open = true; });
    const short = await page.locator('input[name=method]:visible').count();
    await page.locator('button.fm', { hasText: '更多' }).first().click();
    const whole = await page.locator('input[name=method]:visible').count();
    assert(short < whole && whole === dated.answer.facets.method.length, `a long facet shows ${short}, then ${whole} values`);
    quiet(page);
    await context.close();
    return `${narrowedAnswers.length} combinations`;
  });

  check(`the search page says what it did with a query, ${scheme}`, async () => {
    const { context, page } = await open();
    const said = async (query, facets) => {
      await page.goto(searchUrl(base, query, facets));
      await answered(page);
      return page.locator('#st').innerText();
    };
    for (const query of ['bbzl', '八八战咯', '八八戰略']) {
      const text = await said(query);
      assert(text.includes(`没有找到“${query}”，已改搜“八八战略”`) && /找到 \d+ 条/.test(text), text);
      assert(await page.locator('#hits mark', { hasText: '八八战略' }).count() > 0, `${query}: nothing is marked`);
    }
    const also = await said('两山');
    assert(/已同时搜索：.*绿水青山就是金山银山/.test(also), also);
    const loose = await said('民法典与人民法院的关系是什么');
    assert(loose.includes('没有同时含有全部词语的内容'), loose);
    const quoted = await said('“八八战略”');
    assert(quoted.includes('引号里的原话只核对了前面的结果'), quoted);
    assert(!(await said('八八战略')).includes('、八八战略'), 'what was typed is said to be another word for itself');
    const none = await said('龘靐齉爩');
    assert(none.includes('没有找到“龘靐齉爩”') && await page.locator('#none').isVisible(), none);
    assert(await page.locator('#hits > *').count() === 0 && await page.locator('#sort').isHidden(), 'there is something to sort');
    assert(await page.locator('main a[href*="index.html"]:visible').count() > 0, 'no way on');
    const filtered = await said('八八战略', [['kind', 'base'], ['module', 'cul'], ['audience', 'young']]);
    assert(filtered.includes('按现在的筛选'), filtered);
    const all = answers.find((answer) => answer.query === '八八战略').total;
    assert((await page.locator('#none li', { hasText: '取消全部筛选' }).innerText()).includes(`${all} 条`), 'how many hits the filters hide');
    await page.locator('#none a', { hasText: '取消全部筛选' }).click();
    await page.waitForSelector('#hits li');
    same(new URL(page.url()).search, `?${new URLSearchParams([['q', '八八战略']])}`, 'the way out of the filters');
    const never = await said('“八八战略学习”', [['kind', 'base'], ['module', 'cul']]);
    assert(never.includes('按现在的筛选') && await page.locator('#none').isVisible(), never);
    await page.evaluate(() => window.keben.search('“八八战略学习”', { limit: 20 }));
    await page.waitForTimeout(300);
    assert(await page.locator('#none a', { hasText: '取消全部筛选' }).count() === 0, 'a phrase that no text holds is promised without filters');
    quiet(page);
    await context.close();
  });

  check(`suggestions follow the typing and the keys, ${scheme}`, async () => {
    const { context, page } = await open();
    const options = page.locator('#sug [role=option]');
    const type = async (text) => {
      await page.goto(`${base}search.html`);
      await page.waitForFunction(() => window.keben && window.keben.suggest && document.querySelector('#ff input'));
      await page.focus('#q');
      await page.keyboard.type(text);
      await options.first().waitFor();
    };
    const active = () => page.evaluate(() => document.getElementById(document.getElementById('q').getAttribute('aria-activedescendant')));
    await type('八');
    same(await page.evaluate(() => ['role', 'aria-expanded', 'aria-controls'].map((name) => document.getElementById('q').getAttribute(name))), ['combobox', 'true', 'sug'], 'the field');
    assert(await active() === null, 'a suggestion is chosen before a key is pressed');
    await page.keyboard.press('ArrowDown');
    same(await page.evaluate(() => [...document.querySelectorAll('#sug [aria-selected=true]')].map((option) => option.id)),
      [await page.getAttribute('#q', 'aria-activedescendant')], 'the chosen suggestion');
    await page.keyboard.press('ArrowUp');
    assert(await page.getAttribute('#q', 'aria-activedescendant') === null, 'above the first suggestion is the field');
    await page.keyboard.press('ArrowUp');
    assert(await page.getAttribute('#q', 'aria-activedescendant') === await options.last().getAttribute('id'), 'the list does not go round');
    await page.keyboard.press('Escape');
    assert(await options.first().isHidden() && await page.inputValue('#q') === '八', 'Escape does more or less than close the list');
    same(await page.getAttribute('#q', 'aria-expanded'), 'false', 'closed');

    const titles = await page.evaluate(() => window.keben.suggest('战略', 18));
    assert(titles.some((s) => s.url) && titles.some((s) => s.facet), 'no names or no values are suggested');
    await type('战略');
    const links = await options.evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    same([...new Set(links)], links, 'suggestions');
    const document_ = links.findIndex((href) => /(^|\/)terms\//.test(href));
    for (let step = 0; step <= document_; step++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.href.replace(/\?[^#]*/, '') === new URL(links[document_], base).href.replace(/\?[^#]*/, ''));

    await type('战略');
    const texts = await options.allInnerTexts();
    const value = texts.findIndex((text) => text.startsWith('筛选：模块'));
    for (let step = 0; step <= value; step++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('input[name=module][value=bb]').checked);
    same([...new URL(page.url()).searchParams], [['q', '战略'], ['module', 'bb']], 'a value that was suggested');
    assert(await options.first().isHidden(), 'the list stays open');

    await type('战略');
    await page.keyboard.press('Enter');
    await answered(page);
    same([...new URL(page.url()).searchParams], [['q', '战略']], 'Enter with nothing chosen');
    assert(await options.first().isHidden(), 'the list stays open after Enter');
    await page.keyboard.type('布局');
    await options.first().waitFor();
    await page.locator('#hits > li small').first().click({ force: true });
    assert(await options.first().isHidden(), 'the list stays open when the field is left');
    await page.focus('#q');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('战');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(400);
    assert(await options.first().isHidden(), 'the list opens after Enter');
    quiet(page);
    await context.close();
  });

  check(`bad queries and addresses do no harm, ${scheme}`, async () => {
    const { context, page } = await open();
    const settled = async (what, text) => {
      await page.waitForFunction(() => document.querySelector('#ff input'));
      await answered(page);
      const found = await page.evaluate(() => ({
        status: document.getElementById('st').textContent, images: document.querySelectorAll('img,main script:not([src]),#hits b').length,
        busy: document.getElementById('hits').getAttribute('aria-busy'), q: document.getElementById('q').value,
      }));
      assert(found.status && !found.images && !found.status.includes('失败'), `${what}: ${JSON.stringify(found).slice(0, 200)}`);
      if (text !== undefined) {
        const kept = new URL(page.url()).searchParams.get('q') ?? '';
        const wanted = [...found.q.trim()].slice(0, 300).join('').replace(/[\ud800-\udbff](?![\udc00-\udfff])/g, '\ufffd');
        assert(kept === wanted, `${what}: the address keeps ${JSON.stringify(kept).slice(0, 80)}`);
        assert(page.url().length < base.length + 4000, `${what}: an address of ${page.url().length} characters`);
      }
    };
    await page.goto(`${base}search.html`);
    for (const text of hostile) {
      await page.evaluate((value) => {
        const q = document.getElementById('q');
        q.focus();
        q.value = value;
        q.dispatchEvent(new Event('input', { bubbles: true }));
      }, text);
      await page.waitForTimeout(180);
      await settled(`typed ${JSON.stringify(text).slice(0, 60)}`, text);
    }
    for (const text of hostile) {
      await page.goto(searchUrl(base, text));
      await settled(`asked for ${JSON.stringify(text).slice(0, 60)}`);
    }
    const many = Array.from({ length: 50 }, (_, index) => [['kind', 'module', 'year', 'nothing', '__proto__', 'constructor'][index % 6], ['course', 'bb', '2018', '<img src=x onerror=alert(1)>', '__proto__'][index % 5]]);
    await page.goto(searchUrl(base, '学习', many));
    await settled('50 facets');
    for (const tail of ['?kind=nothing&q=%E5%AD%A6%E4%B9%A0', '?q=%E5%AD%A6%E4%B9%A0&sort=evil', '?q=%E5%AD&q=2', '?&&==&q', '?q=%E5%AD%A6%E4%B9%A0&kind=course&kind=course']) {
      await page.goto(`${base}search.html${tail}`);
      await settled(tail);
    }
    assert((await page.locator('#on button').count()) === 2, 'a value named twice is chosen twice');
    quiet(page);
    await context.close();
    return `${hostile.length} texts, typed and in the address`;
  });

  check(`A6 an input method is left alone, ${scheme}`, async () => {
    const { context, page } = await open();
    await page.addInitScript(() => {
      window.runs = [];
      window.keben = {};
      for (const name of ['search', 'suggest']) {
        let real;
        Object.defineProperty(window.keben, name, {
          set(f) { real = f; },
          get() { return real && ((text, ...rest) => { window.runs.push(text); return real(text, ...rest); }); },
        });
      }
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
    await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', windowsVirtualKeyCode: 229, key: 'ArrowDown', code: 'ArrowDown' });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', windowsVirtualKeyCode: 229, key: 'ArrowDown', code: 'ArrowDown' });
    await page.waitForTimeout(100);
    same(await page.evaluate(() => window.runs), [], 'searches and suggestions while composing');
    assert(await page.locator('#sug').isHidden(), 'suggestions while composing');
    const before = page.url();
    await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', windowsVirtualKeyCode: 229, key: 'Process', code: 'Enter' });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', windowsVirtualKeyCode: 229, key: 'Process', code: 'Enter' });
    await page.waitForTimeout(200);
    assert(page.url() === before, `Enter of the input method goes to ${page.url()}`);
    await devtools.send('Input.insertText', { text: '民法' });
    await page.waitForSelector('#hits li');
    assert((await page.evaluate(() => window.runs)).at(-1) === '民法', 'the composed text is searched');
    await page.keyboard.press('Control+a');
    await devtools.send('Input.insertText', { text: '战略' });
    await page.locator('#sug a').first().waitFor();
    await devtools.send('Input.imeSetComposition', { text: 'bu', selectionStart: 2, selectionEnd: 2 });
    await page.waitForTimeout(300);
    assert(await page.locator('#sug').isHidden(), 'the suggestions stay open while composing goes on');
    quiet(page);
    await context.close();
  });

  check(`the search page fits any window, ${scheme}`, async () => {
    const { context, page } = await open();
    const states = {
      hits: [searchUrl(base, '八八战略')],
      narrowed: [searchUrl(base, '学习', [['kind', 'course'], ['module', 'xi'], ['module', 'bb'], ['audience', 'leaders']])],
      instead: [searchUrl(base, '八八战咯')],
      none: [searchUrl(base, 'w'.repeat(300))],
      long: [searchUrl(base, '学习'.repeat(1000))],
      suggestions: [`${base}search.html`, '战略'],
    };
    const wide = [];
    for (const width of [320, 360, 1280]) {
      await page.setViewportSize({ width, height: width > 999 ? 900 : 740 });
      for (const [colours, size] of [['light', ''], ['dark', 'xl']]) {
        await page.emulateMedia({ colorScheme: colours });
        for (const [state, [url, typed]] of Object.entries(states)) {
          await page.goto(url);
          if (size) await page.evaluate((value) => document.documentElement.setAttribute('data-size', value), size);
          if (typed) {
            await page.locator('#q').pressSequentially(typed);
            await page.locator('#sug a').first().waitFor();
          }
          await answered(page);
          await page.evaluate(() => document.querySelectorAll('#ff, .fc').forEach((fold) => { fold.open = true; }));
          const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          if (over) wide.push(`${state} at ${width} px ${size} by ${over}`);
          if (scheme === 'file' && width !== 320) await page.screenshot({ path: join(artifacts, `search-${state}-${width}-${colours}.png`) });
        }
      }
    }
    assert(!wide.length, wide.join(', '));
    quiet(page);
    await context.close();
  });

  check(`the search field of the home page leads to hits, ${scheme}`, async () => {
    const { context, page } = await open({ viewport: { width: 360, height: 740 } });
    await page.goto(`${base}index.html`);
    await page.fill('#q', '枫桥经验');
    await page.press('#q', 'Enter');
    await page.waitForURL(/search\.html\?q=/);
    await page.waitForSelector('#hits li');
    quiet(page);
    await context.close();
  });
}
}
