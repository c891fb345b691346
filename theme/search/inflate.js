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
