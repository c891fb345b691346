/* keben: finding: the search dialog, the marks of what was found, and what the search page shares with them. Loaded when it
   is first needed; what is found and in which order is assets/search.js.

   Names that stylesheets and tests may rely on:
   #dialog   the dialog (opened by #find, "/", Ctrl+K); #dq its field, role=combobox with aria-controls=dl and aria-activedescendant
   #dl       role=listbox; its choices are a[role=option], by document in role=group; #ds role=status
   #full     leads to the search page with what was typed; #within box “only this module”; .asked queries of this device
   mark.kb   what was looked for (?q= of the address); mark.now the current one; .here.marks the bar that counts them */
(function () {
'use strict';
const T = STRINGS;
const d = document, K = window.keben, { base, all, say, make, button, link, status, composing, load, store, need, open, recent, article } = K.ui;
const $ = id => d.getElementById(id);

/* Servers take addresses of some 8 KB, of which a Chinese character needs nine bytes. */
const typed = field => Array.from(field.value.trim()).slice(0, 300).join('');
const tooShort = query => !query || /^[\x21-\x7e]$/.test(query);
/* Texts by turns plain and marked. */
function marked(to, parts) {
  parts.forEach((text, i) => { if (text) to.appendChild(i % 2 ? make('mark', '', text) : d.createTextNode(text)) });
  return to;
}
/* The address of a hit: the page marks what was found, in the words that did find it. */
function landing(url, answer) {
  const params = new URLSearchParams({ q: answer.instead || answer.query });
  if (answer.also) params.set('also', answer.also.join(' '));
  return base + url.replace(/(?=#|$)/, () => '?' + params);
}
/* What was looked for on this device. */
const asked = {
  add(query) { if (!tooShort(query)) store('find', [query].concat(load('find').filter(q => q !== query)).slice(0, 8)) },
  draw(box, pick) {
    const list = load('find');
    box.textContent = '';
    if (!list.length) return;
    const head = box.appendChild(make('p', 'note', T.asked)), ul = box.appendChild(make('ul', 'chips asked'));
    head.appendChild(button(T.forget_all, () => { store('find', []); box.textContent = ''; pick(null) }, 'btn fm'));
    list.forEach((query, i) => {
      const li = ul.appendChild(make('li')), out = button('×', () => {
        store('find', list.filter(q => q !== query));
        asked.draw(box, pick);
        const left = all('.asked li', box);
        if (left.length) left[Math.min(i, left.length - 1)].lastChild.focus(); else pick(null);
      });
      li.append(button(query, () => pick(query)), out);
      out.setAttribute('aria-label', say(T.forget, { name: query }));
    });
  }
};
/* A field with a list of choices. Arrows, Home and End choose, Enter goes there, with Ctrl or Shift in another window. */
let number = 0;
function combobox(field, list, escape) {
  let active = null;
  const names = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': list.id, 'aria-expanded': 'false' };
  Object.keys(names).forEach(name => field.setAttribute(name, names[name]));
  function choose(option) {
    if (active) active.setAttribute('aria-selected', 'false');
    active = option || null;
    if (!active) return field.removeAttribute('aria-activedescendant');
    active.setAttribute('aria-selected', 'true');
    active.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', active.id);
  }
  field.addEventListener('keydown', e => {
    if (composing(e) || e.altKey) return;
    const options = all('[role=option]', list), at = options.indexOf(active), last = options.length - 1;
    if (e.key === 'Escape') { if (!escape()) return } 
    else if (e.key === 'Enter' && at >= 0) { if (e.ctrlKey || e.metaKey || e.shiftKey) window.open(active.href); else active.click() }
    else if (e.ctrlKey || e.metaKey || list.hidden || last < 0) return;
    else if (e.key === 'ArrowDown') choose(options[at + 1]);
    else if (e.key === 'ArrowUp') choose(options[at < 0 ? last : at - 1]);
    else if (e.key === 'Home' && at >= 0) choose(options[0]);
    else if (e.key === 'End' && at >= 0) choose(options[last]);
    else return;
    e.preventDefault();
  });
  /* the field keeps its focus until a choice is clicked */
  list.addEventListener('mousedown', e => e.preventDefault());
  return {
    choose,
    option(url) {
      const a = link(url);
      a.id = list.id + ++number;
      a.tabIndex = -1;
      a.setAttribute('role', 'option');
      a.setAttribute('aria-selected', 'false');
      return a;
    },
    shown() {
      list.hidden = !list.querySelector('[role=option]');
      field.setAttribute('aria-expanded', String(!list.hidden));
      if (active && !list.contains(active)) choose();
    }
  };
}
/* Typing, without what an input method is still composing. */
function typing(field, later, stop) {
  let busy = false;
  field.addEventListener('compositionstart', () => { busy = true; stop() });
  field.addEventListener('compositionend', () => { busy = false; later() });
  field.addEventListener('input', e => { if (!busy && !e.isComposing) later() });
  return () => busy;
}

/* The dialog. */
let box, from;
const part = d.querySelector('.crumb a[href*="modules/"]:not([href$="index.html"])');
const module = (/modules\/([\w-]+)\.html$/.exec(location.pathname) || part && /modules\/([\w-]+)\.html/.exec(part.href) || [])[1];
function build() {
  const form = make('form', 'sf'), row = make('div', 'row'), q = make('input');
  const told = status('note'), list = make('div', 'opts'), full = link('', '', 'more'), idle = make('div'), queries = make('div'), others = make('div');
  let timer, turn = 0, kinds = null, only;
  box = d.body.appendChild(make('dialog'));
  box.id = 'dialog';
  box.setAttribute('aria-label', T.search);
  Object.assign(q, { id: 'dq', name: 'q', type: 'search', autocomplete: 'off', spellcheck: false, maxLength: 300 });
  q.setAttribute('aria-label', T.what);
  form.setAttribute('role', 'search');
  Object.assign(list, { id: 'dl', hidden: true });
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', T.results);
  told.id = 'ds';
  full.id = 'full';
  row.append(q, button(T.close, () => box.close()));
  form.append(row);
  if (module) {
    only = make('input');
    const line = make('label'), within = form.appendChild(make('div', 'fb'));
    Object.assign(only, { type: 'checkbox', id: 'within', onchange: run });
    line.append(only, T.within);
    within.append(line);
  }
  /* ways on for an empty field, and when nothing was found: never a dead end */
  idle.append(queries, others);
  const more = make('p');
  more.append(full);
  box.append(form, told, list, more, idle);
  const choices = combobox(q, list, () => {
    if (!q.value) box.close(); else { q.value = ''; run() }
    return true;
  });
  const groups = [0, 1].map(() => list.appendChild(make('div')));
  const busy = typing(q, () => { clearTimeout(timer); timer = setTimeout(run, 80) }, () => clearTimeout(timer));
  function ways() {
    idle.hidden = false;
    asked.draw(queries, query => { if (query) q.value = query; run(); q.focus() });
    others.textContent = '';
    const read = recent(6), nav = all('.nav .w a').slice(0, 6).map(a => { const li = make('li'); li.append(link(a.href, a.textContent)); return li });
    [[T.read, read, 'links'], [T.browse, nav, 'chips']].forEach(([name, items, style]) => {
      if (!items.length) return;
      others.append(make('p', 'note', name), make('ul', style));
      others.lastChild.append(...items);
    });
  }
  function clear() {
    groups.forEach(g => { g.textContent = '' });
    choices.choose();
    choices.shown();
  }
  async function run() {
    const query = typed(q), mine = ++turn;
    clearTimeout(timer);
    choices.choose();
    full.href = base + 'search.html' + (query ? '?' + new URLSearchParams(only && only.checked ? { q: query, module } : { q: query }) : '');
    full.textContent = query ? say(T.full, { q: query }) : T.full_page;
    if (tooShort(query)) { clear(); told.textContent = query ? T.one_letter : ''; return ways() }
    idle.hidden = true;
    try {
      await need('search.js');
      if (mine !== turn) return;
      told.textContent = told.textContent || T.searching;
      kinds = kinds || await K.facets();
      const names = only && only.checked ? [] : await K.suggest(query, 12);
      if (mine !== turn) return;
      const known = [];
      groups.forEach(g => { g.textContent = '' });
      names.forEach(name => {
        const f = name.facet && kinds.find(f => f.name === name.facet), to = f ? base + 'search.html?' + new URLSearchParams({ q: query, [f.name]: name.value }) : name.url && landing(name.url, { query });
        if (!to || known.length === 3 || known.indexOf(to) >= 0) return;
        known.push(to);
        groups[0].appendChild(choices.option(to)).textContent = f ? say(T.filter, { name: f.label, value: name.text }) : name.text;
      });
      choices.shown();
      const answer = await K.search(query, { limit: 6, facets: only && only.checked ? { module: [module] } : {} });
      if (mine !== turn) return;
      answer.hits.forEach(h => draw(h, answer));
      choices.shown();
      told.textContent = !answer.hits.length ? say(T.none, { q: query })
        : answer.instead ? say(T.instead, { q: query, other: answer.instead })
          : answer.loose || !answer.total ? T.loose : say(T.found, { n: answer.total });
      if (answer.partial) told.textContent += T.partial;
      if (!answer.hits.length) ways();
    } catch (e) {
      if (mine !== turn) return;
      clear();
      told.textContent = T.failed;
      ways();
    }
  }
  function draw(h, answer) {
    const group = groups[1].appendChild(make('div', 'hit')), kind = kinds.find(f => f.name === 'kind'), places = h.places || [];
    const top = group.appendChild(choices.option(landing(h.url, answer)));
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', h.title);
    marked(top.appendChild(make('b')), h.title_parts || [h.title]);
    const own = kind && kind.values.find(v => v.value === h.kind);
    if (own) top.appendChild(make('small', '', own.label));
    places.forEach((p, i) => {
      if (!p.heading) { if (!i && p.parts.join('')) marked(top.appendChild(make('span', 's')), p.parts); return }
      const a = group.appendChild(choices.option(landing(p.url, answer)));
      a.className = 'place';
      a.appendChild(make('b', '', p.heading));
      if (p.parts.join('')) marked(a.appendChild(make('span', 's')), p.parts);
    });
  }
  box.addEventListener('click', e => {
    if (e.target === box) box.close();
    if (e.target.closest('#dl a,#full')) asked.add(typed(q));
  });
  form.onsubmit = e => {
    e.preventDefault();
    if (busy() || !typed(q)) return;
    asked.add(typed(q));
    location.href = full.href;
  };
  /* Tab stays inside, also where the engine would go on to the page behind. */
  box.addEventListener('keydown', e => {
    if (composing(e) || e.key !== 'Tab') return;
    const stops = all('input,button,a[href]:not([tabindex])', box).filter(s => s.offsetParent), at = e.shiftKey ? 0 : stops.length - 1;
    if (d.activeElement === stops[at]) { e.preventDefault(); stops[stops.length - 1 - at].focus() }
  });
  box.addEventListener('close', () => { turn++; clearTimeout(timer); if (from) from.focus() });
  box.start = () => { q.focus(); q.select(); need('search.js').catch(() => {}); run() };
}
K.find = opener => {
  if (!box) build();
  if (box.open) return;
  from = opener;
  box.showModal();
  box.start();
};

/* Marks of what was looked for, in the text of the page, and a bar that leads from one to the next. */
const MOST = 300, WORD = /[\p{L}\p{N}]/u, HAN = /[\u3400-\u9fff\uf900-\ufaff]/;
function fold(c) {
  if (c >= '\u4e00' && c <= '\u9fff') return c;
  const n = c.normalize('NFKC').toLowerCase();
  return n.length === 1 ? n : c;
}
const folded = text => text.split('').map(fold).join('');
/* Runs of Chinese and words of letters; not what a query excludes. */
const runs = text => folded(text.replace(/(^|\s)[-\uff0d−](["“][^"”]*["”]|\S+)/g, ' ')).match(/[\u3400-\u9fff\uf900-\ufaff]+|(?:(?![\u3400-\u9fff\uf900-\ufaff])[\p{L}\p{N}])+/gu) || [];
K.mark = (query, also) => {
  const place = article || d.querySelector('main'), walk = d.createTreeWalker(place, 4), at = [], found = [];
  let text = '', node, block;
  while ((node = walk.nextNode())) {
    const parent = node.parentNode.closest('p,li,td,th,dt,dd,h1,h2,h3,h4,h5,h6,pre,figcaption,summary,div');
    if (node.parentNode.closest('script,svg,button,textarea,.here')) continue;
    if (parent !== block) { text += '\n'; at.push(null); block = parent }
    for (let i = 0; i < node.data.length; i++) { text += fold(node.data[i]); at.push([node, i]) }
  }
  const seek = word => {
    let n = 0;
    for (let i = text.indexOf(word); i >= 0 && found.length < MOST; i = text.indexOf(word, i + 1)) {
      const end = i + word.length, edge = c => c && WORD.test(c) && !HAN.test(c);
      if (!HAN.test(word) && (edge(text[i - 1]) || edge(text[end]))) continue;
      found.push([i, end]);
      n++;
    }
    return n;
  };
  /* a run that stands nowhere as a whole is looked for by its pairs */
  runs(query + ' ' + (also || '')).forEach(run => {
    if (!seek(run) && HAN.test(run)) for (let i = 0; i + 2 < run.length + 1 && run.length > 2; i++) seek(run.slice(i, i + 2));
  });
  if (!found.length) return;
  found.sort((a, b) => a[0] - b[0]);
  const spans = [];
  found.forEach(f => {
    const last = spans[spans.length - 1];
    if (last && f[0] < last[1]) last[1] = Math.max(last[1], f[1]); else spans.push(f.slice());
  });
  /* from the end, so that what stands before keeps its place */
  const marks = [];
  for (let n = spans.length - 1; n >= 0; n--) {
    let end = spans[n][1];
    while (end > spans[n][0]) {
      const own = at[end - 1];
      if (!own) { end--; continue }
      let start = end - 1;
      while (start > spans[n][0] && at[start - 1] && at[start - 1][0] === own[0]) start--;
      const m = make('mark', 'kb'), piece = own[0].splitText(at[start][1]);
      piece.splitText(end - start);
      piece.replaceWith(m);
      m.append(piece);
      marks[n] = m;
      end = start;
    }
  }
  let now = -1;
  const own = open('marks', T.marks, [
    button('↑ ' + T.previous, () => go(now - 1)), button('↓ ' + T.next, () => go(now + 1)), button(T.clear, () => { own.shut(); $('main').focus({ preventScroll: true }) })
  ], () => {
    all('mark.kb', place).forEach(m => { const p = m.parentNode; m.replaceWith(...m.childNodes); p.normalize() });
    try { history.replaceState(null, '', location.pathname + location.hash) } catch (e) { /* the address may stay */ }
  });
  function go(n) {
    if (marks[now]) marks[now].classList.remove('now');
    now = (n + marks.length) % marks.length;
    const m = marks[now];
    m.classList.add('now');
    for (let fold = m.closest('details'); fold; fold = fold.parentNode.closest('details')) fold.open = true;
    own.at(m);
    own.told.textContent = say(T.mark_n, { n: now + 1, all: marks.length });
    m.scrollIntoView({ block: 'center' });
  }
  const target = location.hash && $(decodeURIComponent(location.hash.slice(1)));
  const first = () => go(Math.max(0, target ? marks.findIndex(m => target.compareDocumentPosition(m) & 4) : 0));
  first();
  /* the engine goes to the anchor once more when all has arrived */
  if (target && d.readyState !== 'complete') addEventListener('load', () => setTimeout(() => { if (marks[now]) marks[now].scrollIntoView({ block: 'center' }) }));
};
Object.assign(K.ui, { typed, tooShort, marked, landing, asked, combobox, typing });
})();
