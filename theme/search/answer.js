/* ---- the pack as a whole ---- */
var PHRASE_TEXTS = 128, PRIOR = 32, RARE = 100, OTHER_NAME = 2;
function readManifest(manifest) {
  if (manifest.v !== VERSION || manifest.format !== FORMAT) {
    throw new Error('搜索索引的版本是“' + manifest.v + '.' + manifest.format + '”，本页的搜索程序只认识“' + VERSION + '.' + FORMAT + '”：请刷新页面，或重新生成网站。');
  }
  manifest.first = manifest.dir.split('\n').slice(0, -1);
  manifest.tails = manifest.tailDir.split('\n').slice(0, -1);
  manifest.pairs = new Map();
  Array.from(manifest.common).forEach(function (c, i, all) { if (i % 2) manifest.pairs.set(all[i - 1] + c, i >> 1); });
  manifest.prefixes = manifest.prefixes.map(function (p) { return Array.from(p); });
  manifest.frequent = new Map(Array.from(manifest.chars).map(function (c, i) { return [c, i]; }));
  return manifest;
}
function dataFile(name, read) { return load('d/' + name + '.js', function (base64) { return jsonOf(base64).then(read); }); }
/* the letters of a text, without what breaks runs */
function joined(text) { return [].concat.apply([], runs(text).map(lettersOf)).join(''); }
/* Word -> other words of its groups. A group is a line of words; those that the site does not hold begin with ~. A word
 * that is part of another is found with it anyhow. */
function groupsOf(lines) {
  var map = new Map(), longest = 0, held = [];
  lines.split('\n').forEach(function (line) {
    var words = line.split('\t').map(function (word) {
      var held = word[0] !== '~', text = held ? word : word.slice(1);
      return { text: text, held: held, letters: joined(text) };
    });
    words.forEach(function (key) {
      if (key.held) held.push(key.text);
      var others = map.get(key.letters) || [];
      words.forEach(function (word) {
        var known = others.some(function (other) { return joined(other) === word.letters; });
        if (word.held && !known && word.letters.indexOf(key.letters) < 0 && key.letters.indexOf(word.letters) < 0) others.push(word.text);
      });
      if (!others.length) return;
      longest = Math.max(longest, Array.from(key.letters).length);
      map.set(key.letters, others);
    });
  });
  return { map: map, longest: longest, held: held };
}
/* a table as it is used: its ids are stored as how much of the one before they keep, and the rest */
function readTable(table) {
  var previous = [];
  table.id = table.id.map(function (own) {
    var chars = Array.from(own);
    previous = previous.slice(0, chars[0].charCodeAt(0) - 48).concat(chars.slice(1));
    return previous.join('');
  });
  return table;
}
function Pack(manifest, files) {
  var head = files[0];
  this.manifest = manifest;
  this.whole = files.indexOf(null) < 0;
  this.tables = files;
  this.facets = head ? head.facets : [];
  this.groups = groupsOf(head ? head.words : '');
  this.names = flatNames(files, manifest.rows, manifest.n);
}
/* {id, kind, url, title, names, date, prior}; null if its table is missing */
Pack.prototype.row = function (doc) {
  var rows = this.manifest.rows, table = this.tables[Math.floor(doc / rows)], row = doc % rows;
  if (!table || row >= table.id.length) return null;
  var id = table.id[row], slash = id.indexOf('/'), kind = id.slice(0, slash);
  return {
    id: id, kind: kind, title: table.title[row], names: [table.title[row]].concat(table.aliases[row] || []), date: table.date[row], prior: table.prior[row] || 0,
    url: table.url[row] || this.manifest.folders[kind] + id.slice(slash + 1) + '.html'
  };
};
Pack.prototype.eachName = function (visit) {
  for (var doc = 0; doc < this.manifest.n; doc++) { var row = this.row(doc); if (row) row.names.forEach(visit); }
};
/* one part of a document's text; the first one is {parts, text} */
Pack.prototype.text = function (id, part) {
  return load('x/' + textName(id) + (part ? '_' + part : '') + '.js', part ? textOf : function (base64) {
    return textOf(base64).then(function (text) {
      var end = text.indexOf('\n');
      return { parts: Number(text.slice(0, end)), text: text.slice(end + 1) };
    });
  });
};
/* all of it */
Pack.prototype.wholeText = function (id) {
  var pack = this;
  return pack.text(id, 0).then(function (first) {
    var rest = [];
    for (var part = 1; part < first.parts; part++) rest.push(pack.text(id, part));
    return Promise.all(rest).then(function (texts) { return [first.text].concat(texts); });
  });
};
/* Places of a document, its text read part by part until one of them holds half of what the document does; null if a part
 * is missing. */
Pack.prototype.places = function (row, finder, held) {
  var pack = this, search = new Search(finder);
  function next(part, parts) {
    if (part === parts || search.best * 2 >= held) return search.places(row.url);
    return pack.text(row.id, part).then(function (text) { search.add(text); return next(part + 1, parts); });
  }
  return orNull(pack.text(row.id, 0).then(function (first) { search.add(first.text); return next(1, first.parts); }));
};
Pack.prototype.sounds = function () {
  return dataFile(this.manifest.sounds, function (file) {
    return new Map(Array.from(file.chars).map(function (c, i) { return [c, file.sounds[i].split(' ')]; }));
  });
};
Pack.prototype.traditional = function () {
  return dataFile(this.manifest.traditional, function (file) {
    var chars = Array.from(file.pairs);
    return new Map(chars.filter(function (c, i) { return i % 2 === 0; }).map(function (c, i) { return [c, chars[2 * i + 1]]; }));
  });
};
Pack.prototype.stock = function () { return this.known = this.known || stockOf(this); };
var open = null;
function opened() {
  if (open) return open;
  open = load('kb.js', readManifest).then(function (manifest) {
    return Promise.all(manifest.table.map(function (name) { return orNull(dataFile(name, readTable)); })).then(function (files) {
      var pack = new Pack(manifest, files);
      if (!pack.whole) open = null;
      return pack;
    });
  });
  open.catch(function () { open = null; });
  return open;
}

/* ---- an answer ---- */
/* Promise of term -> {title, body, lost} for every term of the readings, and whether a shard was missing. What must be
 * counted comes first; of that, words of grammar are looked at only where a document holds all the others. */
function lookUp(pack, readings, excluded) {
  var manifest = pack.manifest, found = new Map(), partial = false, paths = new Map();
  function required(own) { return own.terms.filter(function (t) { return t.required; }); }
  function texts(terms) { return terms.map(function (t) { return t.text; }); }
  function get(wanted) {
    return Promise.all(wanted.map(function (text) { return find(manifest, text, paths.get(text)); })).then(function (lists) {
      wanted.forEach(function (text, i) {
        if (lists[i] === undefined) partial = true;
        found.set(text, { title: inNames(pack.names, text, manifest.avg[0]), body: lists[i] || null, lost: lists[i] === undefined });
      });
    });
  }
  var grammar = required(readings[0]).filter(function (t) { return t.weight < 8; }), needed = required(readings[0]).filter(function (t) { return t.weight >= 8; });
  if (!needed.length) { needed = grammar; grammar = []; }
  var counted = new Set(texts(needed.concat.apply(needed, excluded.map(required))));
  plan(manifest, paths, counted, []);
  return get(Array.from(counted)).then(function () {
    var whole = grammar.length && heldBy(needed, found, manifest.n).indexOf(1) >= 0 ? new Set(texts(grammar)) : new Set();
    var others = [].concat.apply([], readings.slice(1).map(required)), single = [];
    readings.forEach(function (r) { r.terms.forEach(function (t) { if (!t.required && t.weight > 3) single.push(t.text); }); });
    /* rare characters first: what a common one tells costs a file of its own */
    var rare = single.filter(function (t) { return !manifest.frequent.has(t); });
    var common = single.filter(function (t) { return manifest.frequent.has(t); }).sort(function (a, b) { return manifest.frequent.get(b) - manifest.frequent.get(a); });
    plan(manifest, paths, whole, texts(others).concat(rare, common));
    var more = new Set();
    readings.forEach(function (r) { r.terms.forEach(function (t) { if (!found.has(t.text)) more.add(t.text); }); });
    grammar.forEach(function (t) {
      if (!paths.has(t.text)) { more.delete(t.text); found.set(t.text, { title: { docs: [], levels: [] }, body: null, lost: true }); }
    });
    return get(Array.from(more));
  }).then(function () {
    /* a character that hardly any document holds may be a traditional one */
    var rare = readings[0].letters.some(function (c) {
      var lists = found.get(c);
      return lists && isHan(c.codePointAt(0)) && !lists.lost && paths.has(c) && (lists.body ? lists.body.df : 0) * RARE < manifest.n;
    });
    return { found: found, partial: partial, rare: rare };
  });
}
/* documents that hold every one of some terms */
function heldBy(terms, found, n) {
  var held = new Uint8Array(n);
  terms.forEach(function (t, index) {
    var lists = found.get(t.text);
    [lists.title, lists.body].forEach(function (list) { if (list) list.docs.forEach(function (doc) { if (held[doc] === index) held[doc]++; }); });
  });
  return held.map(function (count) { return terms.length && count === terms.length ? 1 : 0; });
}
/* documents that hold every term of an excluded text */
function excludedBy(excluded, found, n) {
  var out = new Uint8Array(n);
  excluded.forEach(function (own) {
    heldBy(own.terms.filter(function (t) { return t.required; }), found, n).forEach(function (held, doc) { if (held) out[doc] = 1; });
  });
  return out;
}
/* What a query finds before texts are looked at. */
function ranking(pack, text, excluded, options) {
  var manifest = pack.manifest, n = manifest.n, read = readingsOf(text, pack.groups);
  return lookUp(pack, read.readings, excluded).then(function (looked) {
    var gone = excludedBy(excluded, looked.found, n), scores = scoreAll(read.readings, looked.found, n, manifest.idf, gone);
    var filter = filterBy(pack.facets, options.facets, n), out = {
      readings: read.readings, also: read.also, scores: scores, found: looked.found, filter: filter, partial: looked.partial, sure: false,
      strict: scores.matches.indexOf(1) >= 0 && !scores.loose, rare: looked.rare
    };
    out.ranked = scores.ranked.filter(function (r) { return !filter.fails[r.doc]; });
    out.dates = function (doc) { var row = pack.row(doc); return row ? row.date : ''; };
    out.ranked.sort(byScore(out.dates));
    out.ranked.slice(0, CANDIDATES).forEach(function (r) {
      var row = pack.row(r.doc), best = 0, sure = false;
      if (!row) { out.partial = true; return; }
      scores.scored.forEach(function (s, index) {
        var own = read.readings[index];
        row.names.forEach(function (name) {
          var like = likeness(own, s.weights, s.weight, name, manifest);
          /* in weights of what was typed, whatever other words weigh */
          var bonus = s.weight ? Math.floor(like.bonus * scores.scored[0].weight / s.weight) : 0;
          best = Math.max(best, own.factor === 16 ? bonus : Math.floor(bonus / OTHER_NAME));
          sure = sure || like.sure && own.factor === 16;
        });
      });
      r.score += best;
      if (sure && !r.first) r.score += FIRST * scores.scored[0].weight;
      if (sure) r.first = out.sure = true;
      r.score += Math.floor(r.score * row.prior / PRIOR);
    });
    out.ranked.sort(byScore(out.dates));
    return out;
  });
}
/* the ranking of what was typed, or of what it stands for where nothing says what was typed */
function bestRanking(pack, query, excluded, options) {
  return ranking(pack, query, excluded, options).then(function (first) {
    if (first.strict) return first;
    function instead(text) {
      return ranking(pack, text, excluded, options).then(function (other) {
        other.instead = text;
        other.partial = other.partial || first.partial;
        return other;
      });
    }
    if (!first.rare) return correct(first, query);
    return orNull(pack.traditional()).then(function (table) {
      var simple = table && simplified(query, table);
      if (!table) first.partial = true;
      return simple ? instead(simple).then(function (other) { return correct(other, simple); }) : correct(first, query);
    });
    function correct(ranked, text) {
      var latin = pinyinOf(text), letters = ranked.readings[0].letters, stock;
      if (ranked.strict || latin === null && (ranked.sure || ranked.also.length)) return ranked;
      stock = pack.stock();
      var candidates = latin === null ? slips(letters, stock) : null;
      if (candidates && !candidates.length) return ranked;
      return orNull(pack.sounds()).then(function (sounds) {
        if (!sounds) { ranked.partial = true; return ranked; }
        var other = candidates ? fromTypo(letters, candidates, sounds) : fromPinyin(latin, stock, sounds);
        return other === null ? ranked : instead(other);
      });
    }
  });
}
/* Quoted phrases hold on the text itself: the hits to be shown are looked at, and those that fail are counted no more. */
function verify(pack, ranked, phrases, wanted) {
  var seen = new Set(), held = new Set(), looked = 0;
  var long = phrases.filter(function (p) { return runs(p).length > 1 || runs(p).some(function (r) { return r.han && r.han.length > 2; }); });
  if (!long.length) return Promise.resolve(0);
  function areHeld(text) { return long.every(function (p) { return holds(text, p); }); }
  /* promise of whether a document holds them; null where its text cannot be read and its names do not hold them */
  function check(doc) {
    var row = pack.row(doc), names = row ? row.names.map(flat).join('') : '';
    if (!row || areHeld(names)) return Promise.resolve(row ? true : null);
    return orNull(pack.manifest.text ? pack.wholeText(row.id) : Promise.reject()).then(function (texts) {
      return texts && areHeld(names + texts.map(function (text) {
        return sectionsOf(text).map(function (s) { return (s.heading + '\n' + s.text).split('\n').map(flat).join(''); }).join('');
      }).join(''));
    });
  }
  function round() {
    var open = ranked.ranked.slice(0, wanted).filter(function (r) { return ranked.scores.matches[r.doc] && !seen.has(r.doc); }).slice(0, PHRASE_TEXTS - looked);
    if (!open.length) return Promise.resolve();
    looked += open.length;
    return Promise.all(open.map(function (r) { seen.add(r.doc); return check(r.doc); })).then(function (results) {
      open.forEach(function (r, i) {
        if (results[i]) held.add(r.doc);
        if (results[i] !== false) return;
        ranked.scores.matches[r.doc] = 0;
        r.score = Math.max(0, r.score - FIRST * ranked.scores.scored[0].weight);
      });
      ranked.ranked.sort(byScore(ranked.dates));
      return round();
    });
  }
  return round().then(function () {
    return ranked.ranked.filter(function (r) { return ranked.scores.matches[r.doc] && !held.has(r.doc); }).length;
  });
}
/* query: any text; options: {facets: {name: [value ids]}, sort: 'relevance' or 'date', limit = 20, offset = 0}.
 * Promise of {query, total, hits: [{id, kind, url, title, title_parts, date?, score, excerpt, places, part?}],
 * facets: {name: [{value, label, count}]}, loose?, partial?, instead?, also?, unverified?}, as `keben search --format json`
 * prints it. Rejected only if there is no usable manifest. */
function search(text, options) {
  text = String(text ?? '');
  var o = options || {}, limit = Math.max(0, o.limit ?? 20), offset = Math.max(0, o.offset ?? 0);
  return opened().then(function (pack) {
    var parts = split(readable(text)), excluded = parts.excluded.map(function (e) { return reading(e, 16); });
    return bestRanking(pack, parts.text, excluded, o).then(function (ranked) {
      var partial = ranked.partial || !pack.whole;
      return verify(pack, ranked, parts.phrases, offset + limit).then(function (unverified) {
        var total = ranked.ranked.filter(function (r) { return ranked.scores.matches[r.doc]; }).length, list = ranked.ranked;
        if (o.sort === 'date') {
          list = list.filter(function (r) { return ranked.scores.matches[r.doc]; });
          list = list.map(function (r, i) { return [r, i]; }).sort(function (a, b) {
            var x = ranked.dates(a[0].doc), y = ranked.dates(b[0].doc);
            return x < y ? 1 : x > y ? -1 : a[1] - b[1];
          }).map(function (pair) { return pair[0]; });
        }
        var finder = new Finder(ranked.readings, ranked.scores.scored);
        return Promise.all(list.slice(offset, offset + limit).map(function (r) {
          var row = pack.row(r.doc);
          if (!row) { partial = true; return null; }
          return (pack.manifest.text ? pack.places(row, finder, finder.held(r.doc, ranked.found)) : Promise.resolve([])).then(function (places) {
            if (!places) { partial = true; places = []; }
            var hit = { id: row.id, kind: row.kind, url: row.url, title: row.title, title_parts: finder.title(row.title), score: r.score,
              excerpt: places.length ? places[0].parts.join('') : '', places: places };
            if (row.date) hit.date = row.date;
            if (!ranked.scores.matches[r.doc]) hit.part = true;
            return hit;
          });
        })).then(function (hits) {
          var answer = { query: text, total: total, hits: hits.filter(Boolean), facets: countFacets(pack.facets, ranked.filter, ranked.scores.matches) };
          if (ranked.scores.loose) answer.loose = true;
          if (partial) answer.partial = true;
          if (ranked.instead !== undefined) answer.instead = ranked.instead;
          if (ranked.also.length) answer.also = ranked.also;
          if (unverified) answer.unverified = unverified;
          return answer;
        });
      });
    });
  });
}
var SUGGESTIONS = 8;
/* Names and facet values that a text begins or is part of, while it is being typed. Promise of [{text, url?, facet?, value?}]. */
function suggest(text, limit) {
  return opened().then(function (pack) {
    var wanted = flat(readable(String(text ?? '')).join('')).trim(), out = [];
    if (!wanted) return [];
    function offer(name, extra) {
      var own = flat(name), at = own.indexOf(wanted);
      if (at >= 0) out.push({ entry: Object.assign({ text: name }, extra), rank: own.length === wanted.length + 2 ? 0 : at === 1 ? 1 : own[at - 1] === '\n' ? 2 : 3, length: own.length, order: out.length });
    }
    pack.facets.forEach(function (facet) {
      facet.values.forEach(function (value) { offer(value[1], { facet: facet.name, value: value[0] }); });
    });
    for (var doc = 0; doc < pack.manifest.n; doc++) {
      var row = pack.row(doc);
      if (row) row.names.forEach(function (name) { offer(name, { url: row.url }); });
    }
    out.sort(function (a, b) { return a.rank - b.rank || a.length - b.length || a.order - b.order; });
    return out.slice(0, limit ?? SUGGESTIONS).map(function (s) { return s.entry; });
  });
}
var keben = root.keben = root.keben || {};
keben.search = search;
keben.suggest = suggest;
keben.stats = function () { return { requests: counts.requests, bytes: counts.bytes }; };
/* promise of [{name, label, values: [{value, label}]}], to draw a form before there is a query */
keben.facets = function () {
  return opened().then(function (pack) {
    return pack.facets.map(function (f) {
      return { name: f.name, label: f.label, values: f.values.map(function (v) { return { value: v[0], label: v[1] }; }) };
    });
  });
};
