//! What a site says that it consists of, who signed that, and whether it still holds.

use crate::knowledge_base::{KnowledgeBase, Outcome, Tree, difference, outcome, say_skipped, term};
use crate::site_build::STARTER;
use ct_codecs::{Base64, Decoder, Encoder};
use keben::manifest::{Build, Head, Manifest, decompress, manifest_path, site_id};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn build_of(site: &Tree) -> Build {
    Build::read(&site["_keben/build.json"]).unwrap()
}

#[test]
fn the_manifest_is_what_lies_there() {
    let site = STARTER.site();
    let build = build_of(&site);
    let path = manifest_path(&build.manifest.sha256);
    let packed = &site[&path];
    // Worked out without keben's own writer: sorted lines of hash, size and path.
    let expected: String = site
        .iter()
        .filter(|(path, _)| !path.starts_with("_keben/"))
        .map(|(path, bytes)| format!("{} {} {path}\n", hex(bytes), bytes.len()))
        .collect();
    assert!(zstd::decode_all(packed.as_slice()).unwrap() == expected.as_bytes());
    assert_eq!(path, format!("_keben/m/{}.txt.zst", hex(expected.as_bytes())));
    assert_eq!(decompress(packed, &build.manifest).as_deref(), Some(expected.as_str()));
    let manifest = Manifest::read(&expected).unwrap();
    assert!(build.is_of(&manifest) && manifest.sums().len() > 150);
    assert_eq!(build.manifest.zsize, packed.len() as u64);
    let json: serde_json::Value = serde_json::from_slice(&site["_keben/build.json"]).unwrap();
    let bytes: usize =
        site.iter().filter(|(path, _)| !path.starts_with("_keben/")).map(|(_, b)| b.len()).sum();
    assert_eq!(json["bytes"], bytes);
    let config = keben_title(&STARTER.read("content/site.yaml"));
    assert_eq!(json["site"], site_id(&config));
    let manifests = site.keys().filter(|path| path.starts_with("_keben/m/")).count();
    assert_eq!(manifests, 1);
}

fn keben_title(yaml: &str) -> String {
    let line = yaml.lines().find_map(|line| line.strip_prefix("title: ")).unwrap();
    line.trim_matches(['"', '\'']).to_owned()
}

#[test]
fn a_new_manifest_takes_the_place_of_the_old_one() {
    let base = KnowledgeBase::small();
    base.build();
    let first = base.site();
    base.write("content/terms/new.md", term("新术语", "正文。"));
    base.build();
    let second = base.site();
    let (old, new) = (build_of(&first).manifest.sha256, build_of(&second).manifest.sha256);
    assert_ne!(old, new);
    assert!(second.contains_key(&manifest_path(&new)) && !second.contains_key(&manifest_path(&old)));
    // The same content in another folder, the record of changes aside: equal bytes, the manifest's name among them.
    let other = KnowledgeBase::small();
    other.write("content/terms/new.md", term("新术语", "正文。"));
    other.build();
    let again = KnowledgeBase::small();
    again.write("content/terms/new.md", term("新术语", "正文。"));
    again.keben(&["build", "--jobs", "1"]).expect(0);
    assert_eq!(difference(&other.site(), &again.site()), Vec::<String>::new());
}

fn times(base: &KnowledgeBase) -> BTreeMap<String, std::time::SystemTime> {
    let entries = walkdir::WalkDir::new(base.path("public")).into_iter().flatten();
    entries
        .map(|entry| (entry.path().display().to_string(), entry.metadata().unwrap().modified().unwrap()))
        .collect()
}

#[test]
fn what_signing_added_stays_while_the_manifest_does() {
    let base = KnowledgeBase::small();
    base.build();
    let head = "{\"format\":1}\n";
    for (name, text) in [("head.json", head), ("head.json.minisig", "sig"), ("keyring.json", "keys")] {
        base.write(&format!("public/_keben/{name}"), text);
    }
    let before = times(&base);
    let said = base.build().stdout;
    assert!(said.contains("没有变化，未写入任何文件"), "a signature is no reason to build: {said}");
    fs::remove_dir_all(base.path(".keben")).unwrap();
    base.build();
    assert!(times(&base) == before, "without the cache");
    // The record of documents may change alone: the head stays good.
    base.write("public/_keben/documents.json", "{}");
    base.build();
    assert_eq!(base.read("public/_keben/head.json"), head);
    assert_eq!(base.read("public/_keben/head.json.minisig"), "sig");
    // Files of nobody do not stay.
    base.write("public/_keben/m/0.txt.zst", "x");
    base.write("public/_keben/left.json", "x");
    base.build();
    let site = base.site();
    assert!(!site.contains_key("_keben/m/0.txt.zst") && !site.contains_key("_keben/left.json"));
    assert!(site.contains_key("_keben/head.json"));
    // Another manifest: the head goes where the next signature finds its number, the keys stay.
    base.write("content/terms/new.md", term("新术语", "正文。"));
    base.build();
    let site = base.site();
    assert!(!site.contains_key("_keben/head.json") && !site.contains_key("_keben/head.json.minisig"));
    assert_eq!(base.read("public/_keben/keyring.json"), "keys");
    assert_eq!(base.read(".keben/previous-head.json"), head);
    base.write("content/terms/newer.md", term("更新的术语", "正文。"));
    base.build();
    assert_eq!(
        base.read(".keben/previous-head.json"),
        head,
        "a site that was never signed has no head to keep"
    );
}

/// Runs keben on a base with a password in the environment, or without one.
fn with_password(base: &KnowledgeBase, password: Option<&str>, arguments: &[&str]) -> Outcome {
    let mut command = base.command(arguments);
    command.current_dir(base.root()).stdin(Stdio::null()).env_remove("KEBEN_KEY_PASSWORD");
    if let Some(password) = password {
        command.env("KEBEN_KEY_PASSWORD", password);
    }
    outcome(&mut command)
}

fn run(base: &KnowledgeBase, arguments: &[&str]) -> Outcome {
    with_password(base, None, arguments)
}

/// A small site, built, with a key of its own that has no password.
fn with_key() -> KnowledgeBase {
    let base = KnowledgeBase::small();
    base.build();
    run(&base, &["keygen", "--out", "k", "--no-password"]).expect(0);
    base
}

fn signed() -> KnowledgeBase {
    let base = with_key();
    run(&base, &["sign", "public", "--key", "k.key"]).expect(0);
    base
}

fn head(base: &KnowledgeBase) -> Head {
    Head::read(base.read("public/_keben/head.json").as_bytes()).unwrap()
}

/// The stock tool, where it is installed.
fn minisign(base: &KnowledgeBase, arguments: &[&str]) -> Option<Outcome> {
    let made =
        Command::new("minisign").args(arguments).current_dir(base.root()).stdin(Stdio::null()).output();
    match made {
        Ok(output) => Some(Outcome::of(output)),
        Err(error) => {
            assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
            say_skipped("minisign is not installed: signatures are not compared with the stock tool");
            None
        }
    }
}

#[test]
fn keys_are_made_once_and_kept_from_others() {
    let base = KnowledgeBase::nothing();
    let said = run(&base, &["keygen", "--out", "k", "--no-password"]).expect(0);
    let (secret, public) = (base.read("k.key"), base.read("k.pub"));
    assert!(said.stdout.contains(public.lines().nth(1).unwrap()) && !said.stdout.contains(&secret[40..60]));
    let mode = fs::metadata(base.path("k.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for taken in ["k.key", "k.pub"] {
        let again = run(&base, &["keygen", "--out", "k", "--no-password"]).expect(2);
        assert!(again.stderr.contains("已经存在"), "{again:?}");
        assert_eq!((base.read("k.key"), base.read("k.pub")), (secret.clone(), public.clone()));
        // Either of the two is reason enough, and the other one is not made.
        let other = KnowledgeBase::nothing();
        other.write(taken, "mine");
        run(&other, &["keygen", "--out", "k", "--no-password"]).expect(2);
        assert_eq!(fs::read_dir(other.root()).unwrap().count(), 1);
    }
    let asked = run(&base, &["keygen", "--out", "p"]).expect(2);
    assert!(asked.stderr.contains("KEBEN_KEY_PASSWORD"), "{asked:?}");
    assert!(!base.path("p.key").exists() && !base.path("p.pub").exists());
    let nowhere = run(&base, &["keygen", "--out", "none/k", "--no-password"]).expect(2);
    assert!(nowhere.stderr.contains("none/k.key"), "{nowhere:?}");
    // Two keys are never the same.
    run(&base, &["keygen", "--out", "q", "--no-password"]).expect(0);
    assert_ne!(base.read("q.pub"), public);
}

#[test]
fn a_key_with_a_password_signs_only_with_it() {
    let base = KnowledgeBase::small();
    base.build();
    with_password(&base, Some("口令 1"), &["keygen", "--out", "k"]).expect(0);
    let before = base.site();
    let sign = ["sign", "public", "--key", "k.key"];
    for (password, said) in
        [(None, "KEBEN_KEY_PASSWORD"), (Some("口令 2"), "密码不对"), (Some(""), "KEBEN_KEY_PASSWORD")]
    {
        let refused = with_password(&base, password, &sign).expect(2);
        assert!(refused.stderr.contains(said), "{refused:?}");
        assert!(base.site() == before);
    }
    with_password(&base, Some("口令 1"), &sign).expect(0);
    run(&base, &["mirror", "verify", "public", "--key", "k.pub"]).expect(0);
    if let Some(said) = minisign(&base, &["-Vm", "public/_keben/head.json", "-p", "k.pub"]) {
        said.expect(0);
    }
}

#[test]
fn a_head_says_what_was_built_and_the_stock_tool_agrees() {
    let base = signed();
    let site = base.site();
    let head = head(&base);
    assert_eq!(head.build(), build_of(&site));
    assert_eq!((head.release, head.previous.as_ref(), head.keyring), (1, None, 1));
    assert_eq!(head.expires - head.created, 180 * 86_400);
    assert!(site["_keben/head.json"].len() <= 4096);
    let ring: serde_json::Value = serde_json::from_slice(&site["_keben/keyring.json"]).unwrap();
    assert_eq!(ring["keys"][0], base.read("k.pub").lines().nth(1).unwrap());
    let comment = format!("trusted comment: site:{} release:1 manifest:{}", head.site, head.manifest.sha256);
    assert!(base.read("public/_keben/head.json.minisig").lines().any(|line| line == comment));
    let Some(said) = minisign(&base, &["-Vm", "public/_keben/head.json", "-p", "k.pub"]) else { return };
    assert!(said.expect(0).stdout.contains(&comment["trusted comment: ".len()..]));
    base.replace("public/_keben/head.json", "\"release\":1", "\"release\":2");
    minisign(&base, &["-Vm", "public/_keben/head.json", "-p", "k.pub"]).unwrap().expect(1);
    // The other way round: a key and a signature of the stock tool.
    let base = with_key();
    minisign(&base, &["-GW", "-p", "stock.pub", "-s", "stock.key"]).unwrap().expect(0);
    run(&base, &["sign", "public", "--key", "stock.key"]).expect(0);
    run(&base, &["mirror", "verify", "public", "--key", "stock.pub"]).expect(0);
    minisign(&base, &["-Sm", "public/_keben/head.json", "-s", "stock.key"]).unwrap().expect(0);
    minisign(&base, &["-Sm", "public/index.html", "-s", "k.key"]).unwrap().expect(0);
    base.remove("public/index.html.minisig");
    run(&base, &["mirror", "verify", "public", "--key", "stock.pub"]).expect(0);
    let legacy = ["-Slm", "public/_keben/head.json", "-s", "stock.key"];
    minisign(&base, &legacy).unwrap().expect(0);
    let said = run(&base, &["mirror", "verify", "public", "--key", "stock.pub"]).expect(3);
    assert!(said.stderr.contains("旧格式"), "{said:?}");
}

#[test]
fn releases_are_counted_across_builds() {
    let base = signed();
    let sign = |more: &[&str], code| {
        let arguments: Vec<&str> =
            ["sign", "public", "--key", "k.key"].into_iter().chain(more.iter().copied()).collect();
        run(&base, &arguments).expect(code)
    };
    let first = base.read("public/_keben/head.json");
    base.write("first.json", &first);
    // The same site once more: another head, because its time is another.
    sign(&[], 0);
    let previous = head(&base).previous.unwrap();
    assert_eq!((head(&base).release, previous.release), (2, 1));
    assert_eq!(previous.sha256, hex(first.as_bytes()));
    // A new site: the number is found in the cache.
    base.write("content/terms/new.md", term("新术语", "正文。"));
    base.build();
    assert!(!base.path("public/_keben/head.json").exists());
    let ring = base.read("public/_keben/keyring.json");
    sign(&[], 0);
    assert_eq!(head(&base).release, 3);
    assert_eq!(base.read("public/_keben/keyring.json"), ring);
    // Named by hand; the newest that is known counts.
    sign(&["--previous", "first.json"], 0);
    assert_eq!(head(&base).release, 4);
    sign(&["--release", "10"], 0);
    assert_eq!(head(&base).release, 10);
    let standing = base.site();
    for (more, said) in [
        (["--release", "10"], "11"),
        (["--release", "0"], "11"),
        (["--release", "1000011"], "1000010"),
        (["--previous", "none.json"], "none.json"),
        (["--previous", "k.pub"], "k.pub"),
    ] {
        let refused = sign(&more, 2);
        assert!(refused.stderr.contains(said), "{more:?}: {refused:?}");
        assert!(base.site() == standing, "{more:?}");
    }
    // Without a cache and without the old head the first release is said to be the first.
    base.remove("public/_keben/head.json");
    fs::remove_dir_all(base.path(".keben")).unwrap();
    assert!(sign(&[], 0).stderr.contains("第 1 版"));
    // An unreadable head is not taken for none.
    base.write("public/_keben/head.json", "{}");
    assert!(sign(&[], 2).stderr.contains("--release"));
    run(&base, &["mirror", "verify", "public"]).expect(5);
}

#[test]
fn a_time_may_be_given_for_the_clock() {
    let base = with_key();
    let mut command = base.command(&["sign", "public", "--key", "k.key"]);
    command.current_dir(base.root()).env("SOURCE_DATE_EPOCH", "1669852800");
    let said = outcome(&mut command).expect(0);
    assert!(said.stdout.contains("2023-05-30"), "{said:?}");
    let first = base.read("public/_keben/head.json");
    assert_eq!(head(&base).created, 1_669_852_800);
    // Long ago: said, and no reason to refuse.
    let said = run(&base, &["mirror", "verify", "public", "--key", "k.pub"]).expect(0);
    assert!(said.stderr.contains("2023-05-30"), "{said:?}");
    base.remove("public/_keben/head.json");
    outcome(&mut command).expect(0);
    assert_eq!(base.read("public/_keben/head.json"), first, "the same input, the same head");
    let refused = outcome(command.env("SOURCE_DATE_EPOCH", "yesterday")).expect(2);
    assert!(refused.stderr.contains("SOURCE_DATE_EPOCH"), "{refused:?}");
}

#[test]
fn nothing_is_signed_that_is_not_whole_or_not_ours_to_sign() {
    let base = with_key();
    run(&base, &["keygen", "--out", "other", "--no-password"]).expect(0);
    base.write("broken.key", base.read("k.key").replace("RWQA", "RWQB"));
    base.write("content/note.txt", "no key");
    let before = base.site();
    for (key, said) in [
        ("k.pub", "不是私钥文件"),
        ("broken.key", "不是私钥文件"),
        ("none.key", "none.key"),
        ("public", "不是密钥文件"),
        ("content/note.txt", "不是私钥文件"),
    ] {
        let refused = run(&base, &["sign", "public", "--key", key]).expect(2);
        assert!(refused.stderr.contains(said), "{key}: {refused:?}");
    }
    let refused = run(&base, &["sign", "content", "--key", "k.key"]).expect(2);
    assert!(refused.stderr.contains("不是 keben 生成的站点"), "{refused:?}");
    base.write("public/index.html", "<h1>changed</h1>");
    let refused = run(&base, &["sign", "public", "--key", "k.key"]).expect(5);
    assert!(refused.stderr.contains("index.html"), "{refused:?}");
    base.write("public/index.html", &before["index.html"]);
    base.write("public/new.html", "new");
    run(&base, &["sign", "public", "--key", "k.key"]).expect(5);
    base.remove("public/new.html");
    assert!(base.site() == before);
    run(&base, &["sign", "public", "--key", "k.key"]).expect(0);
    let signed = base.site();
    let refused = run(&base, &["sign", "public", "--key", "other.key"]).expect(3);
    assert!(refused.stderr.contains("keyring.json"), "{refused:?}");
    assert!(base.site() == signed);
    base.write("public/_keben/keyring.json", "{}");
    let refused = run(&base, &["sign", "public", "--key", "k.key"]).expect(2);
    assert!(refused.stderr.contains("keyring.json"), "{refused:?}");
}

#[test]
fn a_lost_keyring_of_a_later_version_is_not_made_anew() {
    let base = signed();
    let text = head(&base).text().replace("\"keyring\":1", "\"keyring\":2");
    base.write("public/_keben/head.json", text);
    base.remove("public/_keben/keyring.json");
    let refused = run(&base, &["sign", "public", "--key", "k.key"]).expect(2);
    assert!(refused.stderr.contains("第 2 版钥匙串"), "{refused:?}");
}

/// What `mirror verify` names on standard output: kind and path.
fn named(said: &Outcome) -> Vec<(String, String)> {
    let line = |line: &str| line.split_once("  ").map(|(kind, path)| (kind.to_owned(), path.to_owned()));
    said.stdout.lines().filter_map(line).collect()
}

fn verify(base: &KnowledgeBase, more: &[&str], code: i32) -> Outcome {
    let arguments: Vec<&str> =
        ["mirror", "verify", "public"].into_iter().chain(more.iter().copied()).collect();
    run(base, &arguments).expect(code)
}

#[test]
fn a_whole_site_is_said_to_be_whole() {
    let base = signed();
    let site = base.site();
    let said = verify(&base, &["--key", "k.pub"], 0);
    let listed = site.keys().filter(|path| !path.starts_with("_keben/")).count();
    assert!(
        said.stdout.contains(&format!("{listed} 个文件")) && said.stdout.contains("签名有效：第 1 版"),
        "{said:?}"
    );
    assert!(named(&said).is_empty() && said.stderr.is_empty(), "{said:?}");
    let said = verify(&base, &[], 0);
    assert!(said.stdout.contains("--key") && named(&said).is_empty(), "{said:?}");
    // Elsewhere, under another name, as a stick or an unpacked archive holds it: no knowledge base around it.
    let stick = tempfile::tempdir().unwrap();
    crate::knowledge_base::copy(&base.path("public"), &stick.path().join("课程网站 (1)"));
    let mut command = crate::knowledge_base::keben(["--lang", "en", "mirror", "verify"]);
    command
        .arg(stick.path().join("课程网站 (1)"))
        .arg("--key")
        .arg(base.path("k.pub"))
        .current_dir(stick.path());
    let said = outcome(&mut command).expect(0);
    assert!(said.stdout.contains("signed by the key given: release 1"), "{said:?}");
    // What systems leave on sticks is nobody's page.
    for left in [".DS_Store", "courses/._index.html", "Thumbs.db", "System Volume Information/WPSettings.dat"]
    {
        let path = stick.path().join("课程网站 (1)").join(left);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }
    outcome(&mut command).expect(0);
}

type Deed<'a> = Box<dyn Fn(&KnowledgeBase) + 'a>;
/// What is done to a site, how, and what is named then.
type Case<'a> = (&'a str, Deed<'a>, Vec<(&'a str, &'a str)>);
/// What is done, how, what is said with `--key`, and the exit code without it.
type Attack<'a> = (&'a str, Box<dyn Fn() + 'a>, &'a str, i32);

#[test]
fn every_way_a_folder_can_differ_is_named() {
    let base = signed();
    let whole = base.site();
    let restore = |base: &KnowledgeBase| {
        fs::remove_dir_all(base.path("public")).unwrap();
        for (path, bytes) in &whole {
            base.write(&format!("public/{path}"), bytes);
        }
    };
    let manifest = manifest_path(&build_of(&whole).manifest.sha256);
    let put = |path: &'static str, bytes: &'static str| -> Deed<'_> {
        Box::new(move |base| base.write(&format!("public/{path}"), bytes))
    };
    let remove = |path: String| -> Deed<'_> { Box::new(move |base| base.remove(&format!("public/{path}"))) };
    let public = |base: &KnowledgeBase, path: &str| base.path("public").join(path);
    let cases: Vec<Case<'_>> = vec![
        ("another text", put("index.html", "x"), vec![("改动", "index.html")]),
        ("an empty file", put("search.html", ""), vec![("改动", "search.html")]),
        (
            "same size, other bytes",
            Box::new(|base: &KnowledgeBase| {
                let mut bytes = whole["404.html"].clone();
                let last = bytes.len() - 1;
                bytes.swap(0, last);
                base.write("public/404.html", bytes);
            }),
            vec![("改动", "404.html")],
        ),
        (
            "a byte more",
            Box::new(|base: &KnowledgeBase| {
                base.write("public/settings.html", [whole["settings.html"].as_slice(), b" "].concat())
            }),
            vec![("改动", "settings.html")],
        ),
        ("a file gone", remove("sw.js".into()), vec![("缺失", "sw.js")]),
        ("a page added", put("courses/new.html", "x"), vec![("多余", "courses/new.html")]),
        ("a hidden file added", put(".htaccess", "x"), vec![("多余", ".htaccess")]),
        ("a file about the site added", put("_keben/m/x.txt.zst", "x"), vec![("多余", "_keben/m/x.txt.zst")]),
        (
            "a name that speaks to the terminal",
            put("a\u{1b}[2J.html", "x"),
            vec![("多余", "a\\u{1b}[2J.html")],
        ),
        (
            "renamed, the case only",
            Box::new(|base: &KnowledgeBase| {
                fs::rename(public(base, "sw.js"), public(base, "SW.js")).unwrap()
            }),
            vec![("缺失", "sw.js"), ("多余", "SW.js")],
        ),
        (
            "two exchanged",
            Box::new(|base: &KnowledgeBase| {
                base.write("public/settings.html", &whole["search.html"]);
                base.write("public/search.html", &whole["settings.html"]);
            }),
            vec![("改动", "search.html"), ("改动", "settings.html")],
        ),
        (
            "a link with the right bytes behind it",
            Box::new(|base: &KnowledgeBase| {
                base.write("away.html", &whole["settings.html"]);
                base.remove("public/settings.html");
                std::os::unix::fs::symlink(base.path("away.html"), public(base, "settings.html")).unwrap();
            }),
            vec![("改动", "settings.html")],
        ),
        (
            "a folder that is a link",
            Box::new(|base: &KnowledgeBase| {
                fs::rename(public(base, "courses"), base.path("courses-away")).unwrap();
                std::os::unix::fs::symlink(base.path("courses-away"), public(base, "courses")).unwrap();
            }),
            whole
                .keys()
                .filter(|path| path.starts_with("courses/"))
                .map(|path| ("缺失", path.as_str()))
                .chain([("多余", "courses")])
                .collect(),
        ),
        (
            "a folder in the place of a file",
            Box::new(|base: &KnowledgeBase| {
                base.remove("public/settings.html");
                base.write("public/settings.html/x", "x");
            }),
            vec![("缺失", "settings.html"), ("多余", "settings.html/x")],
        ),
        (
            "a pipe in the place of a file",
            Box::new(|base: &KnowledgeBase| {
                base.remove("public/settings.html");
                let made = Command::new("mkfifo").arg(public(base, "settings.html")).status().unwrap();
                assert!(made.success());
            }),
            vec![("改动", "settings.html")],
        ),
        ("no manifest", remove(manifest.clone()), vec![("缺失", &manifest)]),
        (
            "no manifest, and a page changed",
            Box::new(|base: &KnowledgeBase| {
                base.remove(&format!("public/{manifest}"));
                base.write("public/index.html", "x");
            }),
            vec![("改动", "index.html"), ("缺失", &manifest)],
        ),
        (
            "no manifest, and sums that fit a changed page",
            Box::new(|base: &KnowledgeBase| {
                base.remove(&format!("public/{manifest}"));
                let sums =
                    base.read("public/_keben/SHA256SUMS").replace(&hex(&whole["index.html"]), &hex(b"evil"));
                base.write("public/_keben/SHA256SUMS", sums);
                base.write("public/index.html", "evil");
            }),
            vec![("改动", "_keben/SHA256SUMS"), ("缺失", &manifest)],
        ),
        ("no sums", remove("_keben/SHA256SUMS".into()), vec![("缺失", "_keben/SHA256SUMS")]),
        (
            "sums that lead out",
            put(
                "_keben/SHA256SUMS",
                "0000000000000000000000000000000000000000000000000000000000000000  ../../etc/passwd\n",
            ),
            vec![("改动", "_keben/SHA256SUMS")],
        ),
        (
            "neither manifest nor sums",
            Box::new(|base: &KnowledgeBase| {
                base.remove(&format!("public/{manifest}"));
                base.remove("public/_keben/SHA256SUMS");
            }),
            vec![("缺失", "_keben/SHA256SUMS"), ("缺失", &manifest)],
        ),
        ("no word of the build", remove("_keben/build.json".into()), vec![("缺失", "_keben/build.json")]),
        ("a later format", put("_keben/build.json", "{\"format\":2}\n"), vec![("改动", "_keben/build.json")]),
        (
            "a damaged record of changes",
            put("_keben/documents.json", "{}"),
            vec![("改动", "_keben/documents.json")],
        ),
        ("no keyring", remove("_keben/keyring.json".into()), vec![("缺失", "_keben/keyring.json")]),
        (
            "everything larger than it may be",
            Box::new(|base: &KnowledgeBase| base.write("public/_keben/build.json", vec![b' '; 1 << 20])),
            vec![("改动", "_keben/build.json")],
        ),
    ];
    for (what, deed, expected) in &cases {
        deed(&base);
        let said = verify(&base, &["--key", "k.pub"], 5);
        let expected: Vec<(String, String)> =
            expected.iter().map(|(kind, path)| ((*kind).to_owned(), (*path).to_owned())).collect();
        assert_eq!(named(&said), expected, "{what}: {said:?}");
        assert!(!said.stdout.contains('\u{1b}'), "{what}");
        restore(&base);
    }
    verify(&base, &["--key", "k.pub"], 0);
    // A list that was rightly hashed by whoever made it, and names what no site may hold.
    let evil = format!("{} 3 ../canary\n", hex(b"abc"));
    base.write("canary", "abc");
    let packed = keben::manifest::compress(&evil).unwrap();
    let build = Build::new(&build_of(&whole).site, &Manifest::read("").unwrap(), &evil, &packed);
    base.write("public/_keben/build.json", build.text());
    base.write(&format!("public/{}", manifest_path(&build.manifest.sha256)), packed);
    for name in ["head.json", "head.json.minisig", "keyring.json"] {
        base.remove(&format!("public/_keben/{name}"));
    }
    let said = verify(&base, &[], 3);
    assert!(said.stderr.contains("../canary") && said.stderr.contains("不可信"), "{said:?}");
}

/// A site of one page with this path, listed as it should be.
fn made_by_hand(path: &str) -> KnowledgeBase {
    let base = KnowledgeBase::nothing();
    let text = format!("{} 4 {path}\n", hex(b"page"));
    let manifest = Manifest::read(&text).unwrap();
    let packed = keben::manifest::compress(&text).unwrap();
    let build = Build::new(&site_id("题"), &manifest, &text, &packed);
    base.write("public/_keben/build.json", build.text());
    base.write(&format!("public/{}", manifest_path(&build.manifest.sha256)), packed);
    base.write("public/_keben/SHA256SUMS", keben::manifest::sums_text(manifest.sums()));
    base
}

#[test]
fn a_name_that_a_system_spelled_anew_is_the_same_file() {
    let base = made_by_hand("é/页.html");
    base.write("public/e\u{301}/页.html", "page");
    verify(&base, &[], 0);
    // Where both spellings are there, neither hides behind the other.
    base.write("public/é/页.html", "page");
    let said = verify(&base, &[], 5);
    let extra: Vec<(String, String)> = named(&said);
    assert_eq!(extra.len(), 1, "{said:?}");
    assert_eq!(extra[0].0, "多余");
    base.write("public/e\u{301}/页.html", "another");
    assert_eq!(named(&verify(&base, &[], 5)), extra, "the listed file is whole");
    base.write("public/é/页.html", "other");
    assert_eq!(named(&verify(&base, &[], 5)).len(), 2);
}

#[test]
fn who_did_not_sign_is_not_trusted() {
    let base = signed();
    run(&base, &["keygen", "--out", "other", "--no-password"]).expect(0);
    let old = base.site();
    base.write("content/terms/new.md", term("新术语", "正文。"));
    base.build();
    run(&base, &["sign", "public", "--key", "k.key"]).expect(0);
    let whole = base.site();
    let keyring = base.read("public/_keben/keyring.json");
    let (mine, others) = (base.read("k.pub"), base.read("other.pub"));
    let (mine, others) = (mine.lines().nth(1).unwrap(), others.lines().nth(1).unwrap());
    let edit = |path: &str, from: &str, to: &str| base.replace(&format!("public/_keben/{path}"), from, to);
    let put_old = |path: &str| base.write(&format!("public/{path}"), &old[path]);
    let sign_with_other = |comment: Option<&str>| {
        let signer = keben::edge::signature::signer(&base.path("other.key"), || unreachable!()).unwrap();
        let head = base.read("public/_keben/head.json");
        let own = Head::read(head.as_bytes()).unwrap().comment();
        let signature = signer.sign(head.as_bytes(), comment.unwrap_or(&own)).unwrap();
        base.write("public/_keben/head.json.minisig", signature);
    };
    let sign_with_comment = |comment: &str| {
        let signer = keben::edge::signature::signer(&base.path("k.key"), || unreachable!()).unwrap();
        let head = fs::read(base.path("public/_keben/head.json")).unwrap();
        base.write("public/_keben/head.json.minisig", signer.sign(&head, comment).unwrap());
    };
    let cases: Vec<Attack<'_>> = vec![
        (
            "nothing signed",
            Box::new(|| {
                for name in ["head.json", "head.json.minisig", "keyring.json"] {
                    base.remove(&format!("public/_keben/{name}"))
                }
            }),
            "没有签名",
            0,
        ),
        ("the signature taken away", Box::new(|| base.remove("public/_keben/head.json.minisig")), "缺失", 5),
        ("the head taken away", Box::new(|| base.remove("public/_keben/head.json")), "缺失", 5),
        (
            "another release in the head",
            Box::new(|| edit("head.json", "\"release\":2", "\"release\":9")),
            "对不上",
            5,
        ),
        ("a longer life", Box::new(|| edit("head.json", "\"expires\":1", "\"expires\":9")), "对不上", 5),
        (
            "another manifest in the head",
            Box::new(|| edit("head.json", "\"size\":", "\"size\":1")),
            "对不上",
            5,
        ),
        ("a blank more in the head", Box::new(|| edit("head.json", "{", "{ ")), "对不上", 5),
        (
            "another trusted comment",
            Box::new(|| edit("head.json.minisig", "release:2", "release:3")),
            "对不上",
            5,
        ),
        ("the signature of the old head", Box::new(|| put_old("_keben/head.json.minisig")), "对不上", 5),
        ("the head of the old signature", Box::new(|| put_old("_keben/head.json")), "对不上", 5),
        (
            "half a signature",
            Box::new(|| {
                let text = base.read("public/_keben/head.json.minisig");
                base.write("public/_keben/head.json.minisig", &text[..text.len() / 2]);
            }),
            "已损坏",
            5,
        ),
        ("no signature at all", Box::new(|| base.write("public/_keben/head.json.minisig", "")), "已损坏", 5),
        (
            "an endless signature",
            Box::new(|| base.write("public/_keben/head.json.minisig", "a\n".repeat(1 << 20))),
            "损坏",
            5,
        ),
        (
            "an endless head",
            Box::new(|| base.write("public/_keben/head.json", " ".repeat(1 << 20))),
            "过大",
            5,
        ),
        ("signed by a stranger", Box::new(|| sign_with_other(None)), "另一把密钥", 5),
        (
            "signed by a stranger who brings his keyring",
            Box::new(|| {
                sign_with_other(None);
                base.write("public/_keben/keyring.json", keyring.replace(mine, others));
            }),
            "另一把密钥",
            0,
        ),
        (
            "a stranger's signature under our key's number",
            Box::new(|| {
                sign_with_other(None);
                let forged = base.read("public/_keben/head.json.minisig");
                let lines: Vec<String> = forged.lines().map(str::to_owned).collect();
                let mut bytes = Base64::decode_to_vec(&lines[1], None).unwrap();
                bytes[2..10].copy_from_slice(&Base64::decode_to_vec(mine, None).unwrap()[2..10]);
                let line = Base64::encode_to_string(&bytes).unwrap();
                let lines = [&lines[0], &line, &lines[2], &lines[3]].map(|line| format!("{line}\n"));
                base.write("public/_keben/head.json.minisig", lines.concat());
            }),
            "对不上",
            5,
        ),
        (
            "rightly signed, with the comment of another release",
            Box::new(|| sign_with_comment("site:x release:2 manifest:y")),
            "说明",
            5,
        ),
        (
            "a link in the place of the head",
            Box::new(|| {
                base.write("away.json", base.read("public/_keben/head.json"));
                base.remove("public/_keben/head.json");
                std::os::unix::fs::symlink(base.path("away.json"), base.path("public/_keben/head.json"))
                    .unwrap();
            }),
            "缺失",
            5,
        ),
    ];
    for (what, deed, said, without) in &cases {
        deed();
        let refused = verify(&base, &["--key", "k.pub"], 3);
        assert!(refused.stderr.contains("不信任") && refused.stderr.contains(said), "{what}: {refused:?}");
        verify(&base, &[], *without);
        fs::remove_dir_all(base.path("public")).unwrap();
        for (path, bytes) in &whole {
            base.write(&format!("public/{path}"), bytes);
        }
    }
    verify(&base, &["--key", "k.pub"], 0);
    let refused = verify(&base, &["--key", "other.pub"], 3);
    assert!(refused.stderr.contains("另一把密钥"), "{refused:?}");
    // The comment of whoever signs with the stock tool says nothing of the site, and the head is what counts.
    sign_with_comment("timestamp:1669852800\tfile:head.json\thashed");
    verify(&base, &["--key", "k.pub"], 0);
    // A whole older site, rightly signed, is whole: which release a mirror has had is for the mirror to know.
    fs::remove_dir_all(base.path("public")).unwrap();
    for (path, bytes) in &old {
        base.write(&format!("public/{path}"), bytes);
    }
    assert!(verify(&base, &["--key", "k.pub"], 0).stdout.contains("第 1 版"));
    // Old pages under the new head.
    for name in ["head.json", "head.json.minisig"] {
        base.write(&format!("public/_keben/{name}"), &whole[&format!("_keben/{name}")]);
    }
    let said = verify(&base, &["--key", "k.pub"], 5);
    assert!(
        named(&said).iter().any(|(kind, path)| kind == "缺失" && path.starts_with("_keben/m/")),
        "{said:?}"
    );
    for (key, why) in [
        ("k.key", "不是公钥文件"),
        ("none.pub", "none.pub"),
        ("content/site.yaml", "不是公钥文件"),
        ("public", "不是密钥文件"),
    ] {
        assert!(verify(&base, &["--key", key], 2).stderr.contains(why), "{key}");
    }
    for folder in ["content", "none", "k.pub"] {
        run(&base, &["mirror", "verify", folder]).expect(2);
    }
}

/// The first line of a signature file is a remark that nothing vouches for.
fn flippable(path: &str, bytes: &[u8]) -> usize {
    let remark = bytes.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if path.ends_with(".minisig") { remark } else { 0 }
}

#[test]
fn five_hundred_single_bits_are_named() {
    let base = signed();
    let site = base.site();
    let public = base.path("public");
    let about: Vec<&String> = site.keys().filter(|path| path.starts_with("_keben/")).collect();
    let paths: Vec<&String> =
        site.iter().filter(|(_, bytes)| !bytes.is_empty()).map(|(path, _)| path).collect();
    let mut random = crate::hostile::Random(500);
    let mut counted = BTreeMap::new();
    for round in 0..500 {
        // Every fifth is one of the files about the site, which are few and matter most.
        let path =
            if round % 5 == 0 { about[random.below(about.len())] } else { paths[random.below(paths.len())] };
        let mut bytes = site[path].clone();
        let from = flippable(path, &bytes);
        let at = from + random.below(bytes.len() - from);
        let bit = random.below(8);
        bytes[at] ^= 1 << bit;
        fs::write(public.join(path), &bytes).unwrap();
        let mut report = keben::edge::verify::verify(&public, None, &[keben::changes::PATH]).unwrap();
        if path == keben::changes::PATH && keben::changes::read(&bytes).is_err() {
            report.changed.insert(path.clone());
        }
        assert!(report.changed.contains(path), "round {round}: byte {at}, bit {bit} of {path}: {report:?}");
        // One file was changed and one is named, but where only a key from elsewhere could tell which.
        let signing = ["_keben/head.json", "_keben/head.json.minisig", "_keben/keyring.json"];
        if signing.contains(&path.as_str()) {
            assert!(report.changed.iter().all(|path| signing.contains(&path.as_str())), "{path}: {report:?}");
        } else {
            assert_eq!(report.changed.len(), 1, "{path}: {report:?}");
        }
        assert!(report.missing.is_empty() && report.extra.is_empty(), "{path}: {report:?}");
        fs::write(public.join(path), &site[path]).unwrap();
        *counted.entry(path.split('/').next().unwrap()).or_insert(0) += 1;
    }
    assert!(counted["_keben"] >= 100 && counted.len() > 10, "{counted:?}");
    assert!(keben::edge::verify::verify(&public, None, &[keben::changes::PATH]).unwrap().is_whole());
}

#[test]
fn five_hundred_damaged_files_are_named_at_once() {
    let base = KnowledgeBase::starter();
    base.build();
    let site = base.site();
    let mut random = crate::hostile::Random(88);
    let mut damaged: Vec<(String, String)> = Vec::new();
    let pages = site.iter().filter(|(path, bytes)| !path.starts_with("_keben/") && !bytes.is_empty());
    for (path, bytes) in pages.take(500) {
        let mut bytes = bytes.clone();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 << random.below(8);
        base.write(&format!("public/{path}"), bytes);
        damaged.push(("改动".to_owned(), path.clone()));
    }
    assert_eq!(damaged.len(), 500, "the starter has that many files");
    let said = verify(&base, &[], 5);
    assert_eq!(named(&said), damaged);
    assert!(
        said.stdout.contains("改动 500 个，缺失 0 个，多余 0 个"),
        "{}",
        said.stdout.lines().last().unwrap()
    );
}
