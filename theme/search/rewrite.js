/* ---- other ways to write a query, when nothing says what was typed: traditional characters, pinyin, a typing mistake ---- */
var PINYIN_LIMIT = 40, TYPO_LIMIT = 24;
/* Runs of Chinese that the site is known by: in titles and aliases, labels of facets, words with synonyms. run -> {count, whole, chars} */
function stockOf(pack) {
  var stock = new Map();
  function add(name) {
    var own = runs(name);
    own.forEach(function (run) {
      if (!run.han) return;
      var text = run.han.join(''), entry = stock.get(text);
      if (!entry) stock.set(text, entry = { count: 0, whole: false, chars: run.han });
      entry.count++;
      entry.whole = entry.whole || own.length === 1;
    });
  }
  pack.eachName(add);
  pack.facets.forEach(function (facet) { facet.values.forEach(function (value) { add(value[1]); }); });
  pack.groups.held.forEach(add);
  return stock;
}
/* text with every traditional character replaced; null if there is none */
function simplified(text, table) {
  var out = Array.from(text, function (c) { return table.get(c) || c; }).join('');
  return out === text ? null : out;
}
/* How s[from..] is read by chars[at..]: {end, full, initials} of the best way, or null. Each character gives its whole
 * syllable or its initial, the last one any beginning of a syllable. */
function spelled(chars, sounds, at, s, from) {
  if (from === s.length) return { end: at, full: 0, initials: 0 };
  var best = null, own = at < chars.length && sounds.get(chars[at]);
  if (!own) return null;
  own.forEach(function (syllable) {
    var initial = /^[zcs]h/.test(syllable) ? 2 : 1;
    [syllable.length, initial, 1, s.length - from].forEach(function (length, way) {
      if (length > syllable.length || length < 1 || way === 2 && initial === 1 || s.substr(from, length) !== syllable.slice(0, length)) return;
      if (way === 3 && (length === initial || length === 1)) return;
      var rest = spelled(chars, sounds, at + 1, s, from + length);
      if (!rest) return;
      var full = rest.full + (length === syllable.length ? 1 : 0), initials = rest.initials + (length < syllable.length ? 1 : 0);
      if (!best || rest.end < best.end || rest.end === best.end && initials < best.initials) best = { end: rest.end, full: full, initials: initials };
    });
  });
  return best;
}
function better(a, b) {
  for (var i = 0; i < a.rank.length; i++) if (a.rank[i] !== b.rank[i]) return a.rank[i] > b.rank[i];
  return compare(a.text, b.text) < 0;
}
function bestOf(candidates) {
  var best = null;
  candidates.forEach(function (c) { if (!best || better(c, best)) best = c; });
  return best && best.text;
}
/* the letters of a text that may be pinyin; null for any other text */
function pinyinOf(text) {
  var s = lower(text.normalize('NFKC')).replace(/ü/g, 'v').replace(/[ \t\n\r'’]/g, '');
  return /^[a-z]+$/.test(s) ? s : null;
}
/* the Chinese that pinyin spells in a name; null if it spells none */
function fromPinyin(s, stock, sounds) {
  var found = new Map();
  if (s.length < 2 || s.length > PINYIN_LIMIT) return null;
  stock.forEach(function (entry) {
    for (var at = 0; at < entry.chars.length; at++) {
      var own = spelled(entry.chars, sounds, at, s, 0);
      if (!own || own.end - at < 2) continue;
      var kind = !own.initials ? 2 : !own.full ? 1 : 0;
      if (!kind && s.length < 4) continue;
      var name = entry.chars.slice(at, own.end).join(''), old = found.get(name);
      if (!old) found.set(name, old = { text: name, rank: [0, 0, 0, 0, at - own.end] });
      old.rank[0] = Math.max(old.rank[0], kind);
      old.rank[1] = Math.max(old.rank[1], entry.whole && !at && own.end === entry.chars.length ? 1 : 0);
      old.rank[2] = Math.max(old.rank[2], at ? 0 : 1);
      old.rank[3] += entry.count;
    }
  });
  return bestOf(found);
}
/* the stretch of `chars` that is nearest to q by edits (replace, insert, remove, swap): {from, end, distance} */
function nearestStretch(chars, q, most) {
  var best = null, rows = [], from = [];
  for (var i = 0; i <= q.length; i++) {
    rows.push(new Array(chars.length + 1)); from.push(new Array(chars.length + 1));
    for (var j = 0; j <= chars.length; j++) {
      if (!i) { rows[0][j] = 0; from[0][j] = j; continue; }
      var d = rows[i - 1][j] + 1, f = from[i - 1][j];
      if (j) {
        var replace = rows[i - 1][j - 1] + (q[i - 1] === chars[j - 1] ? 0 : 1), insert = rows[i][j - 1] + 1;
        if (replace <= d) { d = replace; f = from[i - 1][j - 1]; }
        if (insert < d) { d = insert; f = from[i][j - 1]; }
        if (i > 1 && j > 1 && q[i - 1] === chars[j - 2] && q[i - 2] === chars[j - 1] && rows[i - 2][j - 2] + 1 < d) { d = rows[i - 2][j - 2] + 1; f = from[i - 2][j - 2]; }
      }
      rows[i][j] = d; from[i][j] = f;
    }
  }
  for (var end = 1; end <= chars.length; end++) {
    var distance = rows[q.length][end];
    if (distance <= most && (!best || distance < best.distance || distance === best.distance &&
      Math.abs(end - from[q.length][end] - q.length) < Math.abs(best.end - best.from - q.length))) best = { from: from[q.length][end], end: end, distance: distance };
  }
  return best;
}
/* the parts of names that a Chinese text may be a slip of the pen for: [{text, chars, rank}] */
function slips(letters, stock) {
  if (letters.length < 4 || letters.length > TYPO_LIMIT || !letters.every(function (c) { return isHan(c.codePointAt(0)); })) return [];
  var found = new Map(), most = letters.length < 8 ? 1 : 2;
  stock.forEach(function (entry, run) {
    var missing = 0;
    for (var i = 0; i < letters.length && missing <= most; i++) if (run.indexOf(letters[i]) < 0) missing++;
    var own = missing <= most ? nearestStretch(entry.chars, letters, most) : null;
    /* of a short text nothing is left out */
    if (!own || letters.length < 6 && own.end - own.from < letters.length) return;
    var chars = entry.chars.slice(own.from, own.end), name = chars.join(''), old = found.get(name);
    if (!old) found.set(name, old = { text: name, chars: chars, rank: [-own.distance, 0, 0, 0, 0, -Math.abs(chars.length - letters.length)] });
    old.rank[2] = Math.max(old.rank[2], entry.whole && !own.from && own.end === entry.chars.length ? 1 : 0);
    old.rank[3] = Math.max(old.rank[3], own.from ? 0 : 1);
    old.rank[4] += entry.count;
  });
  return Array.from(found.values());
}
/* the likeliest of them: of equally near ones that which sounds alike */
function fromTypo(letters, candidates, sounds) {
  candidates.forEach(function (c) {
    c.rank[1] = c.chars.length === letters.length && c.chars.every(function (own, i) {
      var a = sounds.get(own) || [], b = sounds.get(letters[i]) || [];
      return own === letters[i] || a.some(function (s) { return b.indexOf(s) >= 0; });
    }) ? 1 : 0;
  });
  return bestOf(candidates);
}

/* ---- synonyms ---- */
var READINGS = 8, ALTERNATIVES = 2;
/* The words of the query that have synonyms: [{from, to, words}], the longest first where they overlap. */
function synonymsIn(own, groups) {
  var out = [], at = 0, letters = own.letters, begins = own.begins;
  while (at < letters.length) {
    var step = 1;
    for (var length = Math.min(groups.longest, letters.length - at); length > 1; length--) {
      var words = groups.map.get(letters.slice(at, at + length).join(''));
      if (!words || !edge(at) || !edge(at + length)) continue;
      out.push({ from: at, to: at + length, words: words });
      step = length;
      break;
    }
    at += step;
  }
  /* not in the middle of a word of letters and digits */
  function edge(at) { return at >= letters.length || begins[at] || isHan(letters[at].codePointAt(0)); }
  return out;
}
/* the letters from..to as a text whose runs are apart */
function spaced(own, from, to) {
  var out = '';
  for (var i = from; i < to; i++) out += (own.begins[i] && i > from ? ' ' : '') + own.letters[i];
  return out;
}
/* the query, its numerals written the other way, and what it says in other words: [reading] and [words searched as well] */
function readingsOf(text, groups) {
  var first = reading(text, 16), out = [first], also = [], other = otherNumerals(text);
  if (other) out.push(reading(other, 16));
  var places = synonymsIn(first, groups);
  function put(choices) {
    var text = '', at = 0;
    choices.forEach(function (choice) {
      text += ' ' + spaced(first, at, choice.place.from) + ' ' + choice.word;
      at = choice.place.to;
    });
    if (out.length < READINGS) out.push(reading(text + ' ' + spaced(first, at, first.letters.length), 12));
  }
  places.forEach(function (place) {
    place.words.slice(0, ALTERNATIVES).forEach(function (word) {
      put([{ place: place, word: word }]);
      if (also.indexOf(word) < 0) also.push(word);
    });
  });
  if (places.length > 1) put(places.map(function (place) { return { place: place, word: place.words[0] }; }));
  return { readings: out, also: also };
}
