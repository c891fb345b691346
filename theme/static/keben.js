/* keben: settings, search keys, the search page. A classic script for engines back to Chromium 83.
   The site is whole without it; storage may be absent or refused. */
(function () {
'use strict';
var d = document, root = d.documentElement;
function $(id) { return d.getElementById(id) }
function make(tag, name, text) {
  var e = d.createElement(tag);
  if (name) e.className = name;
  if (text != null) e.textContent = text;
  return e;
}
/* A key press or Enter that belongs to an input method is not ours. */
function composing(e) { return e.isComposing || e.keyCode === 229 }

/* Settings: two rows of buttons below the header. */
var set = $('set'), panel;
var rows = [['size', '字号', [['', '标准'], ['l', '大'], ['xl', '关怀']]], ['theme', '配色', [['', '自动'], ['light', '浅色'], ['dark', '深色']]]];
function choose(key, value) {
  if (value) root.setAttribute('data-' + key, value); else root.removeAttribute('data-' + key);
  try { if (value) localStorage.setItem('kb.' + key, value); else localStorage.removeItem('kb.' + key) } catch (e) { /* forgotten with the page */ }
}
function build() {
  panel = make('div', 'panel');
  panel.id = 'panel';
  var wrap = panel.appendChild(make('div', 'wrap'));
  rows.forEach(function (row) {
    var line = wrap.appendChild(make('p')), buttons = [];
    line.setAttribute('role', 'group');
    line.setAttribute('aria-label', row[1]);
    line.appendChild(make('span', '', row[1] + '：'));
    function show() {
      var now = root.getAttribute('data-' + row[0]) || '';
      buttons.forEach(function (b, i) { b.setAttribute('aria-pressed', String(row[2][i][0] === now)) });
    }
    row[2].forEach(function (option) {
      var b = line.appendChild(make('button', 'btn', option[1]));
      b.type = 'button';
      b.onclick = function () { choose(row[0], option[0]); show() };
      buttons.push(b);
    });
    show();
  });
  panel.hidden = true;
  panel.onkeydown = function (e) { if (e.key === 'Escape' && !composing(e)) { toggle(); set.focus() } };
  set.setAttribute('aria-controls', 'panel');
  d.querySelector('.top').insertAdjacentElement('afterend', panel);
}
function toggle() {
  if (!panel) build();
  panel.hidden = !panel.hidden;
  set.setAttribute('aria-expanded', String(!panel.hidden));
}
if (set) set.onclick = toggle;

/* On a wide window folds that have room stand open. */
var wide = window.matchMedia && matchMedia('(min-width:56em)').matches;
if (wide) Array.prototype.forEach.call(d.querySelectorAll('details.toc,#ff'), function (fold) { fold.open = true });

/* "/" and Ctrl+K: to the search field of this page, or to the search page. */
var q = $('q');
d.addEventListener('keydown', function (e) {
  if (composing(e) || e.altKey) return;
  var t = e.target, typing = t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName);
  var key = e.ctrlKey || e.metaKey ? /^k$/i.test(e.key) : e.key === '/' && !typing;
  if (!key) return;
  e.preventDefault();
  if (q) { q.focus(); q.select() } else if ($('find')) location.href = $('find').href;
});

/* The search page. Its state is its address: ?q=&kind=&module= */
var form = $('sf'), hits = $('hits'), status = $('st'), more = $('more'), fold = $('ff');
if (!form || !hits) return;
var LIMIT = 20, FACETS = ['kind', 'module'], turn = 0, timer, shown = 0, busy = false;
var boxes = Array.prototype.slice.call(form.querySelectorAll('input[type=checkbox]'));

function chosen() {
  var facets = {};
  FACETS.forEach(function (name) {
    var values = boxes.filter(function (b) { return b.name === name && b.checked }).map(function (b) { return b.value });
    if (values.length) facets[name] = values;
  });
  return facets;
}
function address() {
  var parts = [], facets = chosen(), query = q.value.trim();
  if (query) parts.push('q=' + encodeURIComponent(query));
  FACETS.forEach(function (name) { (facets[name] || []).forEach(function (v) { parts.push(name + '=' + encodeURIComponent(v)) }) });
  return location.pathname + (parts.length ? '?' + parts.join('&') : '');
}
function keep(push) {
  var to = address();
  if (to === location.pathname + location.search) return;
  try { history[push ? 'pushState' : 'replaceState'](null, '', to) } catch (e) { /* the search works all the same */ }
}
function read() {
  var params = new URLSearchParams(location.search);
  q.value = params.get('q') || '';
  boxes.forEach(function (b) { b.checked = params.getAll(b.name).indexOf(b.value) >= 0 });
}

/* Folding keeps the length of a text, so that a place in the folded text is a place in the text. */
function fold1(c) { var f = c.normalize('NFKC').toLowerCase(); return f.length === c.length ? f : c }
function folded(s) { return s.split('').map(fold1).join('') }
function words(query) {
  var out = [];
  folded(query).split(/[\s，。、；：！？“”‘’《》〈〉（）()"']+/).forEach(function (word) {
    if (!word) return;
    out.push(word);
    if (/^[\u3400-\u9fff]+$/.test(word)) for (var i = 0; i + 2 < word.length + 1 && word.length > 2; i++) out.push(word.slice(i, i + 2));
  });
  return out;
}
/* Appends `text` to `to`, the words of the query marked. */
function marked(to, text, list) {
  var f = folded(text), on = [], i, at;
  list.forEach(function (w) { for (at = f.indexOf(w); at >= 0; at = f.indexOf(w, at + 1)) for (i = 0; i < w.length; i++) on[at + i] = true });
  for (i = 0; i < text.length; i = at) {
    for (at = i + 1; at < text.length && !on[at] === !on[i]; at++);
    to.appendChild(on[i] ? make('mark', '', text.slice(i, at)) : d.createTextNode(text.slice(i, at)));
  }
}
function labels(name, value) {
  var box = boxes.filter(function (b) { return b.name === name && b.value === value })[0];
  return box ? box.nextSibling.textContent : value;
}
function hit(h, list) {
  var li = make('li'), a = li.appendChild(make('a'));
  a.href = h.url;
  marked(a, h.title, list);
  li.appendChild(make('small', '', labels('kind', h.kind)));
  if (h.excerpt) marked(li.appendChild(make('p')), h.excerpt, list);
  return li;
}
function counts(facets) {
  boxes.forEach(function (b) {
    var list = facets && facets[b.name], n = 0;
    (list || []).forEach(function (v) { if (v.value === b.value) n = v.count });
    b.parentNode.querySelector('.n').textContent = list ? String(n) : '';
    b.disabled = !!list && !n && !b.checked;
    b.parentNode.className = b.disabled ? 'off' : '';
  });
}
function clear(text) {
  hits.textContent = '';
  more.hidden = true;
  shown = 0;
  status.textContent = text;
  hits.setAttribute('aria-busy', 'false');
}
function run(offset) {
  var query = q.value.trim(), mine = ++turn, list = words(query), latin = /^[\x21-\x7e]$/.test(query);
  clearTimeout(timer);
  if (!query || latin) {
    counts(null);
    clear(query ? '一个字母太少，请再输入一个。' : '输入词语开始搜索，多个词用空格隔开。');
    return;
  }
  var failed = '搜索索引载入失败，请改用下面的分类浏览。';
  if (!window.keben || !window.keben.search) return clear(failed);
  hits.setAttribute('aria-busy', 'true');
  if (!shown) status.textContent = '正在搜索……';
  var answer;
  try { answer = Promise.resolve(window.keben.search(query, { facets: chosen(), limit: LIMIT, offset: offset })) } catch (e) { answer = Promise.reject(e) }
  answer.then(function (r) {
    if (mine !== turn) return;
    hits.setAttribute('aria-busy', 'false');
    if (!offset) { hits.textContent = ''; shown = 0; counts(r.facets) }
    var first = hits.children.length;
    r.hits.forEach(function (h, i) {
      var row = hit(h, list);
      if (!r.loose && r.total && offset + i === r.total) row.classList.add('part');
      hits.appendChild(row);
    });
    shown = hits.children.length;
    more.hidden = r.hits.length < LIMIT || shown >= r.total;
    var filters = Object.keys(chosen()).length > 0;
    status.textContent = (shown ? (r.loose ? '没有同时含有全部词语的内容，下面是最接近的 ' + shown + ' 条。' : '找到 ' + r.total + ' 条' + (shown < r.total ? '，已显示 ' + shown + ' 条。' : shown > r.total ? '，另有部分相符的 ' + (shown - r.total) + ' 条。' : '。'))
      : filters ? '没有找到。可以取消一些筛选再试。' : '没有找到“' + query + '”。可以减少字数、换一个说法，或从下面的分类浏览。')
      + (shown && query.length === 1 ? '只有一个字，加一个字会更准。' : '') + (r.partial ? '部分索引载入失败，结果可能不全。' : '');
    if (offset && hits.children[first]) hits.children[first].firstChild.focus();
  }, function () { if (mine === turn) { counts(null); clear(failed) } });
}
function later() { clearTimeout(timer); timer = setTimeout(function () { keep(false); run(0) }, 120) }

q.addEventListener('compositionstart', function () { busy = true; clearTimeout(timer) });
q.addEventListener('compositionend', function () { busy = false; later() });
q.addEventListener('input', function (e) { if (!busy && !e.isComposing) later() });
form.addEventListener('submit', function (e) { e.preventDefault(); if (!busy) { keep(true); run(0) } });
form.addEventListener('change', function (e) { if (e.target.type === 'checkbox') { keep(true); run(0) } });
more.addEventListener('click', function () { run(shown) });
addEventListener('popstate', function () { read(); run(0) });
read();
run(0);
if (!q.value) q.focus({ preventScroll: true });
if (fold && Object.keys(chosen()).length) fold.open = true;
})();
