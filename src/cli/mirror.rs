//! Layer 12: `keben mirror`.

use super::run::{Failure, Run};
use crate::changes;
use crate::date::Date;
use crate::diagnostics::{Text, text};
use crate::edge::verify::{Report, Trust, verify};
use crate::edge::{self, sign, signature};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Subcommand)]
pub(super) enum Action {
    /// 离线核对站点：列出改动、缺失和多余的文件
    Verify(VerifyOptions),
}

#[derive(Args)]
pub(super) struct VerifyOptions {
    /// 站点文件夹，也可以是解压后的压缩包
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// 公钥文件（.pub）：必须由它签名，否则不信任（退出码 3）
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

pub(super) fn run(run: &Run, action: &Action) -> Result<ExitCode, Failure> {
    match action {
        Action::Verify(options) => verify_site(run, options),
    }
}

fn verify_site(run: &Run, options: &VerifyOptions) -> Result<ExitCode, Failure> {
    let key = options.key.as_deref().map(signature::public_key).transpose()?;
    let mut report = verify(&options.folder, key.as_deref(), &[changes::PATH])?;
    // The record of changes is in no manifest; it knows itself whether it is whole.
    if let Some(record) = edge::read::left(&options.folder, changes::PATH)
        && changes::read(&record).is_err()
    {
        report.changed.insert(changes::PATH.to_owned());
    }
    let names = [
        (text!("改动", "changed"), &report.changed),
        (text!("缺失", "missing"), &report.missing),
        (text!("多余", "extra"), &report.extra),
    ];
    for (what, paths) in names {
        let what = what.in_language(run.language);
        for path in paths {
            // Names of extra files come from anywhere: none may speak to the terminal.
            run.tell(&format!("{what}  {}", path.escape_debug()))?;
        }
    }
    for note in &report.notes {
        run.say(note);
    }
    let trusted = say_trust(run, &report)?;
    let (files, megabytes) = (report.files, report.bytes as f64 / 1e6);
    let (changed, missing, extra) = (report.changed.len(), report.missing.len(), report.extra.len());
    let outcome = if report.is_whole() {
        text!("{files} 个文件，{megabytes:.1} MB，完好", "{files} files, {megabytes:.1} MB, whole")
    } else {
        text!(
            "{files} 个文件：改动 {changed} 个，缺失 {missing} 个，多余 {extra} 个",
            "{files} files: {changed} changed, {missing} missing, {extra} extra"
        )
    };
    run.tell(outcome.in_language(run.language))?;
    Ok(ExitCode::from(match (trusted, report.is_whole()) {
        (false, _) => edge::REFUSED,
        (true, false) => edge::DAMAGED,
        (true, true) => 0,
    }))
}

/// Says whose site this is; `false` where the key that was asked for has not signed it.
fn say_trust(run: &Run, report: &Report) -> Result<bool, Failure> {
    match &report.trust {
        Trust::Unsigned => run.say(&text!(
            "没有可用的签名：只核对了文件是否完好，不知道是谁发布的",
            "there is no signature to go by: only whether the files are whole was checked, not who published them"
        )),
        Trust::Refused(why) => {
            run.say(&Text::new(
                format!("不信任这个站点：{}", why.zh),
                format!("this site is not trusted: {}", why.en),
            ));
            return Ok(false);
        }
        Trust::Signed { head, trusted } => {
            let (release, made, until) = (head.release, day(head.created), day(head.expires));
            let line = if *trusted {
                text!(
                    "签名有效：第 {release} 版，{made} 签名，有效期到 {until}",
                    "signed by the key given: release {release}, {made}, valid until {until}"
                )
            } else {
                text!(
                    "签名与站点自带的公钥相符：第 {release} 版，{made} 签名。公钥是不是发布者的，要用 --key 核对",
                    "the signature fits the key that the site brings along: release {release}, {made}; whether that is the publisher's, --key tells"
                )
            };
            run.tell(line.in_language(run.language))?;
            if head.expires < sign::clock() {
                run.say(&text!(
                    "这一版的有效期到 {until} 为止，可能已有更新的版本",
                    "this release was valid until {until}; there may be a newer one"
                ));
            }
        }
    }
    Ok(true)
}

/// The day of a time in seconds since 1970, UTC.
pub(super) fn day(seconds: u64) -> String {
    let date = i64::try_from(seconds / 86_400).ok().and_then(Date::from_unix_days);
    date.map_or_else(|| format!("{seconds} s"), |date| date.to_string())
}
