//! Layer 11, `verify`: whether the files of a site are what its manifest says, and who signed that. Needs no network.
//! Trusts nothing of the folder before it has been checked: no size, no name, no link.

mod folder;

use super::{EdgeError, REFUSED, disk, signature};
use crate::diagnostics::{Text, names, text};
use crate::manifest::{
    self, BUILD, Build, HEAD, HEAD_BYTES, Head, HeadFault, KEYRING, Keyring, Manifest, SIGNATURE, SUMS, Sum,
};
use crate::portable::PortableName;
use folder::{Files, files_in, hash, is_dropping};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

/// What was found. Paths are sorted.
#[derive(Debug, Default)]
pub struct Report {
    /// Files that were compared.
    pub files: usize,
    pub bytes: u64,
    pub changed: BTreeSet<String>,
    pub missing: BTreeSet<String>,
    pub extra: BTreeSet<String>,
    /// What is to be said beside the names.
    pub notes: Vec<Text>,
    pub build: Option<Build>,
    pub trust: Trust,
}

#[derive(Debug, Default)]
pub enum Trust {
    #[default]
    Unsigned,
    /// The signature is that of a key in the site's own keyring; `trusted`: of the key that was asked for.
    Signed { head: Head, trusted: bool },
    /// The key that was asked for has not signed this.
    Refused(Text),
}

impl Report {
    pub fn is_whole(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty() && self.extra.is_empty()
    }
}

/// Looks at every file of the site in `folder`. `key` is the line of a public key that must have signed it; `also` are
/// files about the site that no manifest lists and that may be there.
pub fn verify(folder: &Path, key: Option<&str>, also: &[&str]) -> Result<Report, EdgeError> {
    let there = files_in(folder)?;
    if ![BUILD, SUMS, HEAD].iter().any(|path| there.contains_key(*path)) {
        let shown = folder.display();
        return Err(EdgeError::new(
            format!("“{shown}”不是 keben 生成的站点：里面没有 {BUILD}"),
            format!("{shown} is no site made by keben: there is no {BUILD} in it"),
        ));
    }
    let mut look = Look { folder, there, report: Report::default() };
    let signed = look.head(key);
    let build = look.build(signed.as_ref());
    let packed = build.as_ref().and_then(|build| look.manifest(build));
    match &packed {
        Some(text) => {
            let listed = Manifest::read(text).map_err(|fault| unfit(text, fault))?;
            let expected = listed.sums().iter().map(|sum| Expected {
                path: sum.path,
                sha256: sum.sha256,
                size: Some(sum.size),
            });
            look.compare(&expected.collect::<Vec<_>>());
            if !build.as_ref().is_some_and(|build| build.is_of(&listed)) {
                look.report.changed.insert(BUILD.to_owned());
            }
            look.exactly(SUMS, manifest::sums_text(listed.sums()).as_bytes());
            let paths: BTreeSet<&str> = listed.sums().iter().map(|sum| sum.path).collect();
            look.extras(&paths, build.as_ref(), also);
        }
        None => look.by_sums(build.as_ref(), also),
    }
    look.report.build = build;
    Ok(look.report)
}

/// A list that is what was promised, and still cannot be a site.
fn unfit(text: &str, fault: manifest::Fault) -> EdgeError {
    let path = |line: usize| {
        let line = text.lines().nth(line - 1).unwrap_or_default();
        line.splitn(3, ' ').nth(2).unwrap_or_default().escape_debug().to_string()
    };
    let why = match fault {
        manifest::Fault::Name(line, fault) => {
            let listed = text.lines().nth(line - 1).and_then(|line| line.splitn(3, ' ').nth(2));
            names::fault(listed.unwrap_or_default(), fault)
        }
        manifest::Fault::About(line) => {
            let path = path(line);
            text!("“{path}”不能列在清单里", "{path} may not be listed")
        }
        manifest::Fault::Clash(line) => {
            let path = path(line);
            text!("“{path}”不能与另一个文件并存", "{path} cannot exist beside another file")
        }
        manifest::Fault::Order(line) | manifest::Fault::Line(line) => {
            text!("第 {line} 行不合格式", "line {line} has another form")
        }
        manifest::Fault::Cut => text!("最后一行不完整", "the last line does not end"),
    };
    let text = Text::new(
        format!("清单不能用，整个站点都不可信：{}", why.zh),
        format!("the manifest cannot be used, and nothing of this site can be trusted: {}", why.en),
    );
    EdgeError { text, exit_code: REFUSED }
}

struct Expected<'a> {
    path: &'a str,
    sha256: [u8; 32],
    size: Option<u64>,
}

struct Look<'a> {
    folder: &'a Path,
    there: Files,
    report: Report,
}

impl Look<'_> {
    /// The head that a signature stands for.
    fn head(&mut self, key: Option<&str>) -> Option<Head> {
        let there = |path| self.there.contains_key(path);
        if !there(HEAD) && !there(SIGNATURE) {
            if key.is_some() {
                self.report.trust = Trust::Refused(text!("站点没有签名", "the site is not signed"));
            }
            return None;
        }
        let bytes = self.small(HEAD);
        let signature = self.small(SIGNATURE).and_then(|bytes| String::from_utf8(bytes).ok());
        let ring = self.small(KEYRING).and_then(|bytes| Keyring::read(&bytes).ok());
        let (head, signer) = match self.signed(bytes.as_deref(), signature.as_deref(), ring.as_ref(), key) {
            Ok(signed) => signed,
            Err(why) => {
                match key {
                    Some(_) => self.report.trust = Trust::Refused(why),
                    None => self.doubt(&why),
                }
                return None;
            }
        };
        // With a key from elsewhere the keyring is a file like others, and must fit too.
        match ring {
            Some(ring) if ring.version == head.keyring && ring.keys.contains(&signer) => {
                if ring.threshold > 1 {
                    let needed = ring.threshold;
                    self.report.notes.push(text!(
                        "这个站点要 {needed} 个签名，这里只核对了一个",
                        "this site asks for {needed} signatures; only one was checked here"
                    ));
                }
            }
            _ => self.wrong(KEYRING),
        }
        self.report.trust = Trust::Signed { head: head.clone(), trusted: key.is_some() };
        Some(head)
    }

    /// The head and the key that signed it.
    fn signed(
        &self,
        bytes: Option<&[u8]>,
        signature: Option<&str>,
        ring: Option<&Keyring>,
        key: Option<&str>,
    ) -> Result<(Head, String), Text> {
        let bytes = bytes.ok_or_else(|| text!("{HEAD} 缺失或过大", "{HEAD} is missing or too large"))?;
        let signature = signature
            .ok_or_else(|| text!("{SIGNATURE} 缺失或已损坏", "{SIGNATURE} is missing or damaged"))?;
        let keys: Vec<String> = match (key, ring) {
            (Some(key), _) => vec![key.to_owned()],
            (None, Some(ring)) => ring.keys.clone(),
            (None, None) => return Err(text!("{KEYRING} 缺失或已损坏", "{KEYRING} is missing or damaged")),
        };
        let mut why = None;
        for key in keys {
            match signature::check(&key, bytes, signature) {
                Ok(comment) => {
                    let head = Head::read(bytes).map_err(|fault| unreadable(HEAD, fault))?;
                    // A signer may have used the minisign tool, with a comment of his own.
                    if comment.starts_with("site:") && comment != head.comment() {
                        return Err(text!(
                            "签名的说明与 head.json 不符",
                            "the comment of the signature does not fit head.json"
                        ));
                    }
                    return Ok((head, key));
                }
                Err(reason) => why = Some(reason),
            }
        }
        Err(why.unwrap_or_else(|| text!("钥匙串是空的", "the keyring is empty")))
    }

    /// Which of the three files is at fault cannot be known without a key from elsewhere: all are named.
    fn doubt(&mut self, why: &Text) {
        for path in [HEAD, SIGNATURE, KEYRING] {
            self.wrong(path);
        }
        self.report.notes.push(Text::new(
            format!("{}。这三个文件至少有一个被改动；用 --key 公钥文件可以分清是哪一个", why.zh),
            format!(
                "{}; at least one of the three files was changed, and --key FILE.pub tells which",
                why.en
            ),
        ));
    }

    /// What the site consists of: what was signed, else what the build says.
    fn build(&mut self, head: Option<&Head>) -> Option<Build> {
        if let Some(head) = head {
            self.exactly(BUILD, head.build().text().as_bytes());
            return Some(head.build());
        }
        match self.small(BUILD).map(|bytes| Build::read(&bytes)) {
            Some(Ok(build)) => return Some(build),
            Some(Err(fault @ HeadFault::Format(_))) => {
                self.report.notes.push(unreadable(BUILD, fault));
                self.wrong(BUILD);
            }
            _ => self.wrong(BUILD),
        }
        // A head that nothing vouches for still leads to the list, against which everything is compared.
        self.small(HEAD).and_then(|bytes| Some(Head::read(&bytes).ok()?.build()))
    }

    /// The text of the manifest, when its file is whole.
    fn manifest(&mut self, build: &Build) -> Option<String> {
        let path = manifest::manifest_path(&build.manifest.sha256);
        let bytes = self.read(&path, build.manifest.zsize);
        let text = bytes.and_then(|bytes| manifest::decompress(&bytes, &build.manifest));
        if text.is_none() {
            self.wrong(&path);
        }
        text
    }

    /// Without a manifest the sums still tell which files changed, though not that the list itself is whole.
    fn by_sums(&mut self, build: Option<&Build>, also: &[&str]) {
        const MOST_BYTES: u64 = 512 << 20;
        let text = self.read(SUMS, MOST_BYTES).and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text else {
            self.wrong(SUMS);
            self.report.notes.push(text!(
                "清单和 SHA256SUMS 都不能用，其余文件无从核对",
                "neither the manifest nor SHA256SUMS can be used; the other files cannot be checked"
            ));
            return;
        };
        let sound = |(path, _): &(&str, _)| PortableName::new(path).is_ok();
        let listed: BTreeMap<&str, [u8; 32]> = manifest::paths(&text).filter(sound).collect();
        let expected: Vec<Expected<'_>> =
            listed.iter().map(|(path, sha256)| Expected { path, sha256: *sha256, size: None }).collect();
        let sizes = self.compare(&expected);
        if let Some(build) = build
            && self
                .report
                .missing
                .iter()
                .chain(&self.report.changed)
                .all(|path| path.starts_with(manifest::FOLDER))
        {
            let sums = expected.iter().zip(sizes).map(|(one, size)| Sum {
                path: one.path,
                size,
                sha256: one.sha256,
            });
            let whole =
                manifest::sha256(Manifest::of(sums.collect()).text().as_bytes()) == build.manifest.sha256;
            if !whole {
                self.wrong(SUMS);
            }
        }
        self.report.notes.push(text!(
            "清单文件不能用，其余文件是按 SHA256SUMS 核对的",
            "the manifest cannot be used; the other files were checked by SHA256SUMS"
        ));
        self.extras(&listed.into_keys().collect(), build, also);
    }

    /// Compares every file, and gives the sizes found.
    fn compare(&mut self, expected: &[Expected<'_>]) -> Vec<u64> {
        enum Found {
            Same(u64),
            Other,
            Nothing,
        }
        let found: Vec<Found> = expected
            .par_iter()
            .map(|one| {
                let Some(Some(name)) = self.there.get(one.path) else {
                    // What is no plain file stands in the place of one.
                    return if self.there.contains_key(one.path) { Found::Other } else { Found::Nothing };
                };
                match hash(self.folder, name, one.size) {
                    Some((size, sha256)) if sha256 == one.sha256 => Found::Same(size),
                    _ => Found::Other,
                }
            })
            .collect();
        let mut sizes = Vec::with_capacity(expected.len());
        for (one, found) in expected.iter().zip(found) {
            self.report.files += 1;
            sizes.push(if let Found::Same(size) = found { size } else { 0 });
            match found {
                Found::Same(size) => self.report.bytes += size,
                Found::Other => _ = self.report.changed.insert(one.path.to_owned()),
                Found::Nothing => _ = self.report.missing.insert(one.path.to_owned()),
            }
        }
        sizes
    }

    fn extras(&mut self, listed: &BTreeSet<&str>, build: Option<&Build>, also: &[&str]) {
        let manifest = build.map(|build| manifest::manifest_path(&build.manifest.sha256));
        let about = |path: &str| {
            [BUILD, SUMS].contains(&path)
                || manifest::is_of_signing(path)
                || also.contains(&path)
                || manifest.as_deref() == Some(path)
        };
        let extra = self.there.keys().filter(|path| !listed.contains(path.as_str()) && !about(path));
        let extra: Vec<String> = extra.filter(|path| !is_dropping(path)).cloned().collect();
        self.report.extra.extend(extra);
    }

    /// The file must hold exactly these bytes.
    fn exactly(&mut self, path: &str, bytes: &[u8]) {
        if self.read(path, bytes.len() as u64).as_deref() != Some(bytes) {
            self.wrong(path);
        }
    }

    fn wrong(&mut self, path: &str) {
        let names =
            if self.there.contains_key(path) { &mut self.report.changed } else { &mut self.report.missing };
        names.insert(path.to_owned());
    }

    fn small(&self, path: &str) -> Option<Vec<u8>> {
        self.read(path, HEAD_BYTES as u64)
    }

    /// `None` for a file that is not there, is no plain file, cannot be read or is larger than it may be.
    fn read(&self, path: &str, most: u64) -> Option<Vec<u8>> {
        let name = self.there.get(path)?.as_ref()?;
        let mut bytes = Vec::new();
        disk::open_below(self.folder, name).ok()?.take(most + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= most).then_some(bytes)
    }
}

fn unreadable(path: &str, fault: HeadFault) -> Text {
    match fault {
        HeadFault::Format(number) => text!(
            "{path} 是第 {number} 版格式：文件已损坏，或由更新的 keben 生成",
            "{path} has format {number}: it is damaged, or a later keben made it"
        ),
        _ => text!("{path} 已损坏", "{path} is damaged"),
    }
}
