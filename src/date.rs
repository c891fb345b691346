//! Layer 0: calendar dates without a clock or a time zone, as plans and documents write them.
//! Knows the Gregorian calendar; must not know today's date.

use std::fmt;

/// A day that exists in the Gregorian calendar, years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let sound = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        sound.then_some(Date { year, month, day })
    }

    /// Exactly `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Date> {
        match Partial::parse(text)? {
            Partial { year, month: Some(month), day: Some(day) } => Date::new(year, month, day),
            _ => None,
        }
    }

    pub fn year(self) -> u16 {
        self.year
    }

    /// Days since 0000-03-01, for differences. The algorithm is Howard Hinnant's `days_from_civil`.
    pub fn day_number(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let era = year / 400;
        let year_of_era = year % 400;
        let day_of_year = (153 * shifted + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
    }

    /// Whole calendar months from this day to `last`, both counted: the 1st to the 30th of April is one month.
    pub fn whole_months_to(self, last: Date) -> i64 {
        let after = Date::new(last.year, last.month, last.day + 1)
            .map_or((last.month + 1, 1), |next| (next.month, next.day));
        let months =
            (i64::from(last.year) - i64::from(self.year)) * 12 + i64::from(after.0) - i64::from(self.month);
        months - i64::from(after.1 < self.day)
    }

    /// The date `days` (from 1970-01-01, UTC) later; used by the edge to read the clock.
    pub fn from_unix_days(days: i64) -> Option<Date> {
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_shifted + 2) / 5 + 1;
        let month = if month_shifted < 10 { month_shifted + 3 } else { month_shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Date::new(u16::try_from(year).ok()?, month as u8, day as u8)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A year, a month or a day: as much of a date as is known. Ordered by its first day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partial {
    pub year: u16,
    pub month: Option<u8>,
    pub day: Option<u8>,
}

impl Partial {
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, and only days that exist.
    pub fn parse(text: &str) -> Option<Partial> {
        let number = |part: &str, width: usize| -> Option<u16> {
            let sound = part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
            sound.then(|| part.parse().ok()).flatten()
        };
        let mut parts = text.split('-');
        let year = number(parts.next()?, 4)?;
        let month = parts.next().map(|part| number(part, 2)).map_or(Some(None), |m| m.map(Some))?;
        let day = parts.next().map(|part| number(part, 2)).map_or(Some(None), |d| d.map(Some))?;
        if parts.next().is_some() {
            return None;
        }
        let (month, day) = (month.map(|m| m as u8), day.map(|d| d as u8));
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1))?;
        Some(Partial { year, month, day })
    }
}

impl Partial {
    /// Certainly earlier: 2003 is not before 2003-06, of which it may be any month.
    pub fn is_before(self, other: Partial) -> bool {
        match self.year.cmp(&other.year) {
            std::cmp::Ordering::Equal => {}
            unequal => return unequal.is_lt(),
        }
        let (Some(month), Some(other_month)) = (self.month, other.month) else { return false };
        if month != other_month {
            return month < other_month;
        }
        matches!((self.day, other.day), (Some(day), Some(other_day)) if day < other_day)
    }
}

impl fmt::Display for Partial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        for part in [self.month, self.day].into_iter().flatten() {
            write!(f, "-{part:02}")?;
        }
        Ok(())
    }
}

/// A date written another way (`2019.12.14`, `2019/12/14`, `2019年12月14日`, `二〇一九年十二月`, `2019-1-4`) in the usual
/// one; whether there is such a day is not looked at.
pub fn respell(text: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '○' | 'Ｏ' => '〇',
        c => c,
    };
    let text: String = text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]));
    }
    let numbers: Vec<&str> = text
        .trim_end_matches(['日', '月', '年', '号'])
        .split(['.', '/', '-', '年', '月', '．', '。', '－', '—', '–', '／', '、'])
        .collect();
    let [year, rest @ ..] = numbers.as_slice() else { return None };
    let year = number(year)?;
    // A year of two digits may be of any century.
    if rest.len() > 2 || !(1000..=9999).contains(&year) {
        return None;
    }
    let mut spelt = format!("{year:04}");
    for part in rest {
        spelt.push_str(&format!("-{:02}", number(part).filter(|number| *number < 100)?));
    }
    Some(spelt)
}

/// `12`, `十二`, `二〇一九`, `一百二十`: a whole number below 10000 in digits or in Chinese.
pub fn number(text: &str) -> Option<u32> {
    if !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let digit = |c: char| {
        "〇一二三四五六七八九".chars().position(|d| d == c).or(match c {
            '零' => Some(0),
            '两' => Some(2),
            _ => None,
        })
    };
    let count = text.chars().count();
    if count > 1 && count <= 4 && text.chars().all(|c| digit(c).is_some()) {
        return text.chars().try_fold(0, |sum, c| Some(sum * 10 + digit(c)? as u32));
    }
    let (mut sum, mut waiting, mut least) = (0, None, 10_000);
    for c in text.chars() {
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            _ if waiting.is_none() => {
                waiting = Some(digit(c)? as u32);
                continue;
            }
            // 一百零五
            _ if waiting == Some(0) => {
                waiting = Some(digit(c)? as u32);
                continue;
            }
            _ => return None,
        };
        if unit >= least {
            return None;
        }
        least = unit;
        sum += waiting.take().filter(|digit| *digit > 0).or((unit == 10 && sum == 0).then_some(1))? * unit;
    }
    (count > 0).then_some(sum + waiting.unwrap_or(0))
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_count_both_ends() {
        let months =
            |from: &str, to: &str| Date::parse(from).unwrap().whole_months_to(Date::parse(to).unwrap());
        assert_eq!(months("2022-04-01", "2022-04-30"), 1);
        assert_eq!(months("2022-04-01", "2022-04-29"), 0);
        assert_eq!(months("2021-12-15", "2022-03-14"), 3);
        assert_eq!(months("2021-12-15", "2022-03-13"), 2);
        assert_eq!(months("2021-11-01", "2021-12-31"), 2);
    }

    #[test]
    fn only_days_that_exist_are_dates() {
        assert!(Date::parse("2020-02-29").is_some());
        for bad in ["2099-02-30", "2019-02-29", "1900-02-29", "2019-13-01", "2019-1-1", "19-01-01", ""] {
            assert!(Date::parse(bad).is_none(), "{bad}");
        }
        assert!(Partial::parse("2003").is_some() && Partial::parse("2003-06").is_some());
        assert!(Partial::parse("2003-06-01-02").is_none());
    }

    #[test]
    fn days_are_counted_across_leap_years() {
        let days =
            |a: &str, b: &str| Date::parse(b).unwrap().day_number() - Date::parse(a).unwrap().day_number();
        assert_eq!(days("2020-02-28", "2020-03-01"), 2);
        assert_eq!(days("1999-12-31", "2000-12-31"), 366);
        assert_eq!(days("1900-02-28", "1900-03-01"), 1);
        assert_eq!(Date::from_unix_days(0).unwrap().to_string(), "1970-01-01");
        assert_eq!(Date::from_unix_days(19_327).unwrap().to_string(), "2022-12-01");
    }

    #[test]
    fn other_spellings_are_put_right() {
        for (other, right) in [
            ("2019.12.14", "2019-12-14"),
            ("2019年12月14日", "2019-12-14"),
            ("2019/1/4", "2019-01-04"),
            ("2019.12", "2019-12"),
            ("20191214", "2019-12-14"),
            ("２０１９-１２-１４", "2019-12-14"),
            ("2019－12－14", "2019-12-14"),
            ("2019 年 1 月 4 日", "2019-01-04"),
            ("二〇一九年十二月十四日", "2019-12-14"),
        ] {
            assert_eq!(respell(other).as_deref(), Some(right));
        }
        assert_eq!(respell("去年"), None);
        assert_eq!(respell("19.12.14"), None);
        assert_eq!(respell("2019年春"), None);
    }

    #[test]
    fn numbers_are_read_in_chinese() {
        for (text, value) in [
            ("四", 4),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("一百零五", 105),
            ("二〇一九", 2019),
            ("两", 2),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for bad in ["", "半", "四五六七八", "十百", "1.5", "四学时", "百"] {
            assert_eq!(number(bad), None, "{bad}");
        }
    }
}
