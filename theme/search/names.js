/* ---- names: titles and aliases, in memory. Their postings are found by looking, and what a likeness is worth ---- */
var CANDIDATES = 256, COVER = 24, SCATTERED = 42, WHOLE = 84, SUBJECT = 56, BEGINNING = 28, WORD = 7, ENDING = 14, SHORT = 36,
  SCATTERED_LIMIT = 24, SHORT_LIMIT = 12;
/* the highest step of the ladder (four per doubling) that is not above x */
function stepDown(x) {
  if (x < 16) return x;
  var octave = 31 - Math.clz32(x), best = Math.pow(2, octave);
  [1024, 1218, 1448, 1722].forEach(function (step) {
    var candidate = Math.floor(step * Math.pow(2, octave) / 1024);
    if (candidate <= x) best = candidate;
  });
  return best;
}
function level(tf, length, average) {
  var top = 300 * tf * average, bottom = 10 * tf * average + 3 * average + 9 * length;
  return Math.min(15, Math.max(1, Math.floor((top + bottom) / (2 * bottom))));
}
/* all names of the site as one flat text: each run between line feeds */
function flatNames(tables, rows, n) {
  var text = '\n', starts = new Uint32Array(n + 1), lengths = new Uint32Array(n);
  for (var doc = 0; doc < n; doc++) {
    starts[doc] = text.length;
    var table = tables[Math.floor(doc / rows)], row = doc % rows, length = 0;
    if (table) [table.title[row]].concat(table.aliases[row] || []).forEach(function (name) {
      runs(name).forEach(function (run) {
        text += lettersOf(run).join('') + '\n';
        length += run.han ? 2 * run.han.length - 1 : 1;
      });
    });
    lengths[doc] = stepDown(length);
  }
  starts[n] = text.length;
  return { text: text, starts: starts, lengths: lengths };
}
/* the postings of a term in names: {docs, levels} */
function inNames(names, term, average) {
  var docs = [], levels = [], word = !isHan(term.codePointAt(0)), wanted = word ? '\n' + term + '\n' : term, at = -1, doc = 0, tf = 0;
  while ((at = names.text.indexOf(wanted, at + 1)) >= 0) {
    var place = word ? at + 1 : at;
    if (docs.length && place < names.starts[doc + 1]) { tf++; levels[levels.length - 1] = level(tf, names.lengths[doc], average); continue; }
    while (names.starts[doc + 1] <= place) doc++;
    docs.push(doc);
    tf = 1;
    levels.push(level(1, names.lengths[doc], average));
  }
  return { docs: docs, levels: levels };
}
function startsWith(letters, part, at) {
  if (at + part.length > letters.length) return false;
  for (var i = 0; i < part.length; i++) if (letters[at + i] !== part[i]) return false;
  return true;
}
var known = new Map();
/* a name's letters, and for each whether a run begins with it */
function nameOf(text) {
  var own = known.get(text);
  if (own) return own;
  own = { letters: [], begins: [] };
  runs(text).forEach(function (run) {
    own.begins[own.letters.length] = true;
    own.letters = own.letters.concat(lettersOf(run));
  });
  known.set(text, own);
  return own;
}
/* What a name adds to a score, in `total`s of the query: {bonus, sure}. `sure`: the name is what the query calls it, or
 * the query is short for it. */
function likeness(query, weights, total, text, manifest) {
  var own = nameOf(text), letters = own.letters, begins = own.begins, q = query.letters, length = letters.length, bonus = 0, sure = false, places = [], i;
  if (!q.length || !length || !total) return { bonus: 0, sure: false };
  function has(term, at) {
    if (!startsWith(letters, term, at)) return false;
    var end = at + term.length;
    for (var j = at + 1; j < end; j++) if (begins[j]) return false;
    return isHan(term[0].codePointAt(0)) || begins[at] && (end >= length || begins[end]);
  }
  function wordBegins(at) {
    return begins[at] || manifest.prefixes.some(function (p) { return at >= p.length && startsWith(letters, p, at - p.length); });
  }
  function rank(at) { return manifest.pairs.get(letters[at] + letters[at + 1]) ?? Infinity; }
  /* the pair before its first letter is a more common one than the pair that begins it, as 人民 is before the 法 of 民法 in 人民法院 */
  function acrossWords(at) { return at > 0 && !wordBegins(at) && at + 1 < length && rank(at - 1) < rank(at); }
  for (i = 0; i < length; i++) if (startsWith(letters, q, i)) places.push(i);
  if (q.length > 1 && places.length && places.every(acrossWords)) return { bonus: 0, sure: false };
  /* where the name comes to its subject */
  var subject = manifest.prefixes.reduce(function (most, p) { return p.length > most && p.length < length && startsWith(letters, p, 0) ? p.length : most; }, 0);
  /* cover: how much of the query is in the name, and how much of the name is in the query */
  var covered = new Set(), weight = 0;
  query.terms.forEach(function (term, index) {
    var there = false;
    for (var at = 0; at < length; at++) if (has(term.chars, at)) {
      there = true;
      for (var j = Math.max(at, subject); j < at + term.chars.length; j++) covered.add(j);
    }
    if (there) weight += weights[index];
  });
  bonus += Math.floor(Math.floor(COVER * weight * weight / total) * covered.size / (length - subject));
  /* the query as a subsequence of the name, the tighter the better; from the beginning of a word to the end: an abbreviation */
  if (q.length >= 2 && q.length <= SCATTERED_LIMIT) {
    var window = Infinity, short = Infinity, last = q[q.length - 1];
    for (var start = 0; start < length; start++) if (letters[start] === q[0]) {
      var matched = 1, at = start + 1;
      for (; matched < q.length && at < length; at++) {
        if (matched === q.length - 1 && letters[length - 1] === last && wordBegins(start)) short = Math.min(short, length - start);
        if (letters[at] === q[matched]) matched++;
      }
      if (matched === q.length) window = Math.min(window, at - start);
    }
    if (q.length * 20 >= window * 7) bonus += Math.floor(SCATTERED * total * q.length * q.length / (window * window));
    if (q.length >= 3 && q.length <= SHORT_LIMIT && q.length * 4 >= short) {
      sure = true;
      bonus += Math.floor(SHORT * total * q.length / short);
    }
  }
  /* the query itself: the whole name, its beginning, or a word in it, best at its end */
  if (places[0] === 0) return { bonus: bonus + (length === q.length ? WHOLE : BEGINNING) * total, sure: sure || length === q.length };
  if (subject && subject + q.length === length && places.indexOf(subject) >= 0) return { bonus: bonus + SUBJECT * total, sure: true };
  var words = places.filter(wordBegins), end = words[words.length - 1];
  return { bonus: bonus + (words.length ? end + q.length === length ? WORD + ENDING : WORD : 0) * total, sure: sure };
}
