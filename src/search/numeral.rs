//! Layer 8, search: numerals written the other way: 第11条 is 第十一条, 2022年 is 二〇二二年. Only numerals that count
//! something are touched, so that 一带一路 stays what it is. It knows no index; `query.js` repeats it.

use super::analyze::fold;

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const UNITS: [(u32, char); 3] = [(1000, '千'), (100, '百'), (10, '十')];
/// A numeral before one of these counts, as does one behind 第.
const COUNTED: &str = "条章节编款项届期年月日号讲课次批版";
const NUMERAL: &str = "零〇一二两三四五六七八九十百千万";

/// The same query with its numerals written the other way; `None` where there are none.
pub fn other_numerals(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().map(fold).collect();
    let mut out = String::new();
    let mut changed = false;
    let mut at = 0;
    while at < chars.len() {
        let latin = chars[at].is_ascii_digit();
        let of_kind = |c: &&char| if latin { c.is_ascii_digit() } else { NUMERAL.contains(**c) };
        let end = at + chars[at..].iter().take_while(of_kind).count();
        if end == at {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let own = &chars[at..end];
        let next = chars.get(end).copied();
        let counted = at > 0 && chars[at - 1] == '第' || next.is_some_and(|c| COUNTED.contains(c));
        let other = if counted { converted(own, latin, next == Some('年')) } else { None };
        changed |= other.is_some();
        out.push_str(&other.unwrap_or_else(|| own.iter().collect()));
        at = end;
    }
    changed.then_some(out)
}

fn converted(own: &[char], latin: bool, year: bool) -> Option<String> {
    if own.len() == 4 && year && (latin || own.iter().all(|c| digit(*c).is_some() && *c != '两')) {
        let year = own.iter().map(|c| match c.to_digit(10) {
            Some(0) => Some('〇'),
            Some(n) => Some(DIGITS[n as usize]),
            None => digit(*c).and_then(|n| char::from_digit(n, 10)),
        });
        return year.collect();
    }
    if latin {
        let number: String = own.iter().collect();
        return (own.len() <= 6 && own[0] != '0').then(|| number.parse().ok().map(in_chinese)).flatten();
    }
    (own.len() <= 11).then(|| in_digits(own)).flatten().map(|number| number.to_string())
}

fn digit(c: char) -> Option<u32> {
    match c {
        '〇' => Some(0),
        '两' => Some(2),
        _ => DIGITS.iter().position(|d| *d == c).map(|n| n as u32),
    }
}

/// A number below a hundred million as it is read: 110 is 一百一十, 11 is 十一.
fn in_chinese(number: u32) -> String {
    if number >= 10_000 {
        let rest = number % 10_000;
        let gap = if rest > 0 && rest < 1000 { "零" } else { "" };
        let rest = if rest > 0 { in_chinese(rest) } else { String::new() };
        return format!("{}万{gap}{rest}", in_chinese(number / 10_000));
    }
    let mut out = String::new();
    let mut gap = false;
    for (unit, name) in UNITS.into_iter().map(|(unit, name)| (unit, Some(name))).chain([(1, None)]) {
        let digit = number / unit % 10;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        if !(digit == 1 && unit == 10 && out.is_empty()) {
            out.push(DIGITS[digit as usize]);
        }
        out.extend(name);
    }
    out
}

/// The number of a well-formed numeral.
fn in_digits(numeral: &[char]) -> Option<u32> {
    let (mut total, mut section, mut pending) = (0u32, 0u32, 0u32);
    for c in numeral {
        if let Some((unit, _)) = UNITS.iter().find(|(_, name)| name == c) {
            section += pending.max(1) * unit;
            pending = 0;
        } else if *c == '万' {
            total = total.checked_add((section + pending).checked_mul(10_000)?)?;
            (section, pending) = (0, 0);
        } else {
            pending = digit(*c)?;
        }
    }
    total = total.saturating_add(section + pending);
    let bare = |text: &str| {
        let bare: String = text.chars().filter(|c| !matches!(c, '零' | '〇')).collect();
        let bare = bare.replace('两', "二");
        bare.strip_prefix("一十").map(|rest| format!("十{rest}")).unwrap_or(bare)
    };
    let written: String = numeral.iter().collect();
    (total > 0 && total < 100_000_000 && bare(&in_chinese(total)) == bare(&written)).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        let pairs = [
            ("第11条", "第十一条"),
            ("第1217条", "第一千二百一十七条"),
            ("第1001条", "第一千零一条"),
            ("第110条", "第一百一十条"),
            ("2022年规划", "二〇二二年规划"),
            ("12月", "十二月"),
            ("第20500号", "第二万零五百号"),
        ];
        for (digits, chinese) in pairs {
            assert_eq!(other_numerals(digits).as_deref(), Some(chinese));
            assert_eq!(other_numerals(chinese).as_deref(), Some(digits));
        }
        assert_eq!(other_numerals("第两百条").as_deref(), Some("第200条"));
        assert_eq!(other_numerals("第１１条").as_deref(), Some("第十一条"));
        for text in ["一带一路", "八八战略", "1+1+6+X", "第零条", "第十十条", "第0012条", ""]
        {
            assert_eq!(other_numerals(text), None, "{text}");
        }
    }
}
