/* keben: settings, folds, search keys. A classic script for engines back to Chromium 83.
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
})();
