/* keben: the search page. A classic script for engines back to Chromium 83; what is found and in which order is
   assets/search.js. The state of the page is its address: ?q=&kind=&module=&...&sort= */
(function () {
'use strict';
const T = STRINGS;
var d = document, ui = window.keben && window.keben.ui;
if (!ui || !ui.combobox) return;
const { say: fill, make, button, link, typed: read300, tooShort, marked, landing, asked: queries, combobox, typing } = ui;
function $(id) { return d.getElementById(id) }

var form = $('sf'), q = $('q'), hits = $('hits'), status = $('st'), more = $('more'), fold = $('ff'), sort = $('sort'), on = $('on'), none = $('none'), ways = none && none.lastElementChild, list = $('sug');
if (!form || !hits || !list) return;
var wide = window.matchMedia && matchMedia('(min-width:56em)').matches, LIMIT = 20, SHORT = 8, OPEN = 4, OFFERED = 6;
var chosen = {}, facets = null, boxes = [], turn = 0, timer, next = 0, full = 0;
var last = $('hits').parentNode.insertBefore(make('div'), $('hits'));

function typed() { return read300(q) }
function state(query, values, order) {
  var params = new URLSearchParams();
  if (query) params.append('q', query);
  Object.keys(values).forEach(function (name) { values[name].forEach(function (v) { params.append(name, v) }) });
  if (order) params.append('sort', order);
  params = params.toString();
  return location.pathname + (params && '?' + params);
}
function keep(push) {
  var to = state(typed(), chosen, sort.value);
  if (to === location.pathname + location.search) return;
  try { history[push ? 'pushState' : 'replaceState'](null, '', to) } catch (e) { /* the search works all the same */ }
}
function read() {
  var params = new URLSearchParams(location.search), raw = Object.create(null);
  params.forEach(function (v, name) { if (name !== 'q' && name !== 'sort') (raw[name] = raw[name] || []).push(v) });
  q.value = params.get('q') || '';
  q.value = typed();
  sort.value = params.get('sort') === 'date' ? 'date' : '';
  chosen = raw;
  tick();
}
/* `chosen` in the order of the form, so that one choice has one address, without what this site does not have. */
function tick() {
  if (!facets) return;
  var known = {};
  boxes.forEach(function (b) {
    b.checked = (chosen[b.name] || []).indexOf(b.value) >= 0;
    if (b.checked) (known[b.name] = known[b.name] || []).push(b.value);
  });
  chosen = known;
}
/* `chosen` with a value put in or taken out */
function changed(name, value, held) {
  var out = Object.assign({}, chosen);
  out[name] = (out[name] || []).filter(function (v) { return v !== value }).concat(held ? value : []);
  return out;
}
function choose(values) {
  chosen = values;
  tick();
  keep(true);
  run(0);
}
function facet(name) { return facets.filter(function (f) { return f.name === name })[0] }
function kind(id) { return boxes.reduce(function (found, b) { return b.name === 'kind' && b.value === id ? b.label : found }, id) }

/* The filters: as many groups as the index has facets; the long ones show the values with the most hits. */
function draw(all) {
  if (facets) return;
  facets = all;
  all.forEach(function (f, i) {
    var group = f.group = fold.appendChild(make('details', 'fc')), body = make('div', 'fb');
    group.appendChild(make('summary', '', f.label));
    group.appendChild(body);
    body.setAttribute('role', 'group');
    body.setAttribute('aria-label', f.label);
    f.values.forEach(function (v) {
      var line = body.appendChild(make('label')), box = line.appendChild(make('input'));
      box.type = 'checkbox';
      box.name = f.name;
      box.value = v.value;
      box.label = v.label;
      line.appendChild(make('span', '', v.label));
      box.n = line.appendChild(make('span', 'n'));
      boxes.push(box);
    });
    if (f.values.length > SHORT + 2) {
      f.all = body.appendChild(button('', function () { f.whole = !f.whole; shorten(f) }));
      f.all.className = 'btn fm';
    }
    f.group.open = wide && i < OPEN;
  });
  tick();
  counts(null);
  Object.keys(chosen).forEach(function (name) { facet(name).group.open = true });
}
function shorten(f) {
  var own = boxes.filter(function (b) { return b.name === f.name });
  if (!f.all) return;
  var kept = f.whole ? own : own.slice().sort(function (a, b) { return b.count - a.count || own.indexOf(a) - own.indexOf(b) }).slice(0, SHORT);
  own.forEach(function (b) { b.parentNode.hidden = kept.indexOf(b) < 0 && !b.checked && b !== d.activeElement });
  var left = own.filter(function (b) { return b.parentNode.hidden }).length;
  f.all.hidden = !f.whole && !left;
  f.all.textContent = f.whole ? T.fewer : fill(T.more, { n: left });
  f.all.setAttribute('aria-label', fill(T.pair, { name: f.label, value: f.all.textContent }));
  f.all.setAttribute('aria-expanded', String(!!f.whole));
}
function counts(found) {
  boxes.forEach(function (b) {
    var own = found && found[b.name];
    b.count = 0;
    (own || []).forEach(function (v) { if (v.value === b.value) b.count = v.count });
    b.n.textContent = own ? String(b.count) : '';
    b.disabled = !!own && !b.count && !b.checked;
    b.parentNode.className = b.disabled ? 'off' : '';
  });
  (facets || []).forEach(shorten);
  chips();
}
/* What is chosen, each with a way out of it. */
function chips() {
  var held = on.contains(d.activeElement), at = held ? Array.prototype.indexOf.call(on.children, d.activeElement.parentNode) : 0;
  on.textContent = '';
  boxes.forEach(function (b) {
    if (!b.checked) return;
    var text = fill(T.pair, { name: facet(b.name).label, value: b.label }), one = on.appendChild(make('li')).appendChild(button(text, function () { choose(changed(b.name, b.value)) }));
    one.appendChild(make('span', 'x', '×')).setAttribute('aria-hidden', 'true');
    one.setAttribute('aria-label', fill(T.remove, { name: text }));
  });
  if (on.firstChild) on.appendChild(make('li')).appendChild(button(T.clear, function () { choose({}) }));
  on.hidden = !on.firstChild;
  if (held) (on.children.length ? on.children[Math.min(at, on.children.length - 1)].firstChild : q).focus();
}

function hit(h, r) {
  var li = make('li', h.part ? 'part' : ''), date = (h.date || '').split('-'), facts = [kind(h.kind)];
  marked(li.appendChild(link(landing(h.url, r))), h.title_parts || [h.title]);
  if (date[0]) facts.push(fill([T.date_y, T.date_ym, T.date_ymd][date.length - 1], { y: Number(date[0]), m: Number(date[1]), d: Number(date[2]) }));
  if (h.part) facts.push(T.part);
  li.appendChild(make('small', '', facts.join(' · ')));
  var places = li.appendChild(make('ul', 'at'));
  (h.places || []).forEach(function (p) {
    var one = make('li');
    if (p.heading) {
      one.appendChild(p.url ? link(landing(p.url, r), p.heading) : make('b', '', p.heading));
    }
    if (p.parts.join('')) marked(one.appendChild(make('p')), p.parts);
    if (one.firstChild) places.appendChild(one);
  });
  if (!places.firstChild) places.remove();
  return li;
}
function clear(text) {
  hits.textContent = last.textContent = '';
  while (ways.querySelector('.way')) ways.firstChild.remove();
  none.hidden = more.hidden = sort.parentNode.hidden = true;
  next = full = 0;
  say([text]);
  hits.setAttribute('aria-busy', 'false');
}
function say(lines) {
  status.textContent = '';
  lines.forEach(function (line, i) { if (line) status.appendChild(make('span', i ? 'note' : '', line)) });
}
function quoted(text) {
  var own = Array.from(text);
  if (own.length > 40) text = own.slice(0, 40).join('') + '…';
  return fill(T.quoted, { n: text.replace(/[“"]/g, '‘').replace(/[”"]/g, '’').replace(/^‘([^‘’]*)’$/, '$1') });
}
/* Words without the marks that make no difference; what was typed is no other word for itself. */
function others(words, query) {
  function bare(w) { return w.replace(/[“”"\u300a\u300b\u3008\u3009‘’'\s]/g, '').toLowerCase() }
  var seen = [bare(query)];
  return words.filter(function (w) { w = bare(w); return seen.indexOf(w) < 0 && seen.push(w) });
}
function report(r, query) {
  var shown = hits.children.length, rest = shown - full, lines = [], also = others(r.also || [], r.instead || query);
  var words = quoted(r.instead || query), lead = r.instead ? [fill(T.instead, { q: quoted(query), other: words })] : [];
  if (!shown && Object.keys(chosen).length) lead.push(fill(T.none_chosen, { q: words }));
  else if (!shown) { if (!r.instead) lead.push(fill(T.none, { q: words })) }
  else if (r.loose || !r.total) lead.push(fill(T.loose, { n: shown }));
  else {
    lead.push(fill(T.found, { n: r.total }));
    if (full < r.total) lead.push(fill(T.shown, { n: full })); else if (rest > 0) lead.push(fill(T.rest, { n: rest }));
  }
  lines.push(lead.join(T.gap));
  if (also.length) lines.push(fill(T.also, { n: also.join(T.sep) }));
  if (r.unverified) lines.push(fill(T.unverified, { n: r.unverified }));
  if (shown && Array.from(query).length === 1) lines.push(T.one_character);
  if (r.partial) lines.push(T.partial);
  say(lines);
}
/* Nothing found: the ways on that do lead to something stand before the advice. */
function advise(query, mine) {
  var plain = query.replace(/(^|\s)[-\uff0d−]\S+/g, ' ').replace(/["“”\uff02]/g, ' ').replace(/\s+/g, ' ').trim();
  function offer(text, words, values) {
    /* quoted words are looked for in the texts of the hits that are asked for */
    window.keben.search(words, { facets: values, limit: LIMIT }).then(function (r) {
      if (mine !== turn || !r.hits.some(function (h) { return !h.part })) return;
      var li = make('li', 'way');
      li.appendChild(link(state(words, values, sort.value), fill(text, { q: quoted(words) })));
      if (!r.unverified) li.appendChild(make('span', 'n', fill(T.n_hits, { n: r.total })));
      ways.insertBefore(li, ways.firstChild);
    }, function () { /* the advice is enough */ });
  }
  if (plain && plain !== query) offer(T.try_plain, plain, chosen);
  if (Object.keys(chosen).length) offer(T.try_all, query, {});
  none.hidden = false;
}
function later() { clearTimeout(timer); timer = setTimeout(function () { keep(false); run(0); suggest() }, 80) }
function run(offset) {
  var query = typed(), mine = ++turn;
  clearTimeout(timer);
  if (!window.keben || !window.keben.search) return clear(T.failed);
  var known = facets ? Promise.resolve() : Promise.resolve().then(function () { return window.keben.facets() }).then(draw);
  if (tooShort(query)) {
    clear(query ? T.one_letter : T.start);
    if (!query) queries.draw(last, function (picked) { q.value = picked || ''; if (picked) { keep(true); run(0) } q.focus() });
    counts(null);
    return known.catch(function () { if (mine === turn) clear(T.failed) });
  }
  hits.setAttribute('aria-busy', 'true');
  if (!hits.firstChild) say([T.searching]);
  known.then(function () {
    return mine === turn && window.keben.search(query, { facets: chosen, sort: sort.value || 'relevance', limit: LIMIT, offset: offset });
  }).then(function (r) {
    if (!r || mine !== turn) return;
    if (!offset) { clear(''); counts(r.facets) }
    hits.setAttribute('aria-busy', 'false');
    var first = hits.children.length;
    r.hits.forEach(function (h) { hits.appendChild(hit(h, r)); if (!h.part) full++ });
    next = offset + LIMIT;
    more.hidden = !r.hits.length || full >= r.total;
    report(r, query);
    if (hits.firstChild) sort.parentNode.hidden = false; else advise(query, mine);
    if (offset && hits.children[first]) hits.children[first].firstChild.focus();
  }).catch(function () { if (mine === turn) { clear(T.failed); counts(null) } });
}

/* Suggestions while typing: names of documents, values of facets. Arrows choose, Enter goes there, Escape closes. */
var asked = 0, choices = combobox(q, list, function () { if (list.hidden) return false; close(); return true });
q.setAttribute('aria-describedby', 'hint');
function close() {
  asked++;
  list.textContent = '';
  choices.shown();
}
function suggest() {
  var text = q.value.trim(), mine = ++asked;
  if (tooShort(text) || text.length > 40 || d.activeElement !== q || !window.keben.suggest) return close();
  window.keben.suggest(text, 3 * OFFERED).then(function (found) {
    var seen = {};
    if (mine !== asked || busy() || q.value.trim() !== text || d.activeElement !== q) return;
    close();
    found.forEach(function (s) {
      var f = s.facet && facets && facet(s.facet), to = s.url ? landing(s.url, { query: text }) : f && state(text, changed(s.facet, s.value, true), sort.value);
      /* a document may go by several names */
      if (!to || seen['=' + to] || list.children.length === OFFERED) return;
      var a = list.appendChild(choices.option(to));
      seen['=' + to] = true;
      a.textContent = f ? fill(T.filter, { name: f.label, value: s.text }) : s.text;
      if (f) a.onclick = function (e) {
        if (e.ctrlKey || e.metaKey || e.shiftKey) return;
        e.preventDefault();
        close();
        choose(changed(s.facet, s.value, true));
      };
    });
    choices.shown();
  }, close);
}
var busy = typing(q, later, function () { clearTimeout(timer); close() });
q.addEventListener('keydown', function (e) { if (!e.isComposing && e.keyCode !== 229 && e.key === 'ArrowDown' && list.hidden) { e.preventDefault(); suggest() } });
q.addEventListener('blur', close);
form.addEventListener('submit', function (e) { e.preventDefault(); if (!busy()) { close(); queries.add(typed()); keep(true); run(0) } });
hits.addEventListener('click', function (e) { if (e.target.closest('a')) queries.add(typed()) });
sort.addEventListener('change', function () { keep(true); run(0) });
fold.addEventListener('change', function (e) {
  var b = e.target;
  if (b.type === 'checkbox') choose(changed(b.name, b.value, b.checked));
});
more.addEventListener('click', function () { run(next) });
addEventListener('popstate', function () { close(); read(); run(0) });
read();
run(0);
if (!q.value) q.focus({ preventScroll: true });
})();
