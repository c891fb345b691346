//! Layer 1: what a site says that it consists of: its files, the head that is signed, the keys that may sign.
//! Knows formats and hashes; must not know the disk, the clock or a secret key.

mod head;
mod lines;
mod pack;

pub use head::{
    Build, Fault as HeadFault, HEAD_BYTES, Head, Keyring, Listed, Previous, RELEASE_STEP, RELEASES,
};
pub use lines::{Fault, Manifest, Sum, fingerprint, paths, push_hex, sums_text};
pub use pack::{compress, decompress};

use sha2::{Digest, Sha256};

/// The folder of the files about the site itself, which a manifest leaves out.
pub const FOLDER: &str = "_keben/";
/// For people without keben: `sha256sum -c` reads it. It marks a folder as a site made by keben.
pub const SUMS: &str = "_keben/SHA256SUMS";
pub const BUILD: &str = "_keben/build.json";
pub const HEAD: &str = "_keben/head.json";
/// The signature of [`HEAD`], as the minisign tool makes and reads it.
pub const SIGNATURE: &str = "_keben/head.json.minisig";
pub const KEYRING: &str = "_keben/keyring.json";
/// Of manifests, compressed, each under its own hash: a name never means two things, so that whoever reads a head and
/// then the manifest cannot mix two builds.
const MANIFESTS: &str = "_keben/m/";

/// Where the manifest lies whose text has this hash.
pub fn manifest_path(sha256: &str) -> String {
    format!("{MANIFESTS}{sha256}.txt.zst")
}

/// What signing adds to a site. None of it is a function of the sources, so builds neither make nor compare it.
pub fn is_of_signing(path: &str) -> bool {
    [HEAD, SIGNATURE, KEYRING].contains(&path)
}

pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    push_hex(&mut out, bytes);
    out
}

/// The hash of a text, as every file here writes it.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Which knowledge base a site is of, whatever its release: 12 hexadecimal digits that stand for its title, and four
/// by which a damaged one is noticed where nothing is signed.
pub fn site_id(title: &str) -> String {
    let mut id = sha256(title.as_bytes());
    id.truncate(12);
    let check = sha256(id.as_bytes());
    id.push_str(&check[..4]);
    id
}

fn is_site_id(id: &str) -> bool {
    id.len() == 16 && is_lower_hex(id) && sha256(&id.as_bytes()[..12])[..4] == id[12..]
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && is_lower_hex(text)
}

fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
