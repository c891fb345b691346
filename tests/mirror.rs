//! What a site says that it consists of, who signed that, and whether it still holds.

use crate::knowledge_base::{KnowledgeBase, Outcome, Tree, difference, outcome, say_skipped, term};
use crate::site_build::STARTER;
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
