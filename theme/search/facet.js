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
