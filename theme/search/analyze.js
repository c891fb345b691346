/* ---- analyzer kb1 (src/search/kb1.md) ---- */
var WORD_LIMIT = 64, MARK = /\p{M}/u, LETTER = /[\p{Alphabetic}\p{N}]/u;
/* such texts need no tables: normalisation changes nothing, and lower case has no rule of context */
var PLAIN = /^[\0-\x7F\u00B7\u2010-\u2016\u2018-\u2027\u3000-\u3002\u3005\u3007-\u3011\u3014-\u301B\u3400-\u4DBF\u4E00-\u9FFF]*$/;
function isHan(c) {
  return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0xF900 && c <= 0xFAFF ||
    c >= 0x20000 && c <= 0x3FFFF || c === 0x3005 || c === 0x3007;
}
/* what breaks nothing: invisible format characters, and the dot inside a foreign name */
function isIgnorable(c) {
  return c === 0xAD || c === 0xB7 || c === 0x180E || c >= 0x200B && c <= 0x200F || c === 0x2027 || c >= 0x202A && c <= 0x202E ||
    c >= 0x2060 && c <= 0x2064 || c === 0x30FB || c === 0xFEFF;
}
/* lower case by code point: no context rules */
function lower(s) { return Array.from(s, function (c) { return c.toLowerCase(); }).join(''); }
/* runs of a text: {han: [characters]} or {word: [code points as strings]} */
function runs(text) {
  var out = [], han = [], word = [];
  function endHan() { if (han.length) { out.push({ han: han }); han = []; } }
  function endWord() { if (word.length) { out.push({ word: word }); word = []; } }
  Array.from(PLAIN.test(text) ? text.toLowerCase() : lower(text.normalize('NFKC'))).forEach(function (c) {
    var code = c.codePointAt(0);
    if (isHan(code)) { endWord(); han.push(c); return; }
    if (isIgnorable(code) || code > 127 && MARK.test(c)) return;
    if (code < 128 ? code > 47 && code < 58 || code > 96 && code < 123 : LETTER.test(c)) {
      endHan();
      if (word.length < WORD_LIMIT) word.push(c);
      return;
    }
    endHan(); endWord();
  });
  endHan(); endWord();
  return out;
}
function pairs(han) { return han.slice(1).map(function (c, i) { return han[i] + c; }); }
function lettersOf(run) { return run.han || run.word; }
KB.terms = function (text) {
  return [].concat.apply([], runs(text).map(function (r) { return r.han ? r.han.concat(pairs(r.han)) : [r.word.join('')]; }));
};
/* one code point as excerpts compare it: normalised and lower case where that gives exactly one code point */
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
