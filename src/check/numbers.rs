//! Layer 8: numbers of persons on public pages (KB-803): identity cards, mobile telephones, bank cards.

use super::text::{each, written};
use crate::config::Release;
use crate::date::Date;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::site::Site;
use crate::source::{FileId, Sources, Span};
use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Identity,
    Mobile,
    Card,
}

/// KB-803, in running text, code and front matter alike: all of it is on the page.
pub(super) fn personal(site: &Site, sources: &Sources, found: &mut Vec<Diagnostic>) {
    let year = site.scope.today.year();
    each(site, sources, found, |id, document, text, found| {
        if site.release(id) != Release::Public {
            return;
        }
        for value in written(document, text) {
            if !matches!(value.name, "url" | "isbn" | "key") {
                scan(document.file, text, value.range, year, found);
            }
        }
        scan(document.file, text, document.body.start..text.len(), year, found);
    });
}

fn scan(file: FileId, text: &str, range: Range<usize>, year: u16, found: &mut Vec<Diagnostic>) {
    let bytes = text.as_bytes();
    let mut at = range.start;
    while let Some(next) = bytes[at..range.end].iter().position(u8::is_ascii_digit) {
        let start = at + next;
        let end = start + length(&bytes[start..range.end]);
        at = end;
        // Most numbers are years and amounts.
        if end - start < 11 {
            continue;
        }
        let before = text[range.start..start].chars().next_back();
        let after = text[end..range.end].chars().next();
        // Part of a name, an address, a decimal number or an amount.
        let joined =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '=' | '%' | '&' | '#' | '~');
        let decimal = after == Some('.') && bytes[end + 1..range.end].first().is_some_and(u8::is_ascii_digit);
        if before.is_some_and(|c| joined(c) || matches!(c, '.' | '-' | '第'))
            || after.is_some_and(|c| joined(c) || matches!(c, '元' | '万' | '亿' | '号'))
            || decimal
            || in_address(&text[range.start..start])
        {
            continue;
        }
        if let Some(number) = kind(&text[start..end], year) {
            found.push(report(number, &text[start..end], Span::new(file, start..end)));
        }
    }
}

/// Digits, with single spaces or hyphens between them, and the X that may end an identity number.
fn length(bytes: &[u8]) -> usize {
    let (mut end, mut digits) = (0, 0);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                end = at + 1;
            }
            b' ' | b'-' if end == at => {}
            b'X' | b'x' if digits == 17 => return at + 1,
            _ => break,
        }
        at += 1;
    }
    end
}

/// Is the word that ends here an address of the web so far?
fn in_address(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || matches!(c, '<' | '(' | '，' | '。')).next();
    word.is_some_and(|word| word.contains("://") || word.contains("www."))
}

fn kind(written: &str, year: u16) -> Option<Number> {
    let groups: Vec<usize> = written.split([' ', '-']).map(str::len).collect();
    let digits: Vec<u8> = written.bytes().filter(|byte| !matches!(byte, b' ' | b'-')).collect();
    let mobile =
        |digits: &[u8]| digits.len() == 11 && digits[0] == b'1' && (b'3'..=b'9').contains(&digits[1]);
    match groups.as_slice() {
        [18] | [6, 8, 4] if is_identity(&digits, year) => return Some(Number::Identity),
        [11] | [3, 4, 4] if mobile(&digits) => return Some(Number::Mobile),
        [13] | [2, 11] | [2, 3, 4, 4] if digits.starts_with(b"86") && mobile(&digits[2..]) => {
            return Some(Number::Mobile);
        }
        _ => {}
    }
    let fours = groups.len() > 1
        && groups[..groups.len() - 1].iter().all(|length| *length == 4)
        && groups[groups.len() - 1] <= 4;
    let issued = match digits.as_slice() {
        [b'6', b'2', ..] => (16..=19).contains(&digits.len()),
        [b'4' | b'5', ..] => digits.len() == 16,
        _ => false,
    };
    (issued && (groups.len() == 1 || fours) && passes_luhn(&digits)).then_some(Number::Card)
}

/// GB 11643: region, birthday, serial number and a check by ISO 7064 MOD 11-2.
fn is_identity(digits: &[u8], year: u16) -> bool {
    let value = |range: Range<usize>| {
        digits[range]
            .iter()
            .fold(0u16, |sum, digit| sum.wrapping_mul(10).wrapping_add(u16::from(digit - b'0')))
    };
    if digits.len() != 18 || !digits[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let region =
        matches!(value(0..2), 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83);
    let born = value(6..10);
    let day = Date::new(born, value(10..12) as u8, value(12..14) as u8);
    let weights = [7u32, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    let check = b"10X98765432"[(sum % 11) as usize];
    region && (1900..=year).contains(&born) && day.is_some() && digits[17].to_ascii_uppercase() == check
}

fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit.wrapping_sub(b'0'));
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    digits.iter().all(u8::is_ascii_digit) && sum.is_multiple_of(10)
}

/// The message goes to screens and logs: it does not repeat the number.
fn report(number: Number, written: &str, span: Span) -> Diagnostic {
    let masked = format!("{}…{}", &written[..3], &written[written.len() - 2..]);
    let message = match number {
        Number::Identity => {
            text!("公开的材料里有身份证号（{masked}）", "an identity-card number ({masked}) on a public page")
        }
        Number::Mobile => {
            text!("公开的材料里有手机号（{masked}）", "a mobile number ({masked}) on a public page")
        }
        Number::Card => {
            text!("公开的材料里有银行卡号（{masked}）", "a bank-card number ({masked}) on a public page")
        }
    };
    Diagnostic::new(Code(803), span, message).help(text!(
        "删去这个号码；联系方式写办公室的座机，确需保留的写 release: internal（内部）",
        "delete it; give an office landline, or make the document release: internal"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Number> {
        let mut found = Vec::new();
        scan(FileId(0), text, 0..text.len(), 2022, &mut found);
        for diagnostic in &found {
            assert!(!diagnostic.message.zh.contains(&text[diagnostic.span.range()]), "{text}");
        }
        found.iter().filter_map(|found| kind(&text[found.span.range()], 2022)).collect()
    }

    #[test]
    fn numbers_of_persons_are_found_and_nothing_else() {
        use Number::{Card, Identity, Mobile};
        // The identity number is the example of GB 11643, the cards are test numbers of their issuers.
        for (text, expected) in [
            ("身份证号11010519491231002X。", vec![Identity]),
            ("身份证 110105 19491231 002x", vec![Identity]),
            ("110105194912310021", vec![]),
            ("11010519490231002X", vec![]),
            ("手机：13800138000", vec![Mobile]),
            ("手机 138 0013 8000、138-0013-8000", vec![Mobile, Mobile]),
            ("+86 13800138000，+86-138-0013-8000，8613800138000", vec![Mobile, Mobile, Mobile]),
            ("卡号 6222021234567894 或 4111 1111 1111 1111", vec![Card, Card]),
            ("电话 0571-87050000，12345678901", vec![]),
            ("138001380001", vec![]),
            ("13800138000元，13800138000.50，0.13800138000", vec![]),
            ("https://example.org/13800138000 ISBN 978-7-01-009183-0", vec![]),
            ("[拨打](tel:13800138000)", vec![Mobile]),
            ("IMG_13800138000.jpg 和 2018-2022 年 2003-07-10", vec![]),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }
}
