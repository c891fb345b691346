//! Layer 12: `keben keygen`, `keben sign`.

use super::mirror::day;
use super::run::{Failure, Run};
use crate::changes;
use crate::diagnostics::{Text, text};
use crate::edge::lock::lock;
use crate::edge::sign::{Wish, sign};
use crate::edge::{EdgeError, signature};
use crate::pipeline::CONFIG_PATH;
use clap::Args;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const PASSWORD: &str = "KEBEN_KEY_PASSWORD";

#[derive(Args)]
pub(super) struct KeygenOptions {
    /// 密钥文件的名字，不带扩展名：生成 BASE.key（私钥，要保密）和 BASE.pub（公钥，发给镜像）
    #[arg(long, value_name = "BASE")]
    out: PathBuf,
    /// 不用密码保护私钥：拿到文件的人就能签名
    #[arg(long)]
    no_password: bool,
}

#[derive(Args)]
pub(super) struct SignOptions {
    /// 站点文件夹，例如 public
    #[arg(value_name = "SITE")]
    site: PathBuf,
    /// 私钥文件（.key）；密码在终端输入，或用 KEBEN_KEY_PASSWORD
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// 版次（默认：上一次的加 1）
    #[arg(long, value_name = "N")]
    release: Option<u64>,
    /// 上一次签名的 head.json，在另一台机器上签名时用
    #[arg(long, value_name = "FILE")]
    previous: Option<PathBuf>,
}

pub(super) fn keygen(run: &Run, options: &KeygenOptions) -> Result<ExitCode, Failure> {
    let password = if options.no_password { None } else { Some(new_password(run)?) };
    let key = signature::keygen(&options.out, password)?;
    let base = options.out.display();
    let outcome = text!(
        "已生成 {base}.key（私钥：只留在签名的机器上，另存一份备份）和 {base}.pub（公钥：另行交给镜像）",
        "made {base}.key (secret: keep it on the signing machine, and a copy elsewhere) and {base}.pub (public: hand it to mirrors)"
    );
    run.tell(outcome.in_language(run.language))?;
    run.tell(&key)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn sign_site(run: &Run, options: &SignOptions) -> Result<ExitCode, Failure> {
    let signer = signature::signer(&options.key, || old_password(run))?;
    let root = root_of(run, &options.site);
    // A build must not put another site in place meanwhile.
    let _lock = root.as_deref().map(lock).transpose()?;
    let wish = Wish {
        release: options.release,
        previous: options.previous.as_deref(),
        root: root.as_deref(),
        also: &[changes::PATH],
    };
    let signed = sign(&options.site, &signer, &wish)?;
    for note in &signed.notes {
        run.say(note);
    }
    let (release, until) = (signed.head.release, day(signed.head.expires));
    let files = signed.head.files;
    let outcome = text!(
        "已签名：第 {release} 版，{files} 个文件，有效期到 {until}；到期前请再签一次",
        "signed: release {release}, {files} files, valid until {until}; sign again before that"
    );
    run.tell(outcome.in_language(run.language))?;
    if signed.new_keyring {
        let key = &signer.public;
        run.say(&text!(
            "站点的第一把密钥：{key}。请把 .pub 文件用可靠的方式（当面、电话核对）交给各镜像",
            "the first key of this site: {key}; hand the .pub file to mirrors in a way that they can trust"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The knowledge base that the site lies in: the one given, else the nearest upward. On another machine there is none.
fn root_of(run: &Run, site: &Path) -> Option<PathBuf> {
    if run.root.is_some() {
        return run.root.clone().filter(|root| root.join(CONFIG_PATH).is_file());
    }
    let site = site.canonicalize().ok()?;
    site.ancestors().skip(1).find(|folder| folder.join(CONFIG_PATH).is_file()).map(Path::to_owned)
}

fn from_environment() -> Option<String> {
    std::env::var(PASSWORD).ok().filter(|password| !password.is_empty())
}

fn no_terminal() -> Text {
    text!(
        "需要密码，但这里没有终端可以输入；请设置 {PASSWORD}，或用 --no-password 生成没有密码的密钥",
        "a password is needed and there is no terminal to type it on; set {PASSWORD}, or make a key with --no-password"
    )
}

fn ask(run: &Run, question: &Text) -> Result<String, Text> {
    if !std::io::stdin().is_terminal() {
        return Err(no_terminal());
    }
    rpassword::prompt_password(question.in_language(run.language))
        .map_err(|error| text!("读不到密码：{error}", "cannot read the password: {error}"))
}

fn old_password(run: &Run) -> Result<String, EdgeError> {
    let asked = match from_environment() {
        Some(password) => Ok(password),
        None => ask(run, &text!("密钥的密码：", "Password of the key: ")),
    };
    asked.map_err(EdgeError::could_not_run)
}

fn new_password(run: &Run) -> Result<String, Failure> {
    if let Some(password) = from_environment() {
        return Ok(password);
    }
    let first = ask(run, &text!("给私钥设一个密码：", "Choose a password for the key: "));
    let first = first.map_err(Failure::could_not_run)?;
    let second = ask(run, &text!("再输入一次：", "Once more: ")).map_err(Failure::could_not_run)?;
    if first != second {
        return Err(Failure::could_not_run(text!("两次输入的密码不同", "the passwords differ")));
    }
    if first.is_empty() {
        return Err(Failure::could_not_run(text!(
            "密码是空的；确实不要密码，用 --no-password",
            "the password is empty; use --no-password if there is to be none"
        )));
    }
    Ok(first)
}
