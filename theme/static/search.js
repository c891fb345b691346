/*! keben search: answers queries from the pack in search/, over http and from a folder, with classic scripts only.
 * Repeats src/search/{analyze,query,rank,title,excerpt,facet}.rs step by step: same integers, same order, same text. */
(function (root) {
'use strict';
var VERSION = 'kb1', WORD_LIMIT = 64, READ_LIMIT = 1024, REQUIRED_LIMIT = 64, TERM_LIMIT = 96;
var CANDIDATES = 256, TIER = 256, COVER = 14, SCATTERED = 42, WHOLE = 84, BEGINNING = 28, WORD = 7, ENDING = 14,
  SCATTERED_LIMIT = 24, LENGTH = 80, WINDOW = 64, BEFORE = 12, MATCHES = 4096;
var PREFIXES = ['中华人民共和国', '中国共产党', '浙江省', '全国'].map(function (s) { return Array.from(s); });
var FUNCTION = '的了吗呢吧啊我你他她它们是在有和与及或把被给让对从到就都也不没要能会可这那哪几多么还又很再之其所以于而因为并且但';

/* ---- loading: every file is a script that hands its contents to KB; a file that failed is asked for again ---- */
var KB = root.KB = root.KB || {}, here = root.document && root.document.currentScript;
KB.base = KB.base || (here && here.src ? here.src.replace(/[^/]*([?#].*)?$/, '') + '../search/' : 'search/');
var arrived = {}, waiting = {}, counts = { requests: 0, bytes: 0 };
KB.m = function (manifest) { arrived['kb.js'] = manifest; counts.bytes += JSON.stringify(manifest).length + 8; };
['s', 'd', 'x'].forEach(function (kind) {
  KB[kind] = function (name, base64) {
    arrived[kind + '/' + name + '.js'] = base64;
    counts.bytes += base64.length + name.length + 13;
  };
});
/* may be replaced: path in the pack -> promise of the script having run */
KB.loader = KB.loader || function (path) {
  return new Promise(function (resolve, reject) {
    var script = root.document.createElement('script');
    script.src = KB.base + path;
    script.onload = function () { script.remove(); resolve(); };
    script.onerror = function () { script.remove(); reject(new Error(path)); };
    root.document.head.appendChild(script);
  });
};
/* promise of what `read` makes of a file; rejected if the file is missing or damaged */
function load(path, read) {
  if (waiting[path]) return waiting[path];
  counts.requests++;
  var loaded = Promise.resolve().then(function () { return KB.loader(path); }).then(function () {
    var content = arrived[path];
    delete arrived[path];
    if (content === undefined) throw new Error(path);
    return read(content);
  });
  loaded.catch(function () { delete waiting[path]; });
  return waiting[path] = loaded;
}
function bytesOf(base64) {
  var binary = root.atob(base64), out = new Uint8Array(binary.length);
  for (var i = 0; i < out.length; i++) out[i] = binary.charCodeAt(i);
  return out;
}

/* ---- inflate (RFC 1951), for browsers without DecompressionStream('deflate-raw') ---- */
function inflate(input) {
  var out = new Uint8Array(input.length * 4 + 64), size = 0, at = 0, hold = 0, held = 0;
  function bits(n) {
    while (held < n) {
      if (at >= input.length) throw new Error('deflate');
      hold |= input[at++] << held; held += 8;
    }
    var value = hold & (1 << n) - 1;
    hold >>>= n; held -= n;
    return value;
  }
  function table(lengths) {
    var count = new Uint16Array(16), next = new Uint16Array(17), symbols = new Uint16Array(lengths.length), i;
    for (i = 0; i < lengths.length; i++) count[lengths[i]]++;
    count[0] = 0;
    for (i = 1; i < 16; i++) next[i + 1] = next[i] + count[i];
    for (i = 0; i < lengths.length; i++) if (lengths[i]) symbols[next[lengths[i]]++] = i;
    return { count: count, symbols: symbols };
  }
  function symbol(t) {
    var code = 0, first = 0, index = 0;
    for (var length = 1; length < 16; length++) {
      code |= bits(1);
      var count = t.count[length];
      if (code - count < first) return t.symbols[index + code - first];
      index += count; first = first + count << 1; code <<= 1;
    }
    throw new Error('deflate');
  }
  function room(n) {
    if (size + n <= out.length) return;
    var bigger = new Uint8Array(Math.max(out.length * 2, size + n));
    bigger.set(out); out = bigger;
  }
  function block(literals, distances) {
    for (;;) {
      var s = symbol(literals);
      if (s === 256) return;
      if (s < 256) { room(1); out[size++] = s; continue; }
      s -= 257;
      var extra = s < 8 || s === 28 ? 0 : (s >> 2) - 1;
      var length = s === 28 ? 258 : s < 8 ? s + 3 : ((4 + (s & 3)) << extra) + 3 + bits(extra);
      var d = symbol(distances), more = d < 4 ? 0 : (d >> 1) - 1;
      var distance = d < 4 ? d + 1 : ((2 + (d & 1)) << more) + 1 + bits(more);
      if (distance > size) throw new Error('deflate');
      room(length);
      for (; length--; size++) out[size] = out[size - distance];
    }
  }
  var last, i, lengths;
  do {
    last = bits(1);
    var kind = bits(2);
    if (kind === 0) {
      at -= held >> 3; hold = held = 0;
      var n = input[at] | input[at + 1] << 8;
      at += 4;
      if (at + n > input.length) throw new Error('deflate');
      room(n); out.set(input.subarray(at, at + n), size); size += n; at += n;
    } else if (kind === 1) {
      lengths = new Uint8Array(320);
      for (i = 0; i < 288; i++) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
      for (; i < 320; i++) lengths[i] = 5;
      block(table(lengths.subarray(0, 288)), table(lengths.subarray(288)));
    } else if (kind === 2) {
      var literals = bits(5) + 257, distances = bits(5) + 1, codes = bits(4) + 4;
      var order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
      lengths = new Uint8Array(19);
      for (i = 0; i < codes; i++) lengths[order[i]] = bits(3);
      var lengthTable = table(lengths), all = new Uint8Array(literals + distances);
      for (i = 0; i < all.length;) {
        var s = symbol(lengthTable);
        if (s < 16) { all[i++] = s; continue; }
        if (s === 16 && !i) throw new Error('deflate');
        var value = s === 16 ? all[i - 1] : 0, repeat = s === 16 ? 3 + bits(2) : s === 17 ? 3 + bits(3) : 11 + bits(7);
        while (repeat-- && i < all.length) all[i++] = value;
      }
      block(table(all.subarray(0, literals)), table(all.subarray(literals)));
    } else throw new Error('deflate');
  } while (!last);
  return out.subarray(0, size);
}
KB.inflate = inflate;
function textOf(base64) {
  var packed = bytesOf(base64), stream = null;
  try { stream = new root.DecompressionStream('deflate-raw'); } catch (e) { /* an older browser */ }
  if (!stream) return Promise.resolve().then(function () { return new TextDecoder().decode(inflate(packed)); });
  return new Response(new Blob([packed]).stream().pipeThrough(stream)).text();
}
function jsonOf(base64) { return textOf(base64).then(JSON.parse); }

/* ---- analyzer kb1 ---- */
var MARK = /\p{M}/u, LETTER = /[\p{Alphabetic}\p{N}]/u;
function isHan(c) {
  return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0xF900 && c <= 0xFAFF ||
    c >= 0x20000 && c <= 0x3FFFF || c === 0x3005 || c === 0x3007;
}
function isIgnorable(c) {
  return c === 0xAD || c === 0x180E || c >= 0x200B && c <= 0x200F || c >= 0x202A && c <= 0x202E ||
    c >= 0x2060 && c <= 0x2064 || c === 0xFEFF;
}
/* lower case by code point: no context rules */
function lower(s) { return Array.from(s, function (c) { return c.toLowerCase(); }).join(''); }
/* runs of a text: {han: [characters]} or {word: [code points as strings]} */
function runs(text) {
  var out = [], han = [], word = [];
  function endHan() { if (han.length) { out.push({ han: han }); han = []; } }
  function endWord() { if (word.length) { out.push({ word: word }); word = []; } }
  Array.from(lower(text.normalize('NFKC'))).forEach(function (c) {
    var code = c.codePointAt(0);
    if (isHan(code)) { endWord(); han.push(c); return; }
    if (isIgnorable(code) || code > 127 && MARK.test(c)) return;
    if (LETTER.test(c)) { endHan(); if (word.length < WORD_LIMIT) word.push(c); return; }
    endHan(); endWord();
  });
  endHan(); endWord();
  return out;
}
function pairs(han) { return han.slice(1).map(function (c, i) { return han[i] + c; }); }
KB.terms = function (text) {
  return [].concat.apply([], runs(text).map(function (r) { return r.han ? r.han.concat(pairs(r.han)) : [r.word.join('')]; }));
};
function fold(c) {
  var code = c.codePointAt(0);
  if (code < 128) return c.toLowerCase();
  if (code >= 0x4E00 && code <= 0x9FFF || code === 0x3001 || code === 0x3002) return c;
  if (code >= 0xFF01 && code <= 0xFF5E) return String.fromCharCode(code - 0xFEE0).toLowerCase();
  var n = Array.from(c.normalize('NFKC'));
  if (n.length !== 1) return c;
  n = Array.from(n[0].toLowerCase());
  return n.length === 1 ? n[0] : c;
}

/* ---- query ---- */
function weightOf(chars) {
  var grammar = 0;
  for (var i = 0; i < chars.length; i++) {
    if (!isHan(chars[i].codePointAt(0))) return 8;
    if (FUNCTION.indexOf(chars[i]) >= 0) grammar++;
  }
  var base = chars.length === 1 ? 12 : 8;
  return Math.floor(!grammar ? base : grammar === chars.length ? base / 4 : base / 2);
}
function parse(text) {
  /* lone surrogates are no characters: they break runs, as the replacement character does */
  var chars = Array.from(text.slice(0, 2 * READ_LIMIT)).slice(0, READ_LIMIT);
  text = chars.map(function (c) { return /^[\uD800-\uDFFF]$/.test(c) ? '\uFFFD' : c; }).join('');
  var required = [], optional = [], letters = [], terms = [], seen = new Set();
  runs(text).forEach(function (run) {
    letters = letters.concat(run.han || run.word);
    if (run.word) required.push(run.word.join(''));
    else if (run.han.length === 1) required.push(run.han[0]);
    else { required = required.concat(pairs(run.han)); optional = optional.concat(run.han); }
  });
  [[required, true, REQUIRED_LIMIT], [optional, false, TERM_LIMIT]].forEach(function (part) {
    part[0].forEach(function (t) {
      if (terms.length >= part[2] || seen.has(t)) return;
      seen.add(t);
      var own = Array.from(t);
      terms.push({ text: t, chars: own, weight: weightOf(own), required: part[1] });
    });
  });
  return { terms: terms, letters: letters };
}

/* ---- shards ---- */
function compare(a, b) {
  /* code point order: surrogates stand above the rest of the basic plane */
  for (var i = 0; i < a.length && i < b.length; i++) {
    var x = a.charCodeAt(i), y = b.charCodeAt(i);
    if (x !== y) return (x >= 0xD800 && x < 0xE000 ? x + 0x10000 : x) - (y >= 0xD800 && y < 0xE000 ? y + 0x10000 : y);
  }
  return a.length - b.length;
}
function Bytes(bytes, at) { this.bytes = bytes; this.at = at || 0; }
Bytes.prototype.varint = function () {
  var x = 0, scale = 1, byte;
  do {
    if (this.at >= this.bytes.length) throw new Error('shard');
    byte = this.bytes[this.at++];
    x += (byte & 127) * scale; scale *= 128;
  } while (byte > 127);
  return x;
};
function Bits(bytes, at) { this.bytes = bytes; this.at = at * 8; this.end = bytes.length * 8; }
Bits.prototype = {
  bit: function () {
    if (this.at >= this.end) throw new Error('shard');
    return this.bytes[this.at >> 3] >> 7 - (this.at++ & 7) & 1;
  },
  bits: function (n) { var x = 0; while (n--) x = x * 2 + this.bit(); return x; },
  ones: function () { var n = 0; while (this.bit()) n++; return n; },
  rice: function (k) { return this.ones() * (1 << k) + this.bits(k); },
  gamma: function () { var n = this.ones(); return (1 << n) + this.bits(n) - 1; }
};
function docs(documents, count, bits) {
  var mean = Math.max(1, Math.floor((documents * 11 + 8 * count) / (16 * (count + 1))));
  var k = 31 - Math.clz32(mean), next = 0, out = new Uint32Array(count);
  for (var i = 0; i < count; i++) {
    out[i] = next + bits.rice(k);
    if (out[i] >= documents) throw new Error('shard');
    next = out[i] + 1;
  }
  return out;
}
function decode(record, documents) {
  var bytes = new Bytes(record), head = bytes.varint(), titles = head % 2 ? bytes.varint() : 0, bodies = Math.floor(head / 2);
  if (titles > documents || bodies > documents) throw new Error('shard');
  var bits = new Bits(record, bytes.at), i;
  var out = { title: new Uint32Array(0), body: new Uint32Array(0), titleLevels: new Uint8Array(titles), bodyLevels: new Uint8Array(bodies) };
  if (bodies) {
    out.body = docs(documents, bodies, bits);
    var mode = bits.bits(4);
    for (i = 0; i < bodies; i++) {
      var folded = bits.gamma();
      out.bodyLevels[i] = mode + 1 + (folded % 2 ? (folded + 1) / 2 : -folded / 2);
    }
  }
  if (titles) {
    out.title = docs(documents, titles, bits);
    for (i = 0; i < titles; i++) out.titleLevels[i] = bits.bits(4) + 1;
  }
  return out;
}
/* a shard as a map from term to its undecoded record */
function records(base64) {
  var bytes = bytesOf(base64), reader = new Bytes(bytes), term = [], out = new Map();
  while (reader.at < bytes.length) {
    var head = reader.varint(), kept = head % 8, added = Math.floor(head / 8), base = term[kept] || 0;
    term = term.slice(0, kept);
    for (var i = 0; i < added; i++) term.push(reader.varint() + (i ? 0 : base));
    var size = reader.varint();
    if (reader.at + size > bytes.length) throw new Error('shard');
    out.set(String.fromCodePoint.apply(null, term), bytes.subarray(reader.at, reader.at + size));
    reader.at += size;
  }
  return out;
}
/* promise of the lists of a term; null: no document holds it; undefined: its shard is missing */
function find(manifest, term) {
  var low = 0, high = manifest.first.length;
  while (low < high) {
    var middle = low + high >> 1;
    if (compare(manifest.first[middle], term) <= 0) low = middle + 1; else high = middle;
  }
  if (!low) return Promise.resolve(null);
  return load('s/' + manifest.names.substr((low - 1) * 8, 8) + '.js', records).then(function (shard) {
    var record = shard.get(term);
    return record ? decode(record, manifest.n) : null;
  }).catch(function () { return undefined; });
}

/* ---- scores ---- */
function idf(limits, df) {
  var low = 0, high = limits.length;
  while (low < high) {
    var middle = low + high >> 1;
    if (limits[middle] >= df) low = middle + 1; else high = middle;
  }
  return Math.max(low, 1);
}
function order(a, b) { return b.score - a.score || a.doc - b.doc; }
function scoreAll(terms, found, n, limits) {
  var score = new Float64Array(n), covered = new Float64Array(n), held = new Uint8Array(n), last = new Int32Array(n).fill(-1);
  var out = { matches: new Uint8Array(n), loose: false, ranked: [], weight: 0, weights: [] }, required = 0, any = false, doc;
  terms.forEach(function (term, index) {
    var lists = found[index], weight = 0;
    if (lists === undefined) { out.weights.push(0); return; }
    if (term.required) required++;
    if (lists) weight = term.weight * idf(limits, Math.max(lists.title.length, lists.body.length));
    else weight = Math.floor(term.weight * idf(limits, 0) / 2);
    out.weights.push(weight);
    out.weight += weight;
    if (!lists) return;
    [[lists.title, lists.titleLevels, 2], [lists.body, lists.bodyLevels, 1]].forEach(function (list) {
      var factor = list[2] * term.weight * idf(limits, list[0].length);
      for (var i = 0; i < list[0].length; i++) {
        var d = list[0][i];
        score[d] += factor * list[1][i];
        if (last[d] !== index) { last[d] = index; covered[d] += weight; if (term.required) held[d]++; }
      }
    });
  });
  for (doc = 0; doc < n; doc++) if (required && held[doc] === required) out.matches[doc] = any = 1;
  if (required && !any) {
    for (doc = 0; doc < n; doc++) if (covered[doc] && covered[doc] * 2 >= out.weight) out.matches[doc] = out.loose = 1;
  }
  var best = 0;
  for (doc = 0; doc < n; doc++) {
    if (!score[doc]) continue;
    var points = Math.floor(score[doc] * covered[doc] / out.weight);
    best = Math.max(best, points);
    out.ranked.push({ doc: doc, score: points });
  }
  if (!out.loose) out.ranked.forEach(function (hit) {
    if (out.matches[hit.doc]) hit.score += best + TIER * out.weight;
  });
  out.ranked.sort(order);
  return out;
}

/* ---- titles ---- */
function startsWith(letters, part, at) {
  if (at + part.length > letters.length) return false;
  for (var i = 0; i < part.length; i++) if (letters[at + i] !== part[i]) return false;
  return true;
}
var titles = new Map();
function titleOf(name) {
  var own = titles.get(name);
  if (own) return own;
  own = { letters: [], begins: [] };
  runs(name).forEach(function (run) {
    own.begins[own.letters.length] = true;
    own.letters = own.letters.concat(run.han || run.word);
  });
  titles.set(name, own);
  return own;
}
function bonusOf(query, weights, total, name, common) {
  var own = titleOf(name), letters = own.letters, begins = own.begins, q = query.letters, bonus = 0, places = [], i;
  var length = letters.length;
  if (!q.length || !length || !total) return 0;
  function has(term, at) {
    if (!startsWith(letters, term, at)) return false;
    var end = at + term.length;
    for (var j = at + 1; j < end; j++) if (begins[j]) return false;
    return isHan(term[0].codePointAt(0)) || begins[at] && (end >= length || begins[end]);
  }
  function wordBegins(at) {
    return begins[at] || PREFIXES.some(function (p) { return at >= p.length && startsWith(letters, p, at - p.length); });
  }
  function rank(at) { return common.get(letters[at] + letters[at + 1]) ?? Infinity; }
  function acrossWords(at) { return at > 0 && !wordBegins(at) && at + 1 < length && rank(at - 1) < rank(at); }
  for (i = 0; i < length; i++) if (startsWith(letters, q, i)) places.push(i);
  if (q.length > 1 && places.length && places.every(acrossWords)) return 0;
  var covered = new Set(), weight = 0;
  query.terms.forEach(function (term, index) {
    var there = false;
    for (var at = 0; at < length; at++) if (has(term.chars, at)) {
      there = true;
      for (var j = 0; j < term.chars.length; j++) covered.add(at + j);
    }
    if (there) weight += weights[index];
  });
  bonus += Math.floor(Math.floor(COVER * weight * weight / total) * covered.size / length);
  if (q.length >= 2 && q.length <= SCATTERED_LIMIT) {
    var window = Infinity;
    for (var start = 0; start < length; start++) if (letters[start] === q[0]) {
      var matched = 1, at = start + 1;
      for (; matched < q.length && at < length; at++) if (letters[at] === q[matched]) matched++;
      if (matched === q.length) window = Math.min(window, at - start);
    }
    if (q.length * 20 >= window * 7) bonus += Math.floor(SCATTERED * total * q.length * q.length / (window * window));
  }
  if (places[0] === 0) return bonus + (length === q.length ? WHOLE : BEGINNING) * total;
  var words = places.filter(wordBegins), last = words[words.length - 1];
  return bonus + (words.length ? last + q.length === length ? WORD + ENDING : WORD : 0) * total;
}

/* ---- facets ---- */
function eachDocument(value, visit) { for (var i = 0, doc = 0; i < value[2].length; i++) visit(doc += value[2][i]); }
function filterBy(facets, chosen, n) {
  var fails = new Uint8Array(n), failed = new Uint8Array(n).fill(255);
  Object.keys(chosen || {}).forEach(function (name) {
    var wanted = [].concat(chosen[name] ?? []).map(String);
    if (!wanted.length) return;
    var index = facets.findIndex(function (f) { return f.name === name; }), passes = new Uint8Array(n);
    if (index >= 0) facets[index].values.forEach(function (value) {
      if (wanted.indexOf(value[0]) >= 0) eachDocument(value, function (doc) { passes[doc] = 1; });
    });
    for (var doc = 0; doc < n; doc++) if (!passes[doc]) { fails[doc] = Math.min(255, fails[doc] + 1); failed[doc] = index < 0 ? 255 : index; }
  });
  return { fails: fails, failed: failed };
}
function countFacets(facets, filter, matches) {
  var out = {};
  facets.forEach(function (facet, index) {
    out[facet.name] = facet.values.map(function (value) {
      var count = 0;
      eachDocument(value, function (doc) {
        /* a facet does not narrow itself: its counts say what one more value would add */
        if (matches[doc] && (!filter.fails[doc] || filter.fails[doc] === 1 && filter.failed[doc] === index)) count++;
      });
      return { value: value[0], label: value[1], count: count };
    });
  });
  return out;
}

/* ---- excerpts ---- */
function excerpt(text, query, weights) {
  var letters = Array.from(text), folded = letters.map(fold), terms = [], byFirst = new Map(), matches = [], at, i;
  query.terms.forEach(function (term, index) { if (term.required) terms.push({ chars: term.chars, weight: weights[index], seen: -1 }); });
  terms.forEach(function (term) {
    if (!byFirst.has(term.chars[0])) byFirst.set(term.chars[0], []);
    byFirst.get(term.chars[0]).push(term);
  });
  for (at = 0; at < folded.length && matches.length < MATCHES; at++) {
    var here = byFirst.get(folded[at]);
    if (here) for (i = 0; i < here.length && matches.length < MATCHES; i++) {
      if (startsWith(folded, here[i].chars, at)) matches.push({ at: at, term: here[i] });
    }
  }
  var first = 0, best = 0;
  matches.forEach(function (match, window) {
    var weight = 0;
    for (var j = window; j < matches.length && matches[j].at - match.at < WINDOW; j++) {
      if (matches[j].term.seen !== window) { matches[j].term.seen = window; weight += matches[j].term.weight; }
    }
    if (weight > best) { best = weight; first = match.at; }
  });
  var start = Math.max(0, first - BEFORE);
  for (i = first - 1; i >= start; i--) if (letters[i] === '\n') { start = i + 1; break; }
  var end = Math.min(start + LENGTH, letters.length);
  var body = letters.slice(start, end).map(function (c) { return c === '\n' ? ' ' : c; }).join('').replace(/^ +| +$/g, '');
  return (start > 0 && letters[start - 1] !== '\n' ? '…' : '') + body + (end < letters.length && body ? '…' : '');
}
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

/* ---- the pack as a whole ---- */
function readManifest(manifest) {
  if (manifest.v !== VERSION) {
    throw new Error('搜索索引的版本是“' + manifest.v + '”，本页的搜索程序只认识“' + VERSION + '”：请刷新页面，或重新生成网站。');
  }
  manifest.first = manifest.dir.split('\n').slice(0, -1);
  manifest.pairs = new Map();
  Array.from(manifest.common).forEach(function (c, i, all) { if (i % 2) manifest.pairs.set(all[i - 1] + c, i >> 1); });
  return manifest;
}
/* null stands for a file that is missing */
function orNull(promise) { return promise.catch(function () { return null; }); }
function opened() {
  return load('kb.js', readManifest).then(function (manifest) {
    var names = [manifest.facets].concat(manifest.table);
    return Promise.all(names.map(function (name) { return orNull(load('d/' + name + '.js', jsonOf)); })).then(function (files) {
      return { manifest: manifest, facets: files[0] || [], whole: !!files[0], tables: files.slice(1) };
    });
  });
}
function rowOf(pack, doc) {
  var table = pack.tables[Math.floor(doc / pack.manifest.rows)], row = doc % pack.manifest.rows;
  return table && row < table.id.length ? { table: table, row: row } : null;
}
function aliasesOf(at) {
  var own = at.table.aliases.find(function (a) { return a[0] === at.row; });
  return own ? own[1] : [];
}

/* query: any text; options: {facets: {name: [value ids]}, limit = 20, offset = 0}.
 * Promise of {query, total, hits: [{id, kind, url, title, score, excerpt}], facets: {name: [{value, label, count}]},
 * loose?, partial?}, as `keben search --format json` prints it. Rejected only if there is no usable manifest. */
function search(text, options) {
  text = String(text ?? '');
  var o = options || {}, limit = Math.max(0, o.limit ?? 20), offset = Math.max(0, o.offset ?? 0), partial = false;
  return opened().then(function (pack) {
    var manifest = pack.manifest, query = parse(text), n = manifest.n;
    partial = !pack.whole;
    return Promise.all(query.terms.map(function (t) { return find(manifest, t.text); })).then(function (found) {
      if (found.indexOf(undefined) >= 0) partial = true;
      var scores = scoreAll(query.terms, found, n, manifest.idf), filter = filterBy(pack.facets, o.facets, n), total = 0;
      for (var doc = 0; doc < n; doc++) if (scores.matches[doc] && !filter.fails[doc]) total++;
      var ranked = scores.ranked.filter(function (r) { return !filter.fails[r.doc]; });
      ranked.slice(0, CANDIDATES).forEach(function (r) {
        var at = rowOf(pack, r.doc);
        if (!at) { partial = true; return; }
        r.score += Math.max.apply(null, [at.table.title[at.row]].concat(aliasesOf(at)).map(function (name) {
          return bonusOf(query, scores.weights, scores.weight, name, manifest.pairs);
        }));
      });
      ranked.sort(order);
      return Promise.all(ranked.slice(offset, offset + limit).map(function (r) {
        var at = rowOf(pack, r.doc);
        if (!at) { partial = true; return null; }
        var t = at.table, id = t.id[at.row];
        return (manifest.text ? orNull(load('x/' + textName(id) + '.js', textOf)) : Promise.resolve('')).then(function (own) {
          if (own === null) partial = true;
          return {
            id: id, kind: t.kind[at.row], url: t.url[at.row], title: t.title[at.row], score: r.score,
            excerpt: excerpt(own || '', query, scores.weights)
          };
        });
      })).then(function (hits) {
        var answer = { query: text, total: total, hits: hits.filter(Boolean), facets: countFacets(pack.facets, filter, scores.matches) };
        if (scores.loose) answer.loose = true;
        if (partial) answer.partial = true;
        return answer;
      });
    });
  });
}
var keben = root.keben = root.keben || {};
keben.search = search;
keben.stats = function () { return { requests: counts.requests, bytes: counts.bytes }; };
/* promise of [{name, label, values: [{value, label}]}], to draw a form before there is a query */
keben.facets = function () {
  return opened().then(function (pack) {
    return pack.facets.map(function (f) {
      return { name: f.name, label: f.label, values: f.values.map(function (v) { return { value: v[0], label: v[1] }; }) };
    });
  });
};
})(typeof window === 'undefined' ? globalThis : window);
