//! Layer 1: the small files that stand for a whole site: what a build says of it, the head that is signed, the keys.
//! Each has one spelling: whatever is read is written again in the same bytes, or it is refused.

use super::{Manifest, is_sha256, is_site_id, sha256};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

const FORMAT: u32 = 1;
/// Nothing larger is read as a head or a keyring: they come from the network before anything is trusted.
pub const HEAD_BYTES: usize = 4096;
/// The highest release: what every program that reads JSON can count.
pub const RELEASES: u64 = 1 << 53;
/// Mirrors refuse a release further than this from the one they have: a stolen key could otherwise use up the numbers.
pub const RELEASE_STEP: u64 = 1_000_000;

/// Why bytes are no head, no keyring, no word of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    TooLarge,
    /// Not this kind of file, or damaged.
    Unreadable,
    /// Of a later version of keben: its number.
    Format(u32),
    /// It can be read, but is not what keben writes.
    Inconsistent,
}

/// The manifest: hash and size of its text, and of its file, which is compressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    pub sha256: String,
    pub size: u64,
    pub zsha256: String,
    pub zsize: u64,
}

/// What a build says of the site it made. No time, no counter: equal sites, equal bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    format: u32,
    /// See [`super::site_id`].
    pub site: String,
    pub manifest: Listed,
    pub files: u64,
    pub bytes: u64,
    pub max_file: u64,
}

/// What is signed: a build, its number and how long it may be taken for the newest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    format: u32,
    pub site: String,
    pub manifest: Listed,
    pub files: u64,
    pub bytes: u64,
    pub max_file: u64,
    pub release: u64,
    /// Seconds since 1970, UTC.
    pub created: u64,
    pub expires: u64,
    pub previous: Option<Previous>,
    /// The version of the keyring that the signature is to be checked with.
    pub keyring: u32,
}

/// The head before this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    pub release: u64,
    /// Of the bytes of that head.
    pub sha256: String,
}

/// The public keys that may sign, each as the second line of a `.pub` file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyring {
    format: u32,
    pub version: u32,
    /// How many of the keys must have signed.
    pub threshold: u32,
    pub keys: Vec<String>,
}

impl Build {
    /// `compressed`: the bytes of the manifest's file.
    pub fn new(site: &str, manifest: &Manifest<'_>, text: &str, compressed: &[u8]) -> Build {
        Build {
            format: FORMAT,
            site: site.to_owned(),
            manifest: Listed {
                sha256: sha256(text.as_bytes()),
                size: text.len() as u64,
                zsha256: sha256(compressed),
                zsize: compressed.len() as u64,
            },
            files: manifest.sums().len() as u64,
            bytes: manifest.bytes(),
            max_file: manifest.max_file(),
        }
    }

    pub fn read(bytes: &[u8]) -> Result<Build, Fault> {
        read(bytes, |build: &Build| sound(&build.site, &build.manifest))
    }

    pub fn text(&self) -> String {
        text(self)
    }

    /// Whether this is said of exactly these files.
    pub fn is_of(&self, manifest: &Manifest<'_>) -> bool {
        self.files == manifest.sums().len() as u64
            && self.bytes == manifest.bytes()
            && self.max_file == manifest.max_file()
    }
}

impl Head {
    pub fn of(
        build: &Build,
        release: u64,
        times: (u64, u64),
        previous: Option<Previous>,
        keyring: u32,
    ) -> Head {
        let Build { format, site, manifest, files, bytes, max_file } = build.clone();
        let (created, expires) = times;
        Head { format, site, manifest, files, bytes, max_file, release, created, expires, previous, keyring }
    }

    /// The build that it stands for.
    pub fn build(&self) -> Build {
        let Head { format, site, manifest, files, bytes, max_file, .. } = self.clone();
        Build { format, site, manifest, files, bytes, max_file }
    }

    pub fn read(bytes: &[u8]) -> Result<Head, Fault> {
        read(bytes, |head: &Head| {
            let previous = head.previous.as_ref();
            sound(&head.site, &head.manifest)
                && (1..=RELEASES).contains(&head.release)
                && head.created < head.expires
                && previous.is_none_or(|old| old.release < head.release && is_sha256(&old.sha256))
        })
    }

    pub fn text(&self) -> String {
        text(self)
    }

    /// What the signature says beside the head itself: a person who checks it with the minisign tool sees it.
    pub fn comment(&self) -> String {
        format!("site:{} release:{} manifest:{}", self.site, self.release, self.manifest.sha256)
    }
}

impl Keyring {
    pub fn first(key: &str) -> Keyring {
        Keyring { format: FORMAT, version: 1, threshold: 1, keys: vec![key.to_owned()] }
    }

    pub fn read(bytes: &[u8]) -> Result<Keyring, Fault> {
        read(bytes, |ring: &Keyring| {
            let each_once = ring.keys.iter().enumerate().all(|(at, key)| !ring.keys[..at].contains(key));
            ring.version >= 1
                && ring.threshold >= 1
                && ring.threshold as usize <= ring.keys.len()
                && each_once
        })
    }

    pub fn text(&self) -> String {
        text(self)
    }
}

fn sound(site: &str, manifest: &Listed) -> bool {
    is_site_id(site) && is_sha256(&manifest.sha256) && is_sha256(&manifest.zsha256)
}

fn text(value: &impl Serialize) -> String {
    // Numbers, texts and lists of them: nothing that JSON could not hold.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

fn read<T: DeserializeOwned + Serialize>(bytes: &[u8], sound: impl Fn(&T) -> bool) -> Result<T, Fault> {
    #[derive(Deserialize)]
    struct Any {
        format: u32,
    }
    if bytes.len() > HEAD_BYTES {
        return Err(Fault::TooLarge);
    }
    match serde_json::from_slice::<Any>(bytes) {
        Ok(Any { format }) if format != FORMAT => return Err(Fault::Format(format)),
        Ok(_) => {}
        Err(_) => return Err(Fault::Unreadable),
    }
    let value: T = serde_json::from_slice(bytes).map_err(|_| Fault::Unreadable)?;
    if text(&value).as_bytes() != bytes || !sound(&value) {
        return Err(Fault::Inconsistent);
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Sum, site_id};

    fn build() -> Build {
        let manifest = Manifest::of(vec![Sum { path: "a", size: 3, sha256: [0xab; 32] }]);
        Build::new(&site_id("课程"), &manifest, &manifest.text(), b"compressed")
    }

    fn head() -> Head {
        let previous = Previous { release: 6, sha256: "cd".repeat(32) };
        Head::of(&build(), 7, (1_669_852_800, 1_685_404_800), Some(previous), 1)
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(Build::read(build().text().as_bytes()), Ok(build()));
        assert_eq!(Head::read(head().text().as_bytes()), Ok(head()));
        assert_eq!(head().build(), build());
        assert!(head().text().len() < 1024);
        let ring = Keyring::first("RWQ");
        assert_eq!(Keyring::read(ring.text().as_bytes()), Ok(ring));
        let Listed { sha256: hash, .. } = build().manifest;
        assert_eq!(head().comment(), format!("site:{} release:7 manifest:{hash}", site_id("课程")));
    }

    #[test]
    fn every_single_bit_of_a_build_counts() {
        // A build has nothing that signs it: a damaged one must not be read at all, or differ in what is compared.
        let text = build().text();
        for bit in 0..text.len() * 8 {
            let mut bytes = text.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Ok(read) = Build::read(&bytes) {
                assert_eq!(read.site, build().site, "bit {bit}");
                assert_ne!(read, build(), "bit {bit}");
            }
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let text = head().text();
        let with = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        };
        for (bytes, fault) in [
            (String::new(), Fault::Unreadable),
            ("{}".to_owned(), Fault::Unreadable),
            ("[".repeat(4000), Fault::Unreadable),
            (" ".repeat(5000), Fault::TooLarge),
            (with("\"format\":1", "\"format\":2"), Fault::Format(2)),
            (with("\"format\":1", "\"format\":1,\"format\":1"), Fault::Unreadable),
            (with("\"release\":7", "\"release\":7,\"new\":1"), Fault::Unreadable),
            (with("\"release\":7", "\"release\":7.0"), Fault::Unreadable),
            (with("\"release\":7", "\"release\":-7"), Fault::Unreadable),
            (with("\"release\":7", "\"release\":0"), Fault::Inconsistent),
            (with("\"release\":7", "\"release\":6"), Fault::Inconsistent),
            (with("\"release\":7", "\"release\":18446744073709551615"), Fault::Inconsistent),
            (with("\"release\":7", "\"release\": 7"), Fault::Inconsistent),
            (with("\"created\":1669852800", "\"created\":1785404800"), Fault::Inconsistent),
            (with(&site_id("课程"), "0123456789ab0000"), Fault::Inconsistent),
            (with(&"cd".repeat(32), "../../x"), Fault::Inconsistent),
            (text.trim_end().to_owned(), Fault::Inconsistent),
            (text.clone() + "\n", Fault::Inconsistent),
            (text[..text.len() / 2].to_owned(), Fault::Unreadable),
        ] {
            assert_eq!(Head::read(bytes.as_bytes()), Err(fault), "{bytes}");
        }
        for keyring in [
            "{\"format\":1,\"version\":1,\"threshold\":2,\"keys\":[\"a\"]}\n",
            "{\"format\":1,\"version\":1,\"threshold\":0,\"keys\":[\"a\"]}\n",
            "{\"format\":1,\"version\":0,\"threshold\":1,\"keys\":[\"a\"]}\n",
            "{\"format\":1,\"version\":1,\"threshold\":1,\"keys\":[\"a\",\"a\"]}\n",
        ] {
            assert_eq!(Keyring::read(keyring.as_bytes()), Err(Fault::Inconsistent), "{keyring}");
        }
    }
}
