//! Names of output, manifest and archive paths: a table of seeds by mechanism, sets that clash, and what holds for all.

use crate::hostile::Random;
use crate::knowledge_base::{KnowledgeBase, term};
use keben::portable::{Clash, Difference, Fault, PortableName, PortableSet};

use Fault::*;

/// `a` repeated.
fn long(part: &str, times: usize) -> String {
    part.repeat(times)
}

/// A path and what is said of it.
type Seed = (String, Option<Fault>);

/// What each group of seeds tries, and the seeds.
fn seeds() -> Vec<(&'static str, Vec<Seed>)> {
    let group = |mechanism, seeds: &[(&str, Option<Fault>)]| {
        (mechanism, seeds.iter().map(|(path, fault)| ((*path).to_owned(), *fault)).collect())
    };
    vec![
        group(
            "plain names",
            &[
                ("index.html", None),
                ("courses/eco-two-mountains.html", None),
                ("search/s/00.js", None),
                ("_keben/m/0a.txt.zst", None),
                ("a", None),
                ("README", None),
                ("a b/c d.html", None),
                ("UPPER/Case.HTML", None),
            ],
        ),
        group(
            "names in other scripts",
            &[
                ("章/第一讲.html", None),
                ("打开网站.html", None),
                ("é.html", None),
                ("（全角）【括号】：冒号.pdf", None),
                ("한글.txt", None),
                ("😀.png", None),
                ("𠮷野家.md", None),
                ("全角．点", None),
            ],
        ),
        group(
            "dots inside",
            &[
                (".htaccess", None),
                ("..a", None),
                ("...a", None),
                ("a..b", None),
                ("a.tar.gz", None),
                (".a/.b", None),
            ],
        ),
        group("nothing there", &[("", Some(Empty))]),
        group(
            "absolute",
            &[
                ("/", Some(Absolute)),
                ("/etc/passwd", Some(Absolute)),
                ("//server/share", Some(Absolute)),
                ("/../a", Some(Absolute)),
            ],
        ),
        group(
            "empty parts",
            &[
                ("a//b", Some(EmptySegment)),
                ("a/", Some(EmptySegment)),
                ("a/b//", Some(EmptySegment)),
                ("a///b", Some(EmptySegment)),
            ],
        ),
        group(
            "climbing",
            &[
                ("..", Some(DotSegment)),
                (".", Some(DotSegment)),
                ("../a", Some(DotSegment)),
                ("a/../b", Some(DotSegment)),
                ("a/..", Some(DotSegment)),
                ("./a", Some(DotSegment)),
                ("a/./b", Some(DotSegment)),
                ("a/.", Some(DotSegment)),
                ("../../../../etc/shadow", Some(DotSegment)),
            ],
        ),
        group(
            "more dots than two",
            &[
                ("...", Some(TrailingDotOrSpace)),
                ("a/..../b", Some(TrailingDotOrSpace)),
                (".. /a", Some(TrailingDotOrSpace)),
                ("../ ", Some(DotSegment)),
                (". /a", Some(TrailingDotOrSpace)),
            ],
        ),
        group(
            "the other separator",
            &[
                ("a\\b", Some(Forbidden('\\'))),
                ("..\\..\\windows\\win.ini", Some(Forbidden('\\'))),
                ("\\\\server\\share", Some(Forbidden('\\'))),
                ("\\\\?\\C:\\x", Some(Forbidden('\\'))),
                ("a/b\\..\\..\\c", Some(Forbidden('\\'))),
                ("a\\", Some(Forbidden('\\'))),
            ],
        ),
        group(
            "drives and streams",
            &[
                ("C:", Some(Forbidden(':'))),
                ("C:/x", Some(Forbidden(':'))),
                ("c:x", Some(Forbidden(':'))),
                ("a.txt:hidden", Some(Forbidden(':'))),
                ("a.txt::$DATA", Some(Forbidden(':'))),
                ("file:///etc/passwd", Some(Forbidden(':'))),
                ("https://example.org/a", Some(Forbidden(':'))),
            ],
        ),
        group(
            "what Windows refuses",
            &[
                ("a<b", Some(Forbidden('<'))),
                ("a>b", Some(Forbidden('>'))),
                ("say \"a\"", Some(Forbidden('"'))),
                ("a|b", Some(Forbidden('|'))),
                ("what?", Some(Forbidden('?'))),
                ("*.html", Some(Forbidden('*'))),
                ("deep/er/*", Some(Forbidden('*'))),
            ],
        ),
        group(
            "their wide forms are letters like any other",
            &[("a？b", None), ("a＊b", None), ("“引号”", None), ("a／b", None), ("a＼b", None)],
        ),
        group(
            "control characters",
            &[
                ("a\0", Some(Control('\0'))),
                ("a\0.html", Some(Control('\0'))),
                ("a\n", Some(Control('\n'))),
                ("a\r\nb", Some(Control('\r'))),
                ("a\tb", Some(Control('\t'))),
                ("\u{1b}[31ma", Some(Control('\u{1b}'))),
                ("a\u{7f}", Some(Control('\u{7f}'))),
                ("a\u{80}", Some(Control('\u{80}'))),
                ("a\u{85}b", Some(Control('\u{85}'))),
                ("a\u{1}/b", Some(Control('\u{1}'))),
            ],
        ),
        group(
            "what cannot be seen",
            &[
                ("a\u{200b}b", Some(Invisible('\u{200b}'))),
                ("a\u{200d}b", Some(Invisible('\u{200d}'))),
                ("\u{feff}a", Some(Invisible('\u{feff}'))),
                ("a\u{ad}b", Some(Invisible('\u{ad}'))),
                ("a\u{2060}", Some(Invisible('\u{2060}'))),
                ("a\u{3164}", Some(Invisible('\u{3164}'))),
                ("a\u{fe0f}", Some(Invisible('\u{fe0f}'))),
                ("字\u{e0100}", Some(Invisible('\u{e0100}'))),
                ("a\u{ffff}", Some(Invisible('\u{ffff}'))),
            ],
        ),
        group(
            "marks of direction and of lines",
            &[
                ("photo\u{202e}gpj.exe", Some(Invisible('\u{202e}'))),
                ("a\u{2066}b", Some(Invisible('\u{2066}'))),
                ("a\u{61c}b", Some(Invisible('\u{61c}'))),
                ("a\u{200f}", Some(Invisible('\u{200f}'))),
                ("a\u{2028}b", Some(Invisible('\u{2028}'))),
                ("a\u{2029}", Some(Invisible('\u{2029}'))),
            ],
        ),
        group(
            "ends that Windows drops",
            &[
                ("a.", Some(TrailingDotOrSpace)),
                ("a ", Some(TrailingDotOrSpace)),
                ("a.html.", Some(TrailingDotOrSpace)),
                ("a./b", Some(TrailingDotOrSpace)),
                ("a /b", Some(TrailingDotOrSpace)),
                ("a. ", Some(TrailingDotOrSpace)),
                (" ", Some(TrailingDotOrSpace)),
                ("con.", Some(TrailingDotOrSpace)),
            ],
        ),
        group("other blanks stay", &[(" a", None), ("a　", None), ("a\u{a0}b", None), ("a  b", None)]),
        group(
            "devices",
            &[
                ("con", Some(Device)),
                ("CON", Some(Device)),
                ("Prn", Some(Device)),
                ("aux", Some(Device)),
                ("nul", Some(Device)),
                ("conin$", Some(Device)),
                ("CONOUT$", Some(Device)),
                ("com0", Some(Device)),
                ("com1", Some(Device)),
                ("COM9", Some(Device)),
                ("lpt1", Some(Device)),
                ("LPT¹", Some(Device)),
                ("com²", Some(Device)),
                ("Com³", Some(Device)),
            ],
        ),
        group(
            "devices with an ending",
            &[
                ("aux.html", Some(Device)),
                ("NUL.tar.gz", Some(Device)),
                ("com1.log", Some(Device)),
                ("lpt³.txt", Some(Device)),
                ("con .txt", Some(Device)),
                ("nul  .a.b", Some(Device)),
                ("conin$.js", Some(Device)),
            ],
        ),
        group(
            "devices as folders",
            &[
                ("courses/aux/a.pdf", Some(Device)),
                ("con/a", Some(Device)),
                ("a/prn.d/b", Some(Device)),
                ("a/b/lpt9", Some(Device)),
            ],
        ),
        group(
            "almost devices",
            &[
                ("console", None),
                ("com", None),
                ("com10", None),
                ("com1a.html", None),
                ("comx", None),
                ("auxiliary/nul-l", None),
                ("con-.txt", None),
                (".con", None),
                ("a.con", None),
                ("lpt４", None),
                ("com⁴", None),
                ("ｃｏｎ", None),
            ],
        ),
        group(
            "other compositions",
            &[
                ("e\u{301}.html", Some(NotComposed)),
                ("章/u\u{308}", Some(NotComposed)),
                ("\u{212b}", Some(NotComposed)),
                ("\u{2126}.txt", Some(NotComposed)),
                ("\u{1112}\u{1161}\u{11ab}", Some(NotComposed)),
                ("\u{f900}", Some(NotComposed)),
                ("a\u{323}\u{307}", Some(NotComposed)),
                ("a\u{307}\u{323}", Some(NotComposed)),
                ("\u{340}", Some(NotComposed)),
            ],
        ),
        group(
            "composed, though other forms would change it",
            &[("ﬁ.txt", None), ("①", None), ("㈱", None), ("ａ", None), ("q\u{301}", None), ("ﾊﾟ", None)],
        ),
        (
            "long parts",
            vec![
                (long("a", 80), None),
                (long("a", 81), Some(SegmentTooLong(81))),
                (long("章", 26), None),
                (long("章", 27), Some(SegmentTooLong(81))),
                (format!("a/{}", long("b", 255)), Some(SegmentTooLong(255))),
                (format!("{}/a", long("é", 41)), Some(SegmentTooLong(82))),
                (long("😀", 20), None),
                (long("😀", 21), Some(SegmentTooLong(84))),
            ],
        ),
        (
            "long paths",
            vec![
                (long("0123456789/", 18) + "ab", None),
                (long("0123456789/", 18) + "abc", Some(PathTooLong(201))),
                (long("a/", 99) + "bc", None),
                (long("a/", 100) + "b", Some(PathTooLong(201))),
                (format!("{}{}", long("章节/", 66), "ab"), None),
                (format!("{}{}", long("章节/", 66), "abc"), Some(PathTooLong(201))),
                // A character outside the first plane counts twice on Windows.
                (format!("{}{}", long("😀/", 66), "ab"), None),
                (format!("{}{}", long("😀/", 66), "abc"), Some(PathTooLong(201))),
                (long("a/", 5000) + "b", Some(PathTooLong(10_001))),
            ],
        ),
        group(
            "escapes are not undone",
            &[("%2e%2e/a", None), ("a%2fb", None), ("..%5ca", None), ("a%00", None), ("&sol;etc", None)],
        ),
        group(
            "the first of several faults is told",
            &[
                ("/a\\b", Some(Absolute)),
                ("a//con", Some(EmptySegment)),
                ("con/a//", Some(Device)),
                ("a:\0", Some(Forbidden(':'))),
                ("\0:", Some(Control('\0'))),
                ("e\u{301}/con", Some(Device)),
            ],
        ),
    ]
}

#[test]
fn every_seed_has_its_outcome() {
    let seeds = seeds();
    let count: usize = seeds.iter().map(|(_, seeds)| seeds.len()).sum();
    assert!(count >= 150, "{count} seeds");
    let mut wrong = Vec::new();
    for (mechanism, seeds) in &seeds {
        for (path, expected) in seeds {
            let found = PortableName::new(path);
            if found.as_ref().err() != expected.as_ref() {
                wrong.push(format!("{mechanism}: {path:?}: {found:?}, not {expected:?}"));
            }
            if let Ok(name) = found {
                assert_eq!(name.as_str(), path, "a name is taken as it is");
            }
            let text = expected.map(|fault| keben::diagnostics::names::fault(path, fault));
            if let Some(text) = text {
                let visible = |text: &str| !text.chars().any(char::is_control);
                assert!(visible(&text.zh) && visible(&text.en), "{text:?}");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn add(names: &[&str]) -> Result<PortableSet, Clash> {
    let mut set = PortableSet::default();
    for name in names {
        set.insert(PortableName::new(name).unwrap())?;
    }
    Ok(set)
}

#[test]
fn names_that_cannot_lie_side_by_side_are_refused() {
    for (a, b, difference) in [
        ("a.html", "a.html", Difference::None),
        ("a.html", "A.html", Difference::Case),
        ("a.html", "a.HTML", Difference::Case),
        ("x/É.html", "x/é.html", Difference::Case),
        ("straße", "STRASSE", Difference::Case),
        ("ſ", "S", Difference::Case),
        ("σ", "ς", Difference::Case),
        ("ｋ", "Ｋ", Difference::Case),
        ("я/а", "Я/а", Difference::Case),
        ("ﬁ", "FI", Difference::Case),
        ("µ", "μ", Difference::Case),
        ("Ǆ", "ǅ", Difference::Case),
        ("A/x", "a/y", Difference::Case),
        ("b/A/x", "b/a/y", Difference::Case),
        ("A/b/c", "a/d", Difference::Case),
        ("a", "a/b", Difference::FileAndFolder),
        ("A", "a/b", Difference::FileAndFolder),
        ("a/b", "a/B/c/d", Difference::FileAndFolder),
        ("courses/x.html", "courses/x.html/y.pdf", Difference::FileAndFolder),
        ("é", "É/a", Difference::FileAndFolder),
    ] {
        for names in [[a, b], [b, a]] {
            let clash = add(&names).unwrap_err();
            assert_eq!(clash.difference, difference, "{names:?}");
            assert_eq!([clash.first.as_str(), clash.second.as_str()], names);
            let text = keben::diagnostics::names::clash(&clash);
            assert!(names.iter().all(|name| text.zh.contains(name) && text.en.contains(name)), "{text:?}");
        }
        // Others in between change nothing.
        assert_eq!(add(&["z", a, "y/z", b]).unwrap_err().difference, difference, "{a} {b}");
    }
}

#[test]
fn names_that_can_lie_side_by_side_are_taken() {
    let names =
        ["a", "a-b", "b/a", "b/c/d", "b/c/e", "b/cd", "章/一.html", "章/二.html", "ı", "i", "0", "０"];
    // The dotless i is i's upper case in every language but two: it is refused beside i.
    assert_eq!(add(&names).unwrap_err().difference, Difference::Case);
    let names: Vec<&str> = names.into_iter().filter(|name| *name != "ı").collect();
    assert_eq!(add(&names).unwrap().len(), names.len());
    // A name that was refused leaves no folder behind.
    let mut set = add(&["a/b"]).unwrap();
    assert!(set.insert(PortableName::new("a/c/d/A").unwrap()).is_ok());
    assert!(set.insert(PortableName::new("x/y").unwrap()).is_ok());
    assert!(set.insert(PortableName::new("q/x/../z".replace("..", "w").as_str()).unwrap()).is_ok());
    assert!(set.insert(PortableName::new("A/new/file").unwrap()).is_err());
    assert!(set.insert(PortableName::new("a/new").unwrap()).is_ok(), "a/new is no folder");
}

/// The rule once more, by other means: what a name that is accepted must be, whatever the text.
#[test]
fn whatever_is_accepted_keeps_the_rule() {
    const PIECES: [&str; 40] = [
        "a",
        "B",
        "/",
        "/",
        ".",
        "..",
        " ",
        "\\",
        ":",
        "con",
        "AUX",
        "nul.",
        "com1",
        "lpt¹",
        "\0",
        "\n",
        "\u{85}",
        "*",
        "?",
        "<",
        "|",
        "\"",
        "章",
        "é",
        "e\u{301}",
        "\u{301}",
        "\u{200b}",
        "\u{202e}",
        "😀",
        "０",
        "-",
        "_",
        "x.html",
        "%2f",
        "ß",
        "ﬁ",
        "0123456789012345678901234567890123456789",
        "第一讲第二讲第三讲",
        "~",
        "$",
    ];
    const DEVICES: [&str; 6] = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    let mut random = Random(88);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..200_000 {
        let length = 1 + random.below(9);
        let path: String = (0..length).map(|_| PIECES[random.below(PIECES.len())]).collect();
        let Ok(name) = PortableName::new(&path) else {
            refused += 1;
            continue;
        };
        accepted += 1;
        assert_eq!(name.as_str(), path);
        assert!(path.encode_utf16().count() <= 200);
        assert!(
            !path.chars().any(|c| c < ' ' || "\\:*?\"<>|\u{7f}\u{85}\u{200b}\u{202e}".contains(c)),
            "{path:?}"
        );
        assert!(!path.contains("e\u{301}"), "{path:?}");
        for part in path.split('/') {
            assert!(!part.is_empty() && part.len() <= 80 && !part.ends_with(['.', ' ']), "{path:?}");
            let stem = part.split_once('.').map_or(part, |(stem, _)| stem).trim_end().to_uppercase();
            let port = ["COM1", "LPT¹"].contains(&stem.as_str());
            assert!(!port && !DEVICES.contains(&stem.as_str()), "{path:?}");
        }
        // A folder of a name is a name, and so is anything taken apart and put together.
        for (slash, _) in path.match_indices('/') {
            assert!(
                PortableName::new(&path[..slash]).is_ok() && PortableName::new(&path[slash + 1..]).is_ok()
            );
        }
    }
    assert!(accepted > 5_000 && refused > 50_000, "{accepted} {refused}");
}

#[test]
fn attachments_named_like_devices_get_another_name() {
    let base = KnowledgeBase::small();
    let folder = "content/terms/with-files";
    base.write(&format!("{folder}/index.md"), term("带附件的术语", "见[甲](aux.pdf)、[乙](Nul.tar.gz)。"));
    base.write(&format!("{folder}/aux.pdf"), b"%PDF-1.4 aux");
    base.write(&format!("{folder}/Nul.tar.gz"), b"nul");
    base.build();
    let site = base.site();
    assert_eq!(crate::site_build::faults_of_names(&site), Vec::<String>::new());
    for bytes in [b"%PDF-1.4 aux".as_slice(), b"nul"] {
        let path = site.iter().find(|(_, found)| *found == bytes).map(|(path, _)| path).unwrap();
        assert!(path.starts_with("terms/with-files/file-"), "{path}");
    }
    assert_eq!(crate::site_build::faults_of_links(&site), Vec::<String>::new());
}

#[test]
fn a_build_refuses_names_of_the_theme_that_not_every_system_holds() {
    let base = KnowledgeBase::small();
    base.build();
    let before = base.site();
    let long = format!("theme/static/{}.css", "章".repeat(30));
    for (paths, said) in [
        (vec!["theme/static/aux.css"], "assets/aux.css"),
        (vec!["theme/static/a?.css"], "assets/a?.css"),
        (vec![long.as_str()], "94 字节"),
        (vec!["theme/static/own.css", "theme/static/Own.css"], "只有大小写不同"),
        (vec!["theme/static/a/x.css", "theme/static/A/y.css"], "只有大小写不同"),
        (vec!["theme/static/e\u{301}.css"], "NFC"),
    ] {
        for path in &paths {
            base.write(path, "p { margin: 0 }");
        }
        let refused = base.keben(&["build"]).expect(2);
        assert!(refused.stderr.contains(said), "{said}: {refused:?}");
        assert!(base.site() == before, "{paths:?}");
        for path in &paths {
            base.remove(path);
        }
    }
    base.build();
    assert!(base.site() == before);
}
