/* ---- shards: terms and their posting lists ---- */
/* only so many shards are asked for beyond those that the required terms need */
var SHARDS = 14;
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
/* a list: {docs, levels} */
function decodeList(record, from, count, documents) {
  if (count > documents) throw new Error('shard');
  var bits = new Bits(record, from), out = { docs: new Uint32Array(count), levels: new Uint8Array(count) }, i;
  if (!count) return out;
  var mean = Math.max(1, Math.floor((documents * 11 + 8 * count) / (16 * (count + 1)))), k = 31 - Math.clz32(mean), next = 0;
  for (i = 0; i < count; i++) {
    out.docs[i] = next + bits.rice(k);
    if (out.docs[i] >= documents) throw new Error('shard');
    next = out.docs[i] + 1;
  }
  var mode = bits.bits(4);
  for (i = 0; i < count; i++) {
    var folded = bits.gamma();
    out.levels[i] = mode + 1 + (folded % 2 ? (folded + 1) / 2 : -folded / 2);
  }
  return out;
}
/* a record: {docs, levels, df}; of a frequent character in a range shard only its heaviest documents */
function decode(record, documents) {
  var bytes = new Bytes(record), head = bytes.varint(), df = Math.floor(head / 2), count = head % 2 ? bytes.varint() : df;
  var out = decodeList(record, bytes.at, count, documents);
  out.df = df;
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
/* the index of the range that would hold a term; -1: none would */
function rangeOf(first, term) {
  var low = 0, high = first.length;
  while (low < high) {
    var middle = low + high >> 1;
    if (compare(first[middle], term) <= 0) low = middle + 1; else high = middle;
  }
  return low - 1;
}
/* Where the list of a term is: a path. `whole`: all of it, also of a frequent character, whose lists have shards of their own. */
function pathOf(manifest, term, whole) {
  var tail = whole && manifest.frequent.has(term), index = rangeOf(tail ? manifest.tails : manifest.first, term);
  return index < 0 ? '' : (tail ? 't/' + manifest.tailNames.substr(index * 8, 8) : 's/' + manifest.names.substr(index * 8, 8)) + '.js';
}
/* promise of the list of a term in bodies; null: no document holds it; undefined: its shard is missing */
function find(manifest, term, path) {
  if (!path) return Promise.resolve(null);
  return load(path, records).then(function (shard) {
    var record = shard.get(term);
    return record ? decode(record, manifest.n) : null;
  }).catch(function () { return undefined; });
}
/* Decides where terms are looked up and puts it into `paths`, term -> path: what must be counted, then the rest by the
 * order of what it tells, as long as all are in few enough shards. A character is found beside the pairs that it begins. */
function plan(manifest, paths, needed, wanted) {
  var beside = new Map(), shards = new Set();
  function put(term, path) {
    paths.set(term, path);
    if (path) shards.add(path);
    var first = Array.from(term)[0];
    if (path[0] === 's' && first !== term && isHan(first.codePointAt(0)) && !beside.has(first)) beside.set(first, path);
  }
  paths.forEach(function (path, term) { put(term, path); });
  needed.forEach(function (term) { put(term, pathOf(manifest, term, true)); });
  wanted.forEach(function (term) {
    var path = beside.get(term) || pathOf(manifest, term, false);
    if (!paths.has(term) && (!path || shards.has(path) || shards.size < SHARDS)) put(term, path);
  });
}
