//! What a site says that it consists of, who signed that, and whether it still holds.

use crate::knowledge_base::{KnowledgeBase, Tree, difference, term};
use crate::site_build::STARTER;
use keben::manifest::{Build, Manifest, decompress, manifest_path, site_id};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;

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
