//! Layer 11, `signature`: keys and signatures as the minisign tool makes and reads them.
//! Knows key files and randomness; must not know what is signed.

use super::{EdgeError, REFUSED};
use crate::diagnostics::{Text, text};
use ct_codecs::{Base64, Decoder};
use minisign::{KeyPair, SecretKey, SecretKeyBox};
use minisign_verify::{Error, PublicKey, Signature};
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// How the line of an encrypted secret key begins: algorithms `Ed`, `Sc` and `B2`, in Base64.
const ENCRYPTED: &str = "RWRTY0Iy";
/// No key and no signature has more.
const MOST_BYTES: u64 = 4096;

/// Makes `BASE.key` and `BASE.pub`; never over a file that is there. Without a password whoever has the file can sign.
pub fn keygen(base: &Path, password: Option<String>) -> Result<String, EdgeError> {
    let failed = |error: minisign::PError| {
        EdgeError::new(format!("无法生成密钥：{error}"), format!("cannot make a key: {error}"))
    };
    let with = |ending: &str| {
        let mut path = base.as_os_str().to_owned();
        path.push(ending);
        PathBuf::from(path)
    };
    let (secret, public) = (with(".key"), with(".pub"));
    for path in [&secret, &public] {
        if fs::symlink_metadata(path).is_ok() {
            return Err(taken(path));
        }
    }
    let comment = if password.is_some() { "minisign encrypted secret key" } else { "minisign secret key" };
    let pair = match password {
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password)),
        None => KeyPair::generate_unencrypted_keypair(),
    };
    let pair = pair.map_err(failed)?;
    let secret_text = pair.sk.to_box(Some(comment)).map_err(failed)?.into_string();
    let public_text = pair.pk.to_box().map_err(failed)?.into_string();
    create(&secret, &secret_text, 0o600)?;
    if let Err(error) = create(&public, &public_text, 0o644) {
        // A secret key without its public one would be of no use and in the way of the next attempt.
        let _ = fs::remove_file(&secret);
        return Err(error);
    }
    Ok(pair.pk.to_base64())
}

fn create(path: &Path, text: &str, mode: u32) -> Result<(), EdgeError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let written = match file {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(taken(path)),
        file => file.and_then(|mut file| {
            let done = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
            if done.is_err() {
                let _ = fs::remove_file(path);
            }
            done
        }),
    };
    written.map_err(|error| EdgeError::io(("写入", "write"), path.display(), &error))
}

fn taken(path: &Path) -> EdgeError {
    let shown = path.display();
    EdgeError::new(
        format!("“{shown}”已经存在，没有改动；密钥丢了就找不回来，请用 --out 另起一个名字"),
        format!(
            "{shown} exists already and was left alone: a lost key cannot be restored; use another --out"
        ),
    )
}

/// A key that can sign.
pub struct Signer {
    secret: SecretKey,
    /// The second line of its `.pub` file.
    pub public: String,
    key: minisign::PublicKey,
}

/// A secret key file. `password` is asked for one that is encrypted.
pub fn signer(
    path: &Path,
    password: impl FnOnce() -> Result<String, EdgeError>,
) -> Result<Signer, EdgeError> {
    let text = small(path)?;
    let shown = path.display();
    let wrong = |zh: &str, en: &str| EdgeError::new(format!("“{shown}”{zh}"), format!("{shown} {en}"));
    let no_key = || {
        wrong(
            "不是私钥文件；--key 要指定 keben keygen 或 minisign -G 生成的 .key 文件",
            "is no secret key; --key names the .key file that keben keygen or minisign -G made",
        )
    };
    let line = text.lines().nth(1).ok_or_else(no_key)?;
    let sealed = SecretKeyBox::from(text.clone());
    let secret = if line.starts_with(ENCRYPTED) {
        let password = password()?;
        sealed.into_secret_key(Some(password)).map_err(|_| {
            wrong(
                "打不开：密码不对，或文件已损坏",
                "cannot be opened: the password is wrong, or the file is damaged",
            )
        })?
    } else {
        sealed.into_unencrypted_secret_key().ok().or_else(|| without_sum(line)).ok_or_else(no_key)?
    };
    let key = minisign::PublicKey::from_secret_key(&secret).map_err(|_| no_key())?;
    Ok(Signer { secret, public: key.to_base64(), key })
}

/// The stock tool leaves the sum of a key without password empty. [`Signer::sign`] sees whether such a key is whole.
fn without_sum(line: &str) -> Option<SecretKey> {
    const BYTES: usize = 158;
    let bytes = Base64::decode_to_vec(line.trim_end(), None).ok()?;
    let empty = bytes.len() == BYTES && bytes[2..4] == [0; 2] && bytes[BYTES - 32..] == [0; 32];
    SecretKey::from_bytes(&bytes).ok().filter(|_| empty)
}

impl Signer {
    /// The text of the `.minisig` file.
    pub fn sign(&self, bytes: &[u8], comment: &str) -> Result<String, EdgeError> {
        let untrusted = "signature from minisign secret key";
        let signed = minisign::sign(Some(&self.key), &self.secret, bytes, Some(comment), Some(untrusted));
        signed
            .map(|signed| signed.into_string())
            .map_err(|error| EdgeError::new(format!("无法签名：{error}"), format!("cannot sign: {error}")))
    }
}

/// The line of a public key file that the user has named.
pub fn public_key(path: &Path) -> Result<String, EdgeError> {
    let text = small(path)?;
    let shown = path.display();
    let key = text.lines().nth(1).map(str::trim).filter(|line| PublicKey::from_base64(line).is_ok());
    key.map(str::to_owned).ok_or_else(|| {
        EdgeError::new(
            format!("“{shown}”不是公钥文件；--key 要指定 keben keygen 或 minisign -G 生成的 .pub 文件"),
            format!(
                "{shown} is no public key; --key names the .pub file that keben keygen or minisign -G made"
            ),
        )
    })
}

fn small(path: &Path) -> Result<String, EdgeError> {
    let failed = |error: io::Error| EdgeError::io(("读取", "read"), path.display(), &error);
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        let shown = path.display();
        return Err(EdgeError::new(format!("“{shown}”不是密钥文件"), format!("{shown} is no key file")));
    }
    fs::read_to_string(path).map_err(failed)
}

/// Whether `signature` is what the owner of `key` made of `bytes`; the trusted comment, or why not.
pub fn check(key: &str, bytes: &[u8], signature: &str) -> Result<String, Text> {
    let mismatch = || {
        text!(
            "签名与内容对不上：head.json 或它的签名被改动过",
            "the signature does not fit: head.json or its signature has been changed"
        )
    };
    let key = PublicKey::from_base64(key).map_err(|_| mismatch())?;
    let signature =
        Signature::decode(signature).map_err(|_| text!("签名文件已损坏", "the signature file is damaged"))?;
    match key.verify(bytes, &signature, false) {
        Ok(()) => Ok(signature.trusted_comment().to_owned()),
        Err(Error::UnexpectedKeyId) => Err(text!("是用另一把密钥签的名", "it was signed with another key")),
        Err(Error::UnsupportedLegacyMode | Error::UnexpectedAlgorithm | Error::UnsupportedAlgorithm) => Err(
            text!("签名用的是不再接受的旧格式", "the signature has an old form that is no longer accepted"),
        ),
        Err(_) => Err(mismatch()),
    }
}

/// Trust was asked for and cannot be given.
pub fn refused(text: Text) -> EdgeError {
    EdgeError { text, exit_code: REFUSED }
}
