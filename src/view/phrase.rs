//! Layer 8: small pieces that pages are put together from, in the language of the interface.

use crate::fields::Kind;
use crate::strings::Strings;
use std::fmt::Display;

/// `2022-08-26` as 2022年8月26日; a year or a month alone likewise.
pub(super) fn date(strings: &Strings, date: impl Display) -> String {
    let iso = date.to_string();
    let mut parts = iso.split('-').map(|part| part.trim_start_matches('0'));
    let (year, month, day) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let month = month.map(|month| strings.say(&format!("month_{month}"), &[]));
    match (&month, &day) {
        (Some(month), Some(day)) => strings.say("date_ymd", &[("y", &year), ("month", month), ("d", day)]),
        (Some(month), None) => strings.say("date_ym", &[("y", &year), ("month", month)]),
        _ => strings.say("date_y", &[("y", &year)]),
    }
}

/// 第一卷. Beyond ninety-nine, and in other languages, figures.
pub(super) fn volume(strings: &Strings, number: i64) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: i64| DIGITS.get(n as usize).copied().unwrap_or("");
    let written = match number {
        1..=9 => digit(number).to_owned(),
        10..=19 => format!("十{}", digit(number - 10)),
        20..=99 => format!("{}十{}", digit(number / 10), digit(number % 10)),
        _ => number.to_string(),
    };
    let written = if strings.is_chinese() { written } else { number.to_string() };
    strings.say("volume", &[("n", &written)])
}

/// A title between book marks, unless it has some: Chinese titles keep theirs in every language.
pub(super) fn book(title: &str) -> String {
    if title.starts_with('《') { title.to_owned() } else { format!("《{title}》") }
}

/// 上午, 下午, 晚上; a time of day as it is.
pub(super) fn slot<'s>(strings: &'s Strings, slot: &'s str) -> &'s str {
    match slot {
        "am" => strings.word("slot_am"),
        "pm" => strings.word("slot_pm"),
        "evening" => strings.word("slot_evening"),
        time => time,
    }
}

/// The key of a kind's name.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Course => "kind_course",
        Kind::Reading => "kind_reading",
        Kind::ReadingList => "kind_reading_list",
        Kind::Case => "kind_case",
        Kind::Base => "kind_base",
        Kind::Programme => "kind_programme",
        Kind::Institution => "kind_institution",
        Kind::Teacher => "kind_teacher",
        Kind::Term => "kind_term",
        Kind::Article => "kind_article",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::escape;

    #[test]
    fn dates_and_volumes_read_as_chinese() {
        let strings = Strings::built_in("zh-Hans");
        let date = |iso| date(&strings, iso);
        let volume = |number| volume(&strings, number);
        assert_eq!(date("2022-08-06"), "2022年8月6日");
        assert_eq!(date("2016-12"), "2016年12月");
        assert_eq!(date("1998"), "1998年");
        assert_eq!(
            (volume(2), volume(10), volume(13), volume(20), volume(45)),
            ("第二卷".into(), "第十卷".into(), "第十三卷".into(), "第二十卷".into(), "第四十五卷".into())
        );
        assert_eq!(volume(120), "第120卷");
    }

    #[test]
    fn dates_and_volumes_read_as_english() {
        let strings = Strings::built_in("en");
        assert_eq!(date(&strings, "2022-08-06"), "6 August 2022");
        assert_eq!(date(&strings, "2016-12"), "December 2016");
        assert_eq!(volume(&strings, 2), "volume 2");
    }

    #[test]
    fn book_marks_are_not_doubled() {
        assert_eq!((book("之江新语"), book("《甲》解读")), ("《之江新语》".into(), "《甲》解读".into()));
    }

    #[test]
    fn escaping_covers_attributes() {
        let mut out = String::new();
        escape("<a b=\"c\" d='e'>&", &mut out);
        assert_eq!(out, "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;");
    }
}
