/* ---- scores: integers only ---- */
/* what a document gains that holds every term or is what was asked for, in weights of the query */
var FIRST = 32;
/* what postings give at most to others beside such documents: only a name can bring them to the front */
var OTHERS = 16;
/* the weight of a term found in df documents, from the manifest's thresholds */
function idf(limits, df) {
  var low = 0, high = limits.length;
  while (low < high) {
    var middle = low + high >> 1;
    if (limits[middle] >= df) low = middle + 1; else high = middle;
  }
  return Math.max(low, 1);
}
/* One reading of the query over all documents: {points, covered (documents by weight held), strict, weight, weights}.
 * found: term -> {title, body}: lists; body null: nowhere, undefined: not known. */
function scoreReading(own, found, n, limits) {
  var score = new Float64Array(n), covered = new Float64Array(n), held = new Uint8Array(n), last = new Int32Array(n).fill(-1);
  var out = { points: new Float64Array(n), covered: covered, strict: new Uint8Array(n), weight: 0, weights: [] }, required = 0, doc;
  own.terms.forEach(function (term, index) {
    var lists = found.get(term.text), weight, df;
    if (lists.lost) { out.weights.push(0); return; }
    if (term.required) required++;
    df = Math.max(lists.title.docs.length, lists.body ? lists.body.df : 0);
    weight = term.weight * idf(limits, df);
    if (!df) weight = Math.floor(weight / 2);
    out.weights.push(weight);
    out.weight += weight;
    [[lists.title, 2, lists.title.docs.length], [lists.body, 1, lists.body && lists.body.df]].forEach(function (part) {
      if (!part[0]) return;
      var docs = part[0].docs, levels = part[0].levels, factor = part[1] * term.weight * idf(limits, part[2]);
      for (var i = 0; i < docs.length; i++) {
        var d = docs[i];
        score[d] += factor * levels[i];
        if (last[d] !== index) { last[d] = index; covered[d] += weight; if (term.required) held[d]++; }
      }
    });
  });
  for (doc = 0; doc < n; doc++) {
    if (required && held[doc] === required) out.strict[doc] = 1;
    if (score[doc]) out.points[doc] = Math.floor(Math.floor(score[doc] * covered[doc] / out.weight) * own.factor / 16);
  }
  return out;
}
/* All readings together: {matches, loose, ranked: [{doc, score}], scored}. A document counts as its best reading does. */
function scoreAll(readings, found, n, limits, excluded) {
  var scored = readings.map(function (own) { return scoreReading(own, found, n, limits); });
  var out = { matches: new Uint8Array(n), loose: false, ranked: [], scored: scored }, any = false, doc;
  for (doc = 0; doc < n; doc++) if (scored[0].strict[doc] && !excluded[doc]) out.matches[doc] = any = 1;
  for (doc = 0; doc < n; doc++) {
    if (excluded[doc]) continue;
    var points = 0;
    scored.forEach(function (s) { points = Math.max(points, s.points[doc]); });
    if (!points) continue;
    if (!any && scored.some(function (s) { return s.covered[doc] * 2 >= s.weight; })) out.matches[doc] = out.loose = 1;
    var first = any && out.matches[doc] === 1;
    out.ranked.push({ doc: doc, score: first ? points + FIRST * scored[0].weight : any ? Math.min(points, OTHERS * scored[0].weight) : points, first: first });
  }
  return out;
}
/* the best first; of equals the newest, then in document order */
function byScore(dates) {
  return function (a, b) { return b.score - a.score || (dates(b.doc) > dates(a.doc) ? 1 : dates(b.doc) < dates(a.doc) ? -1 : a.doc - b.doc); };
}
