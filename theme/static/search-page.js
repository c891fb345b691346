/* keben: the search page. A classic script for engines back to Chromium 83; what is found and in which order is
   assets/search.js. The state of the page is its address: ?q=&kind=&module=&...&sort= */
(function () {
'use strict';
var d = document;
function $(id) { return d.getElementById(id) }
function make(tag, name, text) {
  var e = d.createElement(tag);
  if (name) e.className = name;
  if (text != null) e.textContent = text;
  return e;
}
function button(text, act) {
  var b = make('button', 'btn', text);
  b.type = 'button';
  b.onclick = act;
  return b;
}
/* A key press or Enter that belongs to an input method is not ours. */
function composing(e) { return busy || e.isComposing || e.keyCode === 229 }

var form = $('sf'), q = $('q'), hits = $('hits'), status = $('st'), more = $('more'), fold = $('ff'), sort = $('sort'), on = $('on'), none = $('none'), ways = none && none.lastElementChild, list = $('sug');
if (!form || !hits || !list) return;
var wide = window.matchMedia && matchMedia('(min-width:56em)').matches, LIMIT = 20, SHORT = 8, OPEN = 4, OFFERED = 6, LONGEST = 300;
var chosen = {}, facets = null, boxes = [], turn = 0, timer, next = 0, full = 0, busy = false;
var failed = '搜索索引载入失败，请改用下面的分类浏览。';

/* Servers take addresses of some 8 KB, of which a Chinese character needs nine bytes. */
function typed() { return Array.from(q.value.trim()).slice(0, LONGEST).join('') }
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
  f.all.textContent = f.whole ? '收起' : '更多（' + left + '）';
  f.all.setAttribute('aria-label', f.label + '：' + f.all.textContent);
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
    var text = facet(b.name).label + '：' + b.label, one = on.appendChild(make('li')).appendChild(button(text, function () { choose(changed(b.name, b.value)) }));
    one.appendChild(make('span', 'x', '×')).setAttribute('aria-hidden', 'true');
    one.setAttribute('aria-label', text + '，取消');
  });
  if (on.firstChild) on.appendChild(make('li')).appendChild(button('清除筛选', function () { choose({}) }));
  on.hidden = !on.firstChild;
  if (held) (on.children.length ? on.children[Math.min(at, on.children.length - 1)].firstChild : q).focus();
}

/* Texts by turns plain and marked. */
function marked(to, parts) {
  parts.forEach(function (text, i) { if (text) to.appendChild(i % 2 ? make('mark', '', text) : d.createTextNode(text)) });
  return to;
}
function link(url, name) {
  var a = make('a', name);
  a.href = url;
  return a;
}
function hit(h) {
  var li = make('li', h.part ? 'part' : ''), date = (h.date || '').split('-'), facts = [kind(h.kind)];
  marked(li.appendChild(link(h.url)), h.title_parts || [h.title]);
  if (date[0]) facts.push(date.map(function (n, i) { return Number(n) + '年月日'[i] }).join(''));
  if (h.part) facts.push('部分相符');
  li.appendChild(make('small', '', facts.join(' · ')));
  var places = li.appendChild(make('ul', 'at'));
  (h.places || []).forEach(function (p) {
    var one = make('li');
    if (p.heading) {
      var a = p.url ? link(p.url) : make('b');
      a.textContent = p.heading;
      one.appendChild(a);
    }
    if (p.parts.join('')) marked(one.appendChild(make('p')), p.parts);
    if (one.firstChild) places.appendChild(one);
  });
  if (!places.firstChild) places.remove();
  return li;
}
function clear(text) {
  hits.textContent = '';
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
  return /^“[^“”]*”$/.test(text) ? text : '“' + text.replace(/“/g, '‘').replace(/”/g, '’') + '”';
}
/* Words without the marks that make no difference; what was typed is no other word for itself. */
function others(words, query) {
  function bare(w) { return w.replace(/[“”"《》〈〉‘’'\s]/g, '').toLowerCase() }
  var seen = [bare(query)];
  return words.filter(function (w) { w = bare(w); return seen.indexOf(w) < 0 && seen.push(w) });
}
function report(r, query) {
  var shown = hits.children.length, rest = shown - full, lines = [], also = others(r.also || [], r.instead || query);
  var lead = r.instead ? '没有找到' + quoted(query) + '，已改搜' + quoted(r.instead) + '。' : '';
  if (!shown) lead += Object.keys(chosen).length ? '按现在的筛选，没有找到' + quoted(r.instead || query) + '。' : r.instead ? '' : '没有找到' + quoted(query) + '。';
  else if (r.loose || !r.total) lead += '没有同时含有全部词语的内容，下面是最接近的 ' + shown + ' 条。';
  else lead += '找到 ' + r.total + ' 条' + (full < r.total ? '，已显示 ' + full + ' 条。' : rest > 0 ? '，另列出部分相符的 ' + rest + ' 条。' : '。');
  lines.push(lead);
  if (also.length) lines.push('已同时搜索：' + also.join('、') + '。');
  if (r.unverified) lines.push('引号里的原话只核对了前面的结果，后面还有 ' + r.unverified + ' 条没有核对。');
  if (shown && Array.from(query).length === 1) lines.push('只有一个字，加一个字会更准。');
  if (r.partial) lines.push('部分索引载入失败，结果可能不全。');
  say(lines);
}
/* Nothing found: the ways on that do lead to something stand before the advice. */
function advise(query, mine) {
  var plain = query.replace(/(^|\s)[-－−]\S+/g, ' ').replace(/["“”＂]/g, ' ').replace(/\s+/g, ' ').trim();
  function offer(text, words, values) {
    /* quoted words are looked for in the texts of the hits that are asked for */
    window.keben.search(words, { facets: values, limit: LIMIT }).then(function (r) {
      if (mine !== turn || !r.hits.some(function (h) { return !h.part })) return;
      var li = make('li', 'way');
      li.appendChild(link(state(words, values, sort.value))).textContent = text + quoted(words);
      if (!r.unverified) li.appendChild(make('span', 'n', r.total + ' 条'));
      ways.insertBefore(li, ways.firstChild);
    }, function () { /* the advice is enough */ });
  }
  if (plain && plain !== query) offer('不限原话，也不排除词：搜', plain, chosen);
  if (Object.keys(chosen).length) offer('取消全部筛选，再搜', query, {});
  none.hidden = false;
}
function later() { clearTimeout(timer); timer = setTimeout(function () { keep(false); run(0); suggest() }, 120) }
function tooShort(query) { return !query || /^[\x21-\x7e]$/.test(query) }
function run(offset) {
  var query = typed(), mine = ++turn;
  clearTimeout(timer);
  if (!window.keben || !window.keben.search) return clear(failed);
  var known = facets ? Promise.resolve() : Promise.resolve().then(function () { return window.keben.facets() }).then(draw);
  if (tooShort(query)) {
    clear(query ? '一个字母太少，请再输入一个。' : '输入词语开始搜索，多个词用空格隔开。');
    counts(null);
    return known.catch(function () { if (mine === turn) clear(failed) });
  }
  hits.setAttribute('aria-busy', 'true');
  if (!hits.firstChild) say(['正在搜索……']);
  known.then(function () {
    return mine === turn && window.keben.search(query, { facets: chosen, sort: sort.value || 'relevance', limit: LIMIT, offset: offset });
  }).then(function (r) {
    if (!r || mine !== turn) return;
    if (!offset) { clear(''); counts(r.facets) }
    hits.setAttribute('aria-busy', 'false');
    var first = hits.children.length;
    r.hits.forEach(function (h) { hits.appendChild(hit(h)); if (!h.part) full++ });
    next = offset + LIMIT;
    more.hidden = !r.hits.length || full >= r.total;
    report(r, query);
    if (hits.firstChild) sort.parentNode.hidden = false; else advise(query, mine);
    if (offset && hits.children[first]) hits.children[first].firstChild.focus();
  }).catch(function () { if (mine === turn) { clear(failed); counts(null) } });
}

/* Suggestions while typing: names of documents, values of facets. Arrows choose, Enter goes there, Escape closes. */
var active = -1, asked = 0;
function close() {
  asked++;
  active = -1;
  list.hidden = true;
  q.setAttribute('aria-expanded', 'false');
  q.removeAttribute('aria-activedescendant');
}
function suggest() {
  var text = q.value.trim(), mine = ++asked;
  if (tooShort(text) || text.length > 40 || d.activeElement !== q || !window.keben || !window.keben.suggest) return close();
  window.keben.suggest(text, 3 * OFFERED).then(function (found) {
    var seen = {};
    if (mine !== asked || busy || q.value.trim() !== text || d.activeElement !== q) return;
    close();
    list.textContent = '';
    found.forEach(function (s) {
      var f = s.facet && facets && facet(s.facet), to = s.url || f && state(text, changed(s.facet, s.value, true), sort.value);
      /* a document may go by several names */
      if (!to || seen['=' + to] || list.children.length === OFFERED) return;
      var a = list.appendChild(link(to));
      seen['=' + to] = true;
      a.textContent = f ? '筛选：' + f.label + ' ' + s.text : s.text;
      a.id = 'sug' + list.children.length;
      a.tabIndex = -1;
      a.setAttribute('role', 'option');
      a.setAttribute('aria-selected', 'false');
      if (f) a.onclick = function (e) {
        if (e.ctrlKey || e.metaKey || e.shiftKey) return;
        e.preventDefault();
        close();
        choose(changed(s.facet, s.value, true));
      };
    });
    list.hidden = !list.firstChild;
    q.setAttribute('aria-expanded', String(!list.hidden));
  }, close);
}
function move(to) {
  var all = list.children;
  if (all[active]) all[active].setAttribute('aria-selected', 'false');
  active = to < -1 ? all.length - 1 : to >= all.length ? -1 : to;
  if (active < 0) return q.removeAttribute('aria-activedescendant');
  all[active].setAttribute('aria-selected', 'true');
  all[active].scrollIntoView({ block: 'nearest' });
  q.setAttribute('aria-activedescendant', all[active].id);
}
q.addEventListener('keydown', function (e) {
  if (composing(e) || e.altKey || e.ctrlKey || e.metaKey) return;
  if (list.hidden) { if (e.key === 'ArrowDown') { e.preventDefault(); suggest() } return }
  if (e.key === 'ArrowDown') move(active + 1);
  else if (e.key === 'ArrowUp') move(active - 1);
  else if (e.key === 'Escape') close();
  else if (e.key === 'Enter' && active >= 0) list.children[active].click();
  else return;
  /* nor does Escape empty the field, nor Enter send the form */
  e.preventDefault();
});
q.addEventListener('blur', close);
/* the field keeps its focus until a suggestion is clicked */
list.addEventListener('mousedown', function (e) { e.preventDefault() });
[['role', 'combobox'], ['aria-autocomplete', 'list'], ['aria-controls', 'sug'], ['aria-describedby', 'hint']].forEach(function (a) { q.setAttribute(a[0], a[1]) });
close();

q.addEventListener('compositionstart', function () { busy = true; clearTimeout(timer); close() });
q.addEventListener('compositionend', function () { busy = false; later() });
q.addEventListener('input', function (e) { if (!busy && !e.isComposing) later() });
form.addEventListener('submit', function (e) { e.preventDefault(); if (!busy) { close(); keep(true); run(0) } });
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
