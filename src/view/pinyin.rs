//! Layer 8: how a name sounds, for lists in the order of their sounds.
//! Knows characters. Must not know documents.

use pinyin::ToPinyin;

/// Beginnings of names whose first character is not read in its usual way. The longest that fits counts.
const OTHERWISE: &[(&str, &str)] = &[
    ("长兴", "chang"),
    ("长江", "chang"),
    ("长三角", "chang"),
    ("长征", "chang"),
    ("长期", "chang"),
    ("长效", "chang"),
    ("长春", "chang"),
    ("长沙", "chang"),
    ("长城", "chang"),
    ("长远", "chang"),
    ("重庆", "chong"),
    ("重阳", "chong"),
    ("重建", "chong"),
    ("重组", "chong"),
    ("重塑", "chong"),
    ("重构", "chong"),
    ("重申", "chong"),
    ("重新", "chong"),
    ("行业", "hang"),
    ("行长", "hang"),
    ("行情", "hang"),
    ("会计", "kuai"),
    ("会稽", "kuai"),
    ("乐清", "yue"),
    ("乐器", "yue"),
    ("调整", "tiao"),
    ("调解", "tiao"),
    ("调节", "tiao"),
    ("调控", "tiao"),
    ("传记", "zhuan"),
    ("都市", "du"),
    ("率先", "shuai"),
    ("藏族", "zang"),
    ("校正", "jiao"),
    ("校对", "jiao"),
    ("单县", "shan"),
];

/// The syllables of a name without tones, one a character; letters and digits in lower case. Marks say nothing.
pub(super) fn reading(name: &str) -> Vec<String> {
    let sounded: String = name.chars().skip_while(|c| !c.is_alphanumeric()).collect();
    let mut syllables: Vec<String> = sounded.chars().filter(|c| c.is_alphanumeric()).map(syllable).collect();
    let otherwise = OTHERWISE.iter().filter(|(start, _)| sounded.starts_with(start));
    if let (Some(first), Some((_, read))) =
        (syllables.first_mut(), otherwise.max_by_key(|(start, _)| start.len()))
    {
        *first = (*read).to_owned();
    }
    syllables
}

/// ü is written v, as it is typed.
fn syllable(c: char) -> String {
    match c.to_pinyin() {
        Some(pinyin) => pinyin.plain().replace('ü', "v"),
        None => c.to_lowercase().collect(),
    }
}

/// Under which letter a reading stands, `a` to `z`; `None` for figures and other scripts.
pub(super) fn letter(reading: &[String]) -> Option<char> {
    let first = reading.first()?.chars().next()?;
    first.is_ascii_lowercase().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_their_first_word() {
        for (name, read, under) in [
            ("《之江新语》导读", "zhi jiang xin yu dao du", Some('z')),
            ("“八八战略”", "ba ba zhan lve", Some('b')),
            ("重庆谈判", "chong qing tan pan", Some('c')),
            ("重点工程", "zhong dian gong cheng", Some('z')),
            ("长兴县", "chang xing xian", Some('c')),
            ("WTO 规则", "w t o gui ze", Some('w')),
            ("2022年", "2 0 2 2 nian", None),
            ("……", "", None),
        ] {
            let syllables = reading(name);
            assert_eq!((syllables.join(" ").as_str(), letter(&syllables)), (read, under), "{name}");
        }
    }

    #[test]
    fn every_exception_is_one() {
        let usual = |start: &str| syllable(start.chars().next().unwrap());
        let idle: Vec<_> = OTHERWISE.iter().filter(|(start, read)| usual(start) == *read).collect();
        assert!(idle.is_empty(), "{idle:?}");
    }
}
