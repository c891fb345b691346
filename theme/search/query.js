/* ---- query: what a text asks for ---- */
var READ_LIMIT = 1024, REQUIRED_LIMIT = 64, TERM_LIMIT = 96;
var FUNCTION = '的了吗呢吧啊我你他她它们是在有和与及或把被给让对从到就都也不没要能会可这那哪几多么还又很再之其所以于而因为并且但';
var QUOTES = { '"': '"', '“': '”', '＂': '＂' }, MINUS = '-－−';
var SPACES = ' \t\n\r\u00A0\u3000';
function isSpace(c) { return SPACES.indexOf(c) >= 0; }
/* in eighths: single characters count half as much again, words of grammar a half or a quarter */
function weightOf(chars) {
  var grammar = 0;
  for (var i = 0; i < chars.length; i++) {
    if (!isHan(chars[i].codePointAt(0))) return 8;
    if (FUNCTION.indexOf(chars[i]) >= 0) grammar++;
  }
  var base = chars.length === 1 ? 12 : 8;
  return Math.floor(!grammar ? base : grammar === chars.length ? base / 4 : base / 2);
}
/* the first code points of a text; lone surrogates are no characters and break runs */
function readable(text) {
  return Array.from(text.slice(0, 2 * READ_LIMIT)).slice(0, READ_LIMIT).map(function (c) {
    return /^[\uD800-\uDFFF]$/.test(c) ? '\uFFFD' : c;
  });
}
/* {text, phrases, excluded}: quoted phrases stay in the text, excluded words do not */
function split(chars) {
  var out = { text: '', phrases: [], excluded: [] }, i = 0;
  function quoted(at) {
    var close = QUOTES[chars[at]], end = close ? chars.indexOf(close, at + 1) : -1;
    return end < 0 ? null : { text: chars.slice(at + 1, end).join(''), end: end + 1 };
  }
  while (i < chars.length) {
    var phrase = quoted(i), next = chars[i + 1];
    if (phrase) {
      out.phrases.push(phrase.text);
      out.text += ' ' + phrase.text + ' ';
      i = phrase.end;
    } else if (MINUS.indexOf(chars[i]) >= 0 && (!i || isSpace(chars[i - 1])) && next !== undefined && !isSpace(next) && MINUS.indexOf(next) < 0) {
      var end = i + 1, own = quoted(end);
      if (own) end = own.end; else while (end < chars.length && !isSpace(chars[end])) end++;
      out.excluded.push(own ? own.text : chars.slice(i + 1, end).join(''));
      i = end;
    } else out.text += chars[i++];
  }
  return out;
}
/* A text as weighted terms. A document must hold the required ones to be counted; single characters of longer runs only
 * add to the score. */
function reading(text, factor) {
  var required = [], optional = [], terms = [], seen = new Set(), out = { text: text, factor: factor, letters: [], begins: [], terms: terms };
  runs(text).forEach(function (run) {
    out.begins[out.letters.length] = true;
    out.letters = out.letters.concat(lettersOf(run));
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
  return out;
}
/* a text as runs joined, to look for a phrase: each run between two line feeds */
function flat(text) { return '\n' + runs(text).map(function (r) { return lettersOf(r).join(''); }).join('\n') + '\n'; }
/* whether a flat text holds a phrase: words whole, Chinese at any place of its run */
function holds(flatText, phrase) {
  var inner = flat(phrase).slice(1, -1);
  if (!inner) return true;
  if (!isHan(inner.codePointAt(0))) inner = '\n' + inner;
  if (!isHan(Array.from(inner).pop().codePointAt(0))) inner += '\n';
  return flatText.indexOf(inner) >= 0;
}

/* ---- numerals: 第11条 is 第十一条, 2022年 is 二〇二二年 ---- */
var DIGITS = '零一二三四五六七八九', COUNTED = '条章节编款项届期年月日号讲课次批版', NUMERAL = '零〇一二两三四五六七八九十百千万';
function inChinese(number) {
  if (number >= 10000) {
    var rest = number % 10000;
    return inChinese(Math.floor(number / 10000)) + '万' + (rest ? (rest < 1000 ? '零' : '') + inChinese(rest) : '');
  }
  var out = '', gap = false;
  [[1000, '千'], [100, '百'], [10, '十'], [1, '']].forEach(function (unit) {
    var digit = Math.floor(number / unit[0]) % 10;
    if (!digit) { gap = out !== ''; return; }
    if (gap) out += '零';
    gap = false;
    out += (digit === 1 && unit[0] === 10 && !out ? '' : DIGITS[digit]) + unit[1];
  });
  return out;
}
/* the number of a well-formed numeral; 0 for any other */
function inDigits(numeral) {
  var total = 0, section = 0, digit = 0;
  numeral.forEach(function (c) {
    var unit = { '十': 10, '百': 100, '千': 1000 }[c];
    if (unit) { section += (digit || 1) * unit; digit = 0; }
    else if (c === '万') { total += (section + digit) * 10000; section = digit = 0; }
    else digit = c === '〇' ? 0 : c === '两' ? 2 : DIGITS.indexOf(c);
  });
  total += section + digit;
  return total && inChinese(total).replace(/零/g, '') === numeral.join('').replace(/两/g, '二').replace(/[零〇]/g, '').replace(/^一十/, '十') ? total : 0;
}
/* the same query with its numerals written the other way; null where there are none */
function otherNumerals(text) {
  var chars = Array.from(text).map(fold), out = '', changed = false, i = 0;
  function stretch(at, set) { var end = at; while (end < chars.length && set.indexOf(chars[end]) >= 0) end++; return end; }
  while (i < chars.length) {
    var latin = '0123456789'.indexOf(chars[i]) >= 0, end = stretch(i, latin ? '0123456789' : NUMERAL), own = chars.slice(i, end), other = '';
    if (end === i) { out += chars[i++]; continue; }
    var counted = chars[i - 1] === '第' || end < chars.length && COUNTED.indexOf(chars[end]) >= 0;
    if (counted && own.length === 4 && chars[end] === '年' && (latin || !/[十百千万两]/.test(own.join('')))) {
      other = own.map(function (c) { return latin ? '〇一二三四五六七八九'[+c] : c === '〇' ? '0' : String(DIGITS.indexOf(c)); }).join('');
    } else if (counted && latin && own.length <= 6 && own[0] !== '0') other = inChinese(Number(own.join('')));
    else if (counted && !latin && own.length <= 11 && inDigits(own)) other = String(inDigits(own));
    changed = changed || other !== '';
    out += other || own.join('');
    i = end;
  }
  return changed ? out : null;
}
