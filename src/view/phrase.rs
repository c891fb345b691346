//! Layer 8: small pieces of Chinese that pages are put together from.

use std::fmt::Display;

/// `2022-08-26` as 2022年8月26日; a year or a month alone likewise.
pub(super) fn date(date: impl Display) -> String {
    let iso = date.to_string();
    let mut out = String::with_capacity(20);
    for (part, unit) in iso.split('-').zip(["年", "月", "日"]) {
        out.push_str(part.trim_start_matches('0'));
        out.push_str(unit);
    }
    out
}

/// 第一卷. Beyond ninety-nine the figures stay.
pub(super) fn volume(number: i64) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: i64| DIGITS.get(n as usize).copied().unwrap_or("");
    match number {
        1..=9 => format!("第{}卷", digit(number)),
        10..=19 => format!("第十{}卷", digit(number - 10)),
        20..=99 => format!("第{}十{}卷", digit(number / 10), digit(number % 10)),
        _ => format!("第{number}卷"),
    }
}

/// A title between book marks, unless it has some.
pub(super) fn book(title: &str) -> String {
    if title.starts_with('《') { title.to_owned() } else { format!("《{title}》") }
}

/// 上午, 下午, 晚上; a time of day as it is.
pub(super) fn slot(slot: &str) -> &str {
    match slot {
        "am" => "上午",
        "pm" => "下午",
        "evening" => "晚上",
        time => time,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::escape;

    #[test]
    fn dates_and_volumes_read_as_chinese() {
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
