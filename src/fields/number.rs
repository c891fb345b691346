//! Layer 4: numbers as people write them (`８`, `4学时`, `四`), put right where there is no doubt.

use crate::date;

/// The words that may follow the number of a field and say no more than the field does.
fn units(field: &str) -> &'static [&'static str] {
    match field {
        "hours" | "visit_hours" => &["学时", "个学时", "课时", "个课时"],
        "minutes" => &["分钟", "分"],
        "day" | "days" => &["天", "日"],
        "year" => &["年"],
        "volume" | "volumes" => &["卷", "册"],
        "capacity" => &["人"],
        "lat" => &["°N", "°", "度", "N"],
        "lon" => &["°E", "°", "度", "E"],
        _ => &[],
    }
}

/// `8` for `８`, `8学时`, `八`, `第八天`; `None` where a number cannot be had without guessing.
pub(super) fn plain_number(written: &str, field: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '．' => '.',
        '－' | '−' => '-',
        c => c,
    };
    let narrowed: String = written.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
    let text = narrowed.strip_prefix('第').unwrap_or(&narrowed);
    let text = units(field).iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    if decimal(text).is_some() {
        return Some(text.to_owned());
    }
    date::number(text).map(|number| number.to_string())
}

/// `2`, `2.5`, `120.75` in millionths.
pub(super) fn decimal(written: &str) -> Option<i64> {
    let (negative, digits) = match written.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, written),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(part) || whole.len() > 9 {
        return None;
    }
    let part = format!("{part:0<6}");
    // Digits beyond millionths must not be lost in silence: a step rule would then pass what it must not.
    if part[6..].bytes().any(|byte| byte != b'0') {
        return None;
    }
    let millionths = whole.parse::<i64>().ok()? * 1_000_000 + part[..6].parse::<i64>().ok()?;
    Some(if negative { -millionths } else { millionths })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_put_right_only_where_there_is_no_doubt() {
        for (written, field, right) in [
            ("８", "hours", "8"),
            ("4学时", "hours", "4"),
            ("4 学时", "hours", "4"),
            ("四", "hours", "4"),
            ("四学时", "hours", "4"),
            ("２．５", "hours", "2.5"),
            ("第二卷", "volume", "2"),
            ("二〇一九", "year", "2019"),
            ("十二天", "days", "12"),
        ] {
            assert_eq!(plain_number(written, field).as_deref(), Some(right), "{written}");
        }
        for doubt in ["4天", "4-6", "4-6学时", "半天", "两个半学时", "约4学时", "4小时", "", "学时"]
        {
            assert_eq!(plain_number(doubt, "hours"), None, "{doubt}");
        }
    }
}
