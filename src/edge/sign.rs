//! Layer 11, `sign`: puts a signed head on a site that lies there whole.
//! Knows releases and where heads are kept; must not know what the site holds.

use super::signature::{Signer, refused};
use super::verify::verify;
use super::{DAMAGED, EdgeError, cache, lock, replace, signature};
use crate::diagnostics::{Text, text};
use crate::manifest::{
    HEAD, HEAD_BYTES, Head, KEYRING, Keyring, Previous, RELEASE_STEP, RELEASES, SIGNATURE, sha256,
};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long a head may be taken for the newest. A site that is not signed again in this time is suspected of being
/// held back; half a year outlasts every holiday.
const VALID: Duration = Duration::from_secs(180 * 86_400);

pub struct Wish<'a> {
    pub release: Option<u64>,
    /// A head that was signed before, named by the user.
    pub previous: Option<&'a Path>,
    /// The knowledge base that the site was built from, where it is at hand.
    pub root: Option<&'a Path>,
    /// Files about the site that no manifest lists.
    pub also: &'a [&'a str],
}

#[derive(Debug)]
pub struct Signed {
    pub head: Head,
    /// This made the keyring.
    pub new_keyring: bool,
    pub notes: Vec<Text>,
}

/// Signs the site in `folder`. Nothing is signed that is not whole, and nothing is written before all is known.
pub fn sign(folder: &Path, signer: &Signer, wish: &Wish<'_>) -> Result<Signed, EdgeError> {
    let key = &signer.public;
    // An old head may be there, good or not: it is replaced.
    let report = verify(folder, None, wish.also)?;
    let damaged = report.changed.union(&report.missing).chain(&report.extra);
    let damaged: Vec<&String> =
        damaged.filter(|path| ![HEAD, SIGNATURE, KEYRING].contains(&path.as_str())).collect();
    let whole = report.build.as_ref().filter(|_| damaged.is_empty());
    let Some(build) = whole else {
        let first = damaged.first().map_or(HEAD, |path| path.as_str());
        let count = damaged.len();
        let mut error = EdgeError::new(
            format!(
                "站点不完整，没有签名：{first} 等 {count} 个文件与清单不符；用 keben mirror verify 查看，重新生成后再签"
            ),
            format!(
                "the site is not whole and was not signed: {first}, {count} files in all, do not fit the manifest; see keben mirror verify, and build again"
            ),
        );
        error.exit_code = DAMAGED;
        return Err(error);
    };
    let mut notes = Vec::new();
    let previous = previous(folder, wish)?;
    if let Some((old, _)) = previous.as_ref().filter(|(old, _)| old.site != build.site) {
        let release = old.release;
        notes.push(text!(
            "上一次签名（第 {release} 版）时站点用的是另一个标题；镜像会把它当作另一个站点",
            "the last release, {release}, bore another title; mirrors will take this for another site"
        ));
    }
    let release = release(wish.release, previous.as_ref().map(|(old, _)| old.release))?;
    if previous.is_none() && wish.release.is_none() {
        notes.push(text!(
            "没有找到以前的 head.json，按第 1 版签名；如果以前签过，请用 --previous 或 --release 指定",
            "no earlier head.json was found: this is release 1; if there was one, name it with --previous or --release"
        ));
    }
    let (ring, new_keyring) = keyring(folder, key, previous.as_ref().map(|(old, _)| old))?;
    let created = now()?;
    let old = previous.map(|(old, sha256)| Previous { release: old.release, sha256 });
    let times = (created, created + VALID.as_secs());
    let head = Head::of(build, release, times, old, ring.version);
    let head_text = head.text();
    let signature = signer.sign(head_text.as_bytes(), &head.comment())?;
    // A key whose halves do not belong together signs what nobody accepts.
    signature::check(key, head_text.as_bytes(), &signature).map_err(refused)?;
    if new_keyring {
        replace::write_text(&folder.join(KEYRING), &ring.text())?;
    }
    // The head comes last: until then the old one stands, with a signature that does not fit at worst.
    replace::write_text(&folder.join(SIGNATURE), &signature)?;
    replace::write_text(&folder.join(HEAD), &head_text)?;
    Ok(Signed { head, new_keyring, notes })
}

/// The newest head that is known, with the hash of its bytes.
fn previous(folder: &Path, wish: &Wish<'_>) -> Result<Option<(Head, String)>, EdgeError> {
    let mut newest: Option<(Head, String)> = None;
    let in_cache = wish.root.map(|root| root.join(lock::CACHE).join(cache::PREVIOUS_HEAD));
    for (path, named) in
        [(Some(folder.join(HEAD)), false), (in_cache, false), (wish.previous.map(Path::to_owned), true)]
    {
        let Some(path) = path else { continue };
        let unreadable = |error: &std::io::Error| EdgeError::io(("读取", "read"), path.display(), error);
        let bytes = match fs::metadata(&path) {
            Ok(metadata) if metadata.len() > HEAD_BYTES as u64 => Vec::new(),
            Ok(_) => fs::read(&path).map_err(|error| unreadable(&error))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => continue,
            Err(error) => return Err(unreadable(&error)),
        };
        // A number that cannot be read must not be taken for none: releases would begin anew, and mirrors refuse them.
        let head = Head::read(&bytes).map_err(|_| {
            let shown = path.display();
            EdgeError::new(
                format!("“{shown}”不是可用的 head.json，无从知道上一次是第几版；请移走它，并用 --release 指定版次"),
                format!("{shown} is no usable head.json, so the last release is unknown; move it away and name the number with --release"),
            )
        })?;
        if newest.as_ref().is_none_or(|(other, _)| other.release < head.release) {
            newest = Some((head, sha256(&bytes)));
        }
    }
    Ok(newest)
}

fn release(wanted: Option<u64>, last: Option<u64>) -> Result<u64, EdgeError> {
    let least = last.map_or(1, |last| last + 1);
    let most = last.map_or(RELEASES, |last| (last + RELEASE_STEP).min(RELEASES));
    let release = wanted.unwrap_or(least);
    if (least..=most).contains(&release) {
        return Ok(release);
    }
    Err(EdgeError::new(
        format!("版次要在 {least} 到 {most} 之间，现在是 {release}；镜像不接受更小或跳得太远的版次"),
        format!(
            "the release must be from {least} to {most}, not {release}: mirrors refuse smaller ones and large steps"
        ),
    ))
}

/// The keyring of the site, or its first one; whether it is new.
fn keyring(folder: &Path, key: &str, previous: Option<&Head>) -> Result<(Keyring, bool), EdgeError> {
    let path = folder.join(KEYRING);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if let Some(version) = previous.map(|old| old.keyring).filter(|version| *version > 1) {
                return Err(EdgeError::new(
                    format!(
                        "上一次签名用的是第 {version} 版钥匙串，这里没有 {KEYRING}；请从已发布的站点复制过来"
                    ),
                    format!(
                        "the last release had keyring {version}, and there is no {KEYRING} here; copy it from the published site"
                    ),
                ));
            }
            return Ok((Keyring::first(key), true));
        }
        Err(error) => return Err(EdgeError::io(("读取", "read"), KEYRING, &error)),
    };
    let ring = Keyring::read(&bytes).map_err(|_| {
        EdgeError::new(
            format!("{KEYRING} 已损坏；请从已发布的站点复制一份完好的"),
            format!("{KEYRING} is damaged; copy a whole one from the published site"),
        )
    })?;
    if ring.keys.iter().any(|known| known == key) {
        return Ok((ring, false));
    }
    Err(refused(text!(
        "这把密钥不在站点的钥匙串（{KEYRING}）里，镜像不会接受它的签名",
        "this key is not in the keyring of the site ({KEYRING}); mirrors would refuse its signature"
    )))
}

/// Seconds since 1970. `SOURCE_DATE_EPOCH` stands for the clock, as in every build that is to be repeated.
fn now() -> Result<u64, EdgeError> {
    if let Ok(given) = std::env::var("SOURCE_DATE_EPOCH") {
        return given.parse().ok().filter(|seconds| *seconds < RELEASES).ok_or_else(|| {
            EdgeError::new(
                format!("SOURCE_DATE_EPOCH 要是 1970 年以来的秒数，现在是“{given}”"),
                format!("SOURCE_DATE_EPOCH must be seconds since 1970, not “{given}”"),
            )
        });
    }
    Ok(clock())
}

/// Seconds since 1970 by the machine's clock.
pub fn clock() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}
