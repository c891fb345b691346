/* ---- places: where a document says it ---- */
var PLACES = 3, WINDOW = 64, MATCHES = 4096, BEFORE = 24, LEAST = 40, LONGEST = 100, CUT = 90;
var SENTENCE = '。！？；\n', CLAUSE = '，、：';
/* the sections of a text file: [{anchor, heading, text}] */
function sectionsOf(text) {
  return text.split('\u0001').map(function (part, index) {
    if (!index) return { anchor: '', heading: '', text: part };
    var anchor = part.indexOf('\u0002'), end = part.indexOf('\n');
    return { anchor: part.slice(0, anchor), heading: part.slice(anchor + 1, end), text: part.slice(end + 1) };
  });
}
/* Finds terms in texts. Marks that break nothing are passed over, as the analyzer does. */
function Finder(readings, scored) {
  var byFirst = new Map(), seen = new Set();
  this.terms = [];
  readings.forEach(function (own, r) {
    own.terms.forEach(function (term, index) {
      if (!term.required || term.weight < 3 || seen.has(term.text)) return;
      seen.add(term.text);
      this.terms.push({ text: term.text, chars: term.chars, weight: scored[r].weights[index], word: !isHan(term.chars[0].codePointAt(0)) });
    }, this);
  }, this);
  this.terms.forEach(function (term, id) {
    term.id = id;
    if (!byFirst.has(term.chars[0])) byFirst.set(term.chars[0], []);
    byFirst.get(term.chars[0]).push(term);
  });
  this.byFirst = byFirst;
}
/* matches of the terms in letters (code points): [{at, end, term}] */
Finder.prototype.matches = function (letters, limit) {
  var kept = [], places = [], out = [], at, i, self = this;
  letters.forEach(function (c, i) {
    var code = c.codePointAt(0);
    if (code > 127 && (isIgnorable(code) || MARK.test(c))) return;
    kept.push(fold(c)); places.push(i);
  });
  function isWord(at) { var c = kept[at]; return c !== undefined && !isHan(c.codePointAt(0)) && LETTER.test(c); }
  for (at = 0; at < kept.length && out.length < limit; at++) {
    var here = self.byFirst.get(kept[at]);
    if (here) for (i = 0; i < here.length && out.length < limit; i++) {
      var end = at + here[i].chars.length;
      if (startsWith(kept, here[i].chars, at) && !(here[i].word && (isWord(at - 1) || isWord(end)))) out.push({ at: places[at], end: places[end - 1] + 1, term: here[i] });
    }
  }
  return out;
};
/* a text in pieces, by turns plain and marked */
function pieces(letters, matches, from, to) {
  var on = new Uint8Array(to - from), out = [''], marked = 0;
  matches.forEach(function (m) { for (var i = Math.max(m.at, from); i < Math.min(m.end, to); i++) on[i - from] = 1; });
  for (var i = from; i < to; i++) {
    if (on[i - from] !== marked) { out.push(''); marked = on[i - from]; }
    out[out.length - 1] += letters[i] === '\n' ? ' ' : letters[i];
  }
  return out;
}
Finder.prototype.title = function (title) {
  var letters = Array.from(title);
  return pieces(letters, this.matches(letters, MATCHES), 0, letters.length);
};
/* the window of a section where the weightiest set of terms stands: {weight, first, last} */
function densest(matches) {
  var best = { weight: 0, first: 0, last: 0 }, seen = [];
  matches.forEach(function (match, window) {
    var weight = 0, last = 0;
    for (var j = window; j < matches.length && matches[j].at - match.at < WINDOW; j++) {
      var term = matches[j].term;
      if (seen[term.id] !== window) { seen[term.id] = window; weight += term.weight; last = matches[j].end; }
    }
    if (weight > best.weight) best = { weight: weight, first: match.at, last: last };
  });
  return best;
}
/* the stretch of letters shown around a window: whole sentences where there is room */
function stretch(letters, window) {
  var start = window.first, end, i, head = '', tail = '';
  function back(set, limit) {
    for (i = window.first; i > 0 && window.first - i <= limit; i--) if (set.indexOf(letters[i - 1]) >= 0) return i;
    return window.first <= limit ? 0 : -1;
  }
  start = back(SENTENCE, BEFORE);
  if (start < 0) { start = back(CLAUSE, BEFORE / 2); if (start < 0) start = window.first - BEFORE / 2; head = '…'; }
  end = Math.min(letters.length, start + CUT);
  tail = end < letters.length ? '…' : '';
  for (i = Math.max(window.last, start + LEAST); i < Math.min(letters.length, start + LONGEST); i++) if (SENTENCE.indexOf(letters[i]) >= 0) {
    end = letters[i] === '\n' ? i : i + 1;
    tail = '';
    break;
  }
  while (start < end && /[\n ]/.test(letters[start])) start++;
  while (end > start && /[\n ]/.test(letters[end - 1])) end--;
  return { start: start, end: end, head: head, tail: start < end ? tail : '' };
}
/* the weight of the terms that a document's text holds */
Finder.prototype.held = function (doc, found) {
  return this.terms.reduce(function (sum, term) {
    var list = found.get(term.text), docs = list && list.body ? list.body.docs : [], low = 0, high = docs.length;
    while (low < high) { var middle = low + high >> 1; if (docs[middle] < doc) low = middle + 1; else high = middle; }
    return sum + (docs[low] === doc ? term.weight : 0);
  }, 0);
};
/* Looks through the text of one document, part by part. */
function Search(finder) {
  this.finder = finder;
  this.left = MATCHES;
  this.found = [];
  this.best = 0;
  this.sections = 0;
}
Search.prototype.add = function (text) {
  sectionsOf(text).forEach(function (section) {
    if (!section.text && !section.heading) return;
    var finder = this.finder, index = this.sections++, letters = Array.from(section.text), matches = finder.matches(letters, this.left), window = densest(matches);
    this.left -= matches.length;
    if (!window.weight && section.heading) window.weight = densest(finder.matches(Array.from(section.heading), MATCHES)).weight;
    this.best = Math.max(this.best, window.weight);
    if (window.weight || !index) this.found.push({ section: section, letters: letters, matches: matches, window: window, index: index });
  }, this);
};
/* up to three places, the best first: [{heading, url, parts}] */
Search.prototype.places = function (url) {
  var best = this.best, found = this.found.filter(function (f) { return f.window.weight * 2 >= best; });
  found.sort(function (a, b) { return b.window.weight - a.window.weight || a.index - b.index; });
  return found.slice(0, PLACES).map(function (f) {
    var s = stretch(f.letters, f.window), parts = pieces(f.letters, f.matches, s.start, s.end);
    parts[0] = s.head + parts[0];
    if (s.tail) { if (parts.length % 2) parts[parts.length - 1] += s.tail; else parts.push(s.tail); }
    return { heading: f.section.heading, url: url + (f.section.anchor ? '#' + f.section.anchor : ''), parts: parts };
  });
};
/* the text of a document is named by two 32-bit hashes of its id */
function textName(id) {
  var a = 0x811C9DC5, b = 0x9747B28C;
  new TextEncoder().encode(id).forEach(function (byte) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x5BD1E995);
    b ^= b >>> 13;
  });
  return [a, b].map(function (x) { return (x >>> 0).toString(16).padStart(8, '0'); }).join('');
}
