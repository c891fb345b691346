//! Hostile input: whatever stands in a document, reading it ends, soon and without a panic.

use crate::knowledge_base::repository;
use crate::site_build::{options, sources};
use keben::diagnostics::{Format, Language, Style, print};
use keben::document::{self, place_of};
use keben::front_matter::Limits;
use keben::pipeline::{self, with_editions};
use keben::source::{Body, Content, FileId, RelPath, SourceFile, Sources};
use keben::taxonomy::Taxonomy;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// xorshift64*: the same numbers on every machine.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// From 0 to below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 11) as usize % limit
    }

    fn one_of<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// Pieces that mean something to a parser.
const PIECES: [&str; 48] = [
    "---\n",
    "\n---\n",
    "...",
    "\u{feff}",
    "\u{200b}",
    "\0",
    "\u{2028}",
    "：",
    "\u{3000}",
    "\t",
    "\r",
    "\r\n",
    "“",
    "”",
    "'",
    "\"",
    "[[",
    "]]",
    "[[course/",
    "|",
    "#",
    "![",
    "](",
    "[^1]",
    "[^1]: ",
    "**",
    "***",
    "~~",
    "`",
    "```\n",
    "<",
    "<script>",
    "<!--",
    "&#x0;",
    "&amp;",
    "> [!NOTE]\n",
    "- [ ] ",
    "| a | b |\n|---|---|\n",
    "{",
    "}",
    "[",
    "]",
    "&a",
    "*a",
    "!!binary ",
    "<<: ",
    "𠀀",
    "\u{301}",
];

/// One to six damages: bytes flipped, cut, doubled, moved, pieces put in.
pub fn mutate(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(out.len() + 1);
        let end = (at + random.below(200)).min(out.len());
        match random.below(9) {
            0 if at < out.len() => out[at] ^= 1 << random.below(8),
            1 if at < out.len() => out[at] = random.next() as u8,
            2 => out.truncate(at),
            3 => _ = out.drain(at..end),
            4 => {
                let piece = out[at..end].to_vec();
                let to = random.below(out.len() + 1);
                out.splice(to..to, piece);
            }
            5 => {
                let piece = random.one_of(&PIECES).repeat(1 + random.below(40));
                out.splice(at..at, piece.bytes());
            }
            // Most damages near the front matter are the likeliest to be met.
            6 => {
                let at = random.below(out.len().min(600) + 1);
                let piece = random.one_of(&PIECES);
                out.splice(at..at, piece.bytes());
            }
            _ => {
                let piece = random.one_of(&PIECES);
                out.splice(at..at, piece.bytes());
            }
        }
    }
    out
}

/// No document takes longer than this; most take a thousandth of it. A slow machine is not a failure.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is wrong with how these bytes are read, as a document at `path`.
fn fault(path: &RelPath, bytes: Vec<u8>, taxonomy: &Taxonomy) -> Option<String> {
    let length = bytes.len();
    let shown = String::from_utf8_lossy(&bytes).into_owned();
    let file = SourceFile { path: path.clone(), body: Body::Bytes(bytes) };
    let place = place_of(FileId(0), path).0?;
    let started = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        document::parse(FileId(0), &file, &place, taxonomy, &Limits::default())
    }));
    let took = started.elapsed();
    let place_of_span = |diagnostics: &[keben::diagnostics::Diagnostic]| {
        diagnostics
            .iter()
            .find(|found| found.span.end as usize > length || found.span.start > found.span.end)
            .map(|found| format!("{found:?}"))
    };
    match outcome {
        Err(_) => Some(format!("{path}: a panic on:\n{shown}\n")),
        Ok(_) if took > PATIENCE => Some(format!("{path}: {took:?} for {length} bytes:\n{shown:.300}\n")),
        Ok((None, diagnostics)) if diagnostics.is_empty() => {
            Some(format!("{path}: lost without a word:\n{shown}\n"))
        }
        Ok((_, diagnostics)) => place_of_span(&diagnostics)
            .map(|found| format!("{path}: a place outside the file: {found}\n{shown}\n")),
    }
}

pub fn starter() -> (Vec<SourceFile>, Taxonomy) {
    let sources = sources(repository());
    let taxonomy = pipeline::check(&sources, &options(), &|_| {}).site.unwrap().taxonomy;
    let documents =
        sources.into_files().filter(|file| file.path.extension() == "md" && file.bytes().is_some());
    (documents.collect(), taxonomy)
}

#[test]
fn twenty_thousand_damaged_documents_are_read() {
    let (documents, taxonomy) = starter();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let faults: Vec<String> = (0..20_000usize)
        .into_par_iter()
        .filter_map(|round| {
            let mut random =
                Random(0x9E37_79B9_7F4A_7C15 ^ (round as u64 + 1).wrapping_mul(0xD134_2543_DE82_EF95));
            let file = &documents[round % documents.len()];
            fault(&file.path, mutate(file.bytes().unwrap(), &mut random), &taxonomy)
        })
        .collect();
    std::panic::set_hook(hook);
    assert!(
        faults.is_empty(),
        "{} faults, the first:\n{}",
        faults.len(),
        faults[..faults.len().min(3)].join("\n")
    );
}

#[test]
fn patterns_that_slow_parsers_down_do_not() {
    let (_, taxonomy) = starter();
    let path = RelPath::new("content/terms/hostile.md").unwrap();
    let head = "---\ntitle: 坏输入\nstatus: draft\ngloss: 无\n---\n";
    let mut wrong = Vec::new();
    let size = 64 << 10;
    for piece in PIECES.into_iter().chain([
        "[a](",
        "[a][",
        "![a](",
        "*a ",
        "_a",
        "**“",
        "<a ",
        "<!",
        "<?",
        "\\",
        "&#",
        "1. ",
        "- ",
        "> ",
        "  ",
        "a\n",
        "[^",
        "[[a",
        "]]",
        "|-",
        "~~a ",
        "```",
        "`a``",
        "* * ",
        "# ",
        "a  \n",
        "<b>",
        "</b>",
        "<https://a>",
        "www.a.b ",
        "[x]: a\n",
        ":\n: a\n",
        "*_",
        "“*”",
    ]) {
        let body = piece.repeat(size / piece.len());
        wrong.extend(fault(&path, format!("{head}{body}").into_bytes(), &taxonomy));
        wrong.extend(fault(&path, format!("---\n{body}\n---\n").into_bytes(), &taxonomy));
        wrong.extend(fault(&path, format!("---\ntitle: {body}\n---\n").into_bytes(), &taxonomy));
        wrong.extend(fault(
            &path,
            format!("{head}{}\n{}", piece.repeat(2000), "]".repeat(2000)).into_bytes(),
            &taxonomy,
        ));
    }
    for deep in ["[", "{a: ", "- ", "? ", "> ", "* "] {
        wrong.extend(fault(
            &path,
            format!("---\ntitle: {}\n---\n", deep.repeat(20_000)).into_bytes(),
            &taxonomy,
        ));
        wrong.extend(fault(&path, format!("{head}{}x", deep.repeat(20_000)).into_bytes(), &taxonomy));
    }
    assert!(wrong.is_empty(), "{} faults, the first:\n{:.2000}", wrong.len(), wrong[0]);
}

#[test]
fn a_site_of_damaged_documents_is_checked_and_rendered() {
    let files: Vec<SourceFile> = sources(repository()).into_files().collect();
    let faults: Vec<String> = (0..40u64)
        .into_par_iter()
        .filter_map(|round| {
            let mut random = Random(0xA076_1D64_78BD_642F ^ (round + 1));
            let damaged: Vec<SourceFile> = files
                .iter()
                .map(|file| {
                    let hit = round % 4 == 3 || random.below(6) == 0;
                    let keep = file.path.as_str() == "content/site.yaml" && round % 8 != 3;
                    let theme = file.path.as_str().starts_with("theme/");
                    match file.bytes() {
                        Some(bytes) if hit && !keep && !theme => SourceFile {
                            path: file.path.clone(),
                            body: Body::Bytes(mutate(bytes, &mut random)),
                        },
                        _ => file.clone(),
                    }
                })
                .collect();
            let sources = with_editions(Sources::new(damaged));
            let run = catch_unwind(AssertUnwindSafe(|| {
                let checked = pipeline::check(&sources, &options(), &|_| {});
                for language in [Language::Chinese, Language::English] {
                    for format in Format::ALL {
                        for wide in [false, true] {
                            let style = Style { format, colour: true, wide, ..Style::plain(language) };
                            print(&checked.diagnostics, &sources, style);
                        }
                    }
                }
                // Even a site with errors can be shown: nothing in the view may rest on there being none.
                if let Some(site) = checked.site {
                    _ = pipeline::index(&site, checked.templates.strings(), &Default::default(), &|_| {});
                    let build = pipeline::build(site.into(), checked.templates, &sources, None, &|_| {});
                    for file in &build.files {
                        if let Content::Render(page) | Content::Late(page) = &file.content {
                            _ = build.render(*page, None);
                        }
                    }
                }
                checked.diagnostics.iter().any(|found| found.message.zh.contains("缺陷"))
            }));
            match run {
                Err(_) => Some(format!("round {round}: a panic")),
                Ok(true) => Some(format!("round {round}: a document could not be read because of a panic")),
                Ok(false) => None,
            }
        })
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
}
