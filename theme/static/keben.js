/* keben: settings, read aloud, what was read on this device, the way into search. A classic script for engines back to
   Chromium 83. The site is whole without it; storage may be absent or refused.

   Names that stylesheets and tests may rely on:
   #set          header button of the panel: aria-expanded, aria-controls=panel
   #panel        settings below the header; #settings the same on its page. Every setting is a role=group with its name,
                 its buttons carry aria-pressed and data-set="size:xl"; a role=status says what was chosen
   html          data-size l|xl, data-theme light|dark|contrast, data-indent off, data-align off, data-rate slow|fast,
                 data-slash off (theme/inline/settings.js sets them before the first paint)
   .speak        starts reading aloud; hidden unless the device has a Chinese voice of its own
   .now          the paragraph that is read, or the current mark
   .here         bar of one task (.speaking, .marks, .resume): role=region with a name, text in a role=status
   #again        “continue reading” on the front page
   #progress     how much of a module's list has been read; .done on entries that have been read
   #record       reading record on the settings page: [data-forget] removes one, #forget all, #code with #export, #import
   #find         opener of the search dialog (theme/static/find.js): click, "/" and Ctrl+K
   Storage: kb.size and so on are shared by all knowledge bases; kb.HASH.read, .done, .find belong to one (hash of its name). */
(function () {
'use strict';
const T = STRINGS;
const d = document, root = d.documentElement, base = d.currentScript.src.replace(/assets\/[^/]*$/, '');
const $ = id => d.getElementById(id), all = (selector, from) => Array.from((from || d).querySelectorAll(selector));
/* A text with its places filled; `n` decides between one and several. */
const say = (text, values) => (text.other ? values.n === 1 ? text.one : text.other : text).replace(/{(\w+)}/g, (place, name) => values[name] ?? place);
function make(tag, name, text) {
  const e = d.createElement(tag);
  if (name) e.className = name;
  if (text != null) e.textContent = text;
  return e;
}
function button(text, act, name) {
  const b = make('button', name || 'btn', text);
  b.type = 'button';
  b.onclick = act;
  return b;
}
function link(url, text, name) {
  const a = make('a', name, text);
  a.href = url;
  return a;
}
function status(name) {
  const s = make('span', name);
  s.setAttribute('role', 'status');
  return s;
}
/* A key press or Enter that belongs to an input method is not ours. */
const composing = e => e.isComposing || e.keyCode === 229;
const wide = window.matchMedia && matchMedia('(min-width:56em)').matches;
function hash(text) {
  let h = 2166136261;
  for (const c of text) h = Math.imul(h ^ c.codePointAt(0), 16777619) >>> 0;
  return h.toString(36);
}

/* Storage. Pages opened from a disk share one store, so what belongs to this knowledge base carries the hash of its name. */
const own = hash((d.querySelector('.brand') || d.body).textContent.trim());
function keep(name, value) {
  const key = 'kb.' + name;
  try {
    if (value == null || value === '') localStorage.removeItem(key); else localStorage.setItem(key, value);
    return true;
  } catch (e) { return false }
}
function load(name) {
  try {
    const value = JSON.parse(localStorage['kb.' + own + '.' + name]);
    return Array.isArray(value) ? value.filter(Boolean) : [];
  } catch (e) { return [] }
}
const store = (name, list) => keep(own + '.' + name, list.length ? JSON.stringify(list) : '');

/* Scripts that are loaded when they are needed. One that failed is asked for again. */
const arriving = {};
function need(file) {
  return arriving[file] = arriving[file] || new Promise((yes, no) => {
    const s = d.head.appendChild(make('script'));
    s.onload = yes;
    s.onerror = () => { s.remove(); delete arriving[file]; no(new Error(file)) };
    s.src = base + 'assets/' + file;
  });
}

/* Settings: one table for the panel and the page. */
const SETTINGS = [
  ['size', T.size, [['', T.size_m], ['l', T.size_l], ['xl', T.size_xl]]],
  ['theme', T.theme, [['', T.theme_auto], ['light', T.theme_light], ['dark', T.theme_dark], ['contrast', T.theme_contrast]]],
  ['indent', T.indent, [['', T.on], ['off', T.off]]],
  ['align', T.align, [['', T.on], ['off', T.off]]],
  ['rate', T.rate, [['slow', T.rate_slow], ['', T.rate_m], ['fast', T.rate_fast]]],
  ['slash', T.slash, [['', T.on], ['off', T.off]]]
];
const setting = name => root.getAttribute('data-' + name) || '';
function choose(name, value) {
  if (value) root.setAttribute('data-' + name, value); else root.removeAttribute('data-' + name);
  const kept = keep(name, value);
  all('[data-set^="' + name + ':"]').forEach(b => b.setAttribute('aria-pressed', String(b.dataset.set === name + ':' + value)));
  return kept;
}
function settings(box, rows) {
  const told = status('note');
  rows.forEach(([name, label, options]) => {
    const line = box.appendChild(make('p', 'set'));
    line.setAttribute('role', 'group');
    line.setAttribute('aria-label', label);
    line.appendChild(make('span', '', label));
    if (name === 'rate') voiced(line);
    options.forEach(([value, text]) => {
      const b = line.appendChild(button(text, () => { told.textContent = choose(name, value) ? say(T.set_to, { name: label, value: text }) : T.not_kept }));
      b.dataset.set = name + ':' + value;
      b.setAttribute('aria-pressed', String(setting(name) === value));
    });
  });
  return told;
}
const set = $('set');
let panel;
if (set) set.onclick = () => {
  if (!panel) {
    panel = make('div', 'panel');
    panel.id = 'panel';
    panel.hidden = true;
    panel.setAttribute('role', 'region');
    panel.setAttribute('aria-label', set.textContent);
    const box = panel.appendChild(make('div', 'wrap')), told = settings(box, SETTINGS.slice(0, 2));
    if (article) voiced(box.appendChild(button(T.speak, () => { set.onclick(); speak(0) }, 'btn speak')));
    box.appendChild(link(base + 'settings.html', T.all_settings, 'more'));
    box.append(' ', told);
    panel.onkeydown = e => { if (e.key === 'Escape' && !composing(e)) { set.onclick(); set.focus() } };
    set.setAttribute('aria-controls', 'panel');
    d.querySelector('.top').insertAdjacentElement('afterend', panel);
  }
  panel.hidden = !panel.hidden;
  set.setAttribute('aria-expanded', String(!panel.hidden));
  if (!panel.hidden) panel.querySelector('[aria-pressed=true]').focus();
};

/* A bar for one task at a time: on a wide window it stays at the top of the text, on a phone it stands in the text, before
   the place it speaks of, so that it covers nothing. */
const article = d.querySelector('article.body');
let bar;
function open(name, label, buttons, closed) {
  if (bar) bar.shut();
  const own = bar = make('div', 'here ' + name);
  own.setAttribute('role', 'region');
  own.setAttribute('aria-label', label);
  own.told = own.appendChild(status());
  own.at = place => {
    const held = own.contains(d.activeElement) && d.activeElement, to = !wide && place && place.closest('li,article>*');
    if (!to) { if (!own.parentNode) (d.querySelector('.doc') || d.querySelector('main .wrap')).prepend(own) }
    else if (to.tagName === 'LI') to.prepend(own); else to.before(own);
    if (held) held.focus({ preventScroll: true });
  };
  own.shut = () => { if (bar === own) bar = null; own.remove(); if (closed) closed() };
  buttons.forEach(b => own.appendChild(b));
  own.onkeydown = e => { if (e.key === 'Escape' && !composing(e)) { own.shut(); $('main').focus() } };
  return own;
}
/* What is read, counted and marked: blocks of text that hold no other such block. */
const blocks = () => all('h2,h3,h4,h5,h6,p,li,dt,dd,tr,pre,figcaption', article).filter(b => !b.parentNode.closest('li,dd,tr') && !b.closest('.here'));
const seen = e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight };

/* Reading aloud, block by block, with a voice of the device: others would send the text away. */
const talk = window.speechSynthesis;
const voice = () => talk && talk.getVoices().find(v => v.localService && /^(zh|cmn)(?!.*HK)/i.test(v.lang));
function voiced(e) {
  const show = () => { e.hidden = !voice() };
  show();
  if (talk && talk.addEventListener) talk.addEventListener('voiceschanged', show);
}
function speak(from) {
  const list = blocks().filter(b => b.textContent.trim());
  let at, turn = 0;
  const pause = button(T.pause, () => { if (turn < 0) read(at); else { turn = -1; talk.cancel(); pause.textContent = T.go_on } });
  const own = open('speaking', T.speak, [pause, button(T.stop, () => { own.shut(); $('main').focus() })], () => { turn = -2; talk.cancel(); unmark() });
  const unmark = () => all('.now', article).forEach(b => b.classList.remove('now'));
  let run = 0;
  function read(i) {
    const mine = ++run, b = list[i];
    unmark();
    if (!b) return own.shut();
    at = i;
    turn = 0;
    pause.textContent = T.pause;
    b.classList.add('now');
    own.at(b);
    own.told.textContent = say(T.speaking, { n: i + 1, all: list.length });
    if (!seen(b)) b.scrollIntoView({ block: 'center' });
    const copy = b.cloneNode(true);
    all('.fnref,rt,rp,svg,.here', copy).forEach(x => x.remove());
    /* short pieces: engines break off long ones */
    const pieces = copy.textContent.match(/[^\u3002\uff01\uff1f\uff1b.!?;]{1,160}[\u3002\uff01\uff1f\uff1b.!?;]*/g) || [''];
    talk.cancel();
    pieces.forEach((text, k) => {
      const u = new SpeechSynthesisUtterance(text);
      u.voice = voice();
      u.lang = u.voice.lang;
      u.rate = { slow: .8, fast: 1.3 }[setting('rate')] || 1;
      u.onerror = e => { if (mine === run && turn === 0 && !/cancel|interrupt/.test(e.error)) { own.told.textContent = T.no_speech; turn = -1; pause.textContent = T.go_on } };
      if (k === pieces.length - 1) u.onend = () => { if (mine === run && turn === 0) read(i + 1) };
      talk.speak(u);
    });
  }
  read(from);
  pause.focus({ preventScroll: true });
}
addEventListener('pagehide', () => { if (talk) talk.cancel() });

/* What was read: kept on this device and nowhere else. read: [path, title, block, share in hundredths], the last first. */
const here = location.href.replace(/[?#].*/, '').replace(base, '') || 'index.html', RECENT = 12;
const query = new URLSearchParams(location.search).get('q');
const path = a => a.href.replace(/[?#].*/, '').replace(base, '');
if (article) {
  const title = d.querySelector('h1').textContent.trim(), old = load('read').find(r => r[0] === here);
  const note = (block, share) => store('read', [[here, title, block, share]].concat(load('read').filter(r => r[0] !== here)).slice(0, RECENT));
  note(old ? old[2] : 0, old ? old[3] : 0);
  const leave = () => {
    if (article.offsetHeight < 2 * innerHeight) return;
    const list = blocks(), at = list.findIndex(b => b.getBoundingClientRect().bottom > 0);
    if (at > 0 && article.getBoundingClientRect().bottom > innerHeight) note(at, Math.round(100 * at / list.length)); else note(0, 0);
  };
  addEventListener('pagehide', leave);
  d.addEventListener('visibilitychange', () => { if (d.hidden) leave() });
  if (old && old[2] && !location.hash && !query) {
    const own = open('resume', T.again, [
      button(T.go_on, () => { const b = blocks()[old[2]]; own.shut(); if (b) { b.scrollIntoView(); b.tabIndex = -1; b.focus({ preventScroll: true }) } }),
      button(T.close, () => { own.shut(); $('main').focus() })
    ]);
    own.at();
    own.told.textContent = say(T.was_at, { n: old[3] });
  }
  /* read: its end has stood on the screen for a while */
  let timer;
  if (window.IntersectionObserver) new IntersectionObserver(seen => {
    clearTimeout(timer);
    if (seen[0].isIntersecting) timer = setTimeout(() => { const done = load('done'); if (done.indexOf(here) < 0) store('done', done.concat(here)) }, 2000);
  }).observe(d.querySelector('.pn') || article.lastElementChild || article);
}
const done = load('done'), listed = all('.list>li>a');
listed.forEach(a => {
  if (done.indexOf(path(a)) >= 0) { a.parentNode.classList.add('done'); a.insertAdjacentElement('afterend', make('span', 'tag', T.done)) }
});
if (/^modules\//.test(here) && d.querySelector('.list .done')) {
  const paths = new Set(listed.map(path)), n = Array.from(paths).filter(p => done.indexOf(p) >= 0).length;
  const p = make('p', 'note'), meter = p.appendChild(make('progress'));
  p.id = 'progress';
  meter.max = paths.size;
  meter.value = n;
  meter.setAttribute('aria-hidden', 'true');
  p.append(' ' + say(T.done_n, { n: n, all: paths.size }) + T.only_here);
  d.querySelector('h1').insertAdjacentElement('afterend', p);
}
function recent(list) {
  return load('read').slice(0, list).map(r => {
    const li = make('li');
    li.appendChild(link(base + r[0], r[1]));
    if (r[3]) li.appendChild(make('span', 'n', say(T.percent, { n: r[3] })));
    return li;
  });
}
if (here === 'index.html' && $('q') && load('read').length) {
  const again = make('section');
  again.id = 'again';
  again.appendChild(make('h2', '', T.again));
  again.appendChild(make('ul', 'links')).append(...recent(4));
  $('q').closest('form').insertAdjacentElement('afterend', again);
}

/* The settings page: all settings, and the record with its ways out and in. */
function record(box) {
  box.textContent = '';
  const list = load('read'), done = load('done'), told = status('note'), code = make('textarea');
  const again = text => { record(box); box.querySelector('[role=status]').textContent = text };
  box.appendChild(make('h2', '', T.record)).tabIndex = -1;
  box.appendChild(make('p', 'note', say(T.record_n, { n: list.length, done: done.length }) + T.only_here));
  const ul = box.appendChild(make('ul', 'links'));
  recent(RECENT).forEach((li, i) => {
    const b = ul.appendChild(li).appendChild(button('×', () => {
      store('read', list.filter((r, k) => k !== i));
      again(say(T.forgotten, { name: list[i][1] }));
      (all('[data-forget]', box)[Math.min(i, list.length - 2)] || box.firstChild).focus();
    }));
    b.dataset.forget = list[i][0];
    b.setAttribute('aria-label', say(T.forget, { name: list[i][1] }));
  });
  const tools = box.appendChild(make('p', 'set')), label = make('label', '', T.code);
  const tool = (id, text, act) => { tools.appendChild(button(text, act)).id = id };
  if (list.length || done.length) {
    tool('forget', T.forget_all, () => { store('read', []); store('done', []); again(T.forgotten_all); box.firstChild.focus() });
    tool('export', T.export, () => {
      const text = btoa(unescape(encodeURIComponent(JSON.stringify([load('read'), load('done')]))));
      code.value = ['kb1', own, hash(text), text].join('.');
      code.select();
      let copied = false;
      try { copied = d.execCommand('copy') } catch (e) { /* it can be copied by hand */ }
      told.textContent = copied ? T.copied : T.copy;
    });
  }
  tool('import', T.import, () => {
    const [form, site, sum, text] = code.value.replace(/\s/g, '').split('.');
    let data;
    const fit = x => /^[\w-]+(\/[\w-]+)*\.html$/.test(Array.isArray(x) ? x[0] : x);
    if (form === 'kb1' && sum === hash(text || '')) try { data = JSON.parse(decodeURIComponent(escape(atob(text)))).map(list => list.filter(fit)) } catch (e) { /* said below */ }
    if (!data) told.textContent = T.bad_code;
    else if (site !== own) told.textContent = T.other_code;
    else {
      const mine = load('read'), theirs = data[0].filter(r => r[1] && mine.every(m => m[0] !== r[0]));
      const kept = store('read', mine.concat(theirs).slice(0, RECENT)) && store('done', Array.from(new Set(load('done').concat(data[1]))));
      again(kept ? T.imported : T.not_kept);
    }
  });
  code.id = label.htmlFor = 'code';
  code.rows = 3;
  box.append(label, code, told);
}
const page = $('settings');
if (page) {
  const told = settings(page, SETTINGS), box = make('section');
  box.id = 'record';
  page.append(told, box);
  record(box);
}

/* On a wide window folds that have room stand open. */
if (wide) all('details.toc,#ff').forEach(fold => { fold.open = true });

/* The way into search: a field of the search page's own, else the dialog, else the search page. */
const find = $('find');
function ask(e) {
  if ($('sf')) { $('q').focus(); $('q').select(); return }
  const from = d.activeElement && d.activeElement !== d.body ? d.activeElement : find;
  if (!window.HTMLDialogElement || !find) { if (find) location.href = find.href; return }
  need('find.js').then(() => window.keben.find(from), () => { location.href = find.href });
}
if (find) {
  find.addEventListener('click', e => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    ask();
  });
  ['pointerenter', 'focus'].forEach(name => find.addEventListener(name, () => { if (!$('sf')) need('find.js').catch(() => {}) }));
}
d.addEventListener('keydown', e => {
  if (composing(e) || e.altKey) return;
  const t = e.target, typing = t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName);
  if (!(e.ctrlKey || e.metaKey ? /^k$/i.test(e.key) : e.key === '/' && !typing && setting('slash') !== 'off')) return;
  e.preventDefault();
  ask();
});

window.keben = window.keben || {};
window.keben.ui = { base, all, say, make, button, link, status, composing, load, store, need, open, recent, article };
if (query && d.querySelector('main') && !$('sf')) need('find.js').then(() => window.keben.mark(query, new URLSearchParams(location.search).get('also')), () => {});

/* Paper shows what is folded; the sheet can say so only from Chromium 131 on. */
let folded;
onbeforeprint = () => (folded = all('main details:not([open])')).forEach(e => { e.open = true });
onafterprint = () => folded.forEach(e => { e.open = false });

/* Offline reading: only where the browser has it, and never from a disk. */
const kept = $('keep');
if (window.isSecureContext && /^https?:$/.test(location.protocol) && navigator.serviceWorker) {
  navigator.serviceWorker.register(base + 'sw.js').then(() => { if (kept || $('storage')) need('offline.js') }).catch(() => {});
} else if (kept) kept.hidden = true;
})();
