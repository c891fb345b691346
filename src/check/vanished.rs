//! Layer 8: ids that the previous site had and this one does not account for (KB-604).

use crate::diagnostics::{Code, Diagnostic, nearest, text};
use crate::document::is_id;
use crate::fields::Kind;
use crate::site::Site;
use crate::source::Span;

/// KB-604: `previous` are the paths of the files of the site that was built last. A page of a document whose id is
/// neither a document's nor in someone's `formerly` would be a dead link for whoever kept its address.
pub fn vanished(site: &Site, previous: &[String]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (kind, id) in previous.iter().filter_map(|path| document_of(path)) {
        let moved = site.redirects.iter().any(|redirect| redirect.kind == kind && redirect.old == id);
        if moved || site.find(kind, id).is_some() || site.is_unreadable(kind, id) {
            continue;
        }
        let (zh, en, folder, kind_id) = (kind.chinese(), kind.english(), kind.folder(), kind.id());
        let message = text!(
            "上次生成的站点里有{zh}“{id}”，现在没有了，原来的网址会打不开",
            "the site that was built last has the {en} “{id}”, which is gone; its address would be dead"
        );
        let ids = site.of_kind(kind).map(|(_, document)| document.id.as_str());
        let near = nearest(id, ids, 1);
        let help = match near.first() {
            Some(near) => text!(
                "如果改名成了“{near}”，在 content/{folder}/{near}.md 里写 formerly: [{id}]；如果不再使用，把文件放回来，写 status: retired 和退出信息",
                "if it was renamed to “{near}”, write formerly: [{id}] there; if it is no longer used, restore it with status: retired and exit"
            ),
            None => text!(
                "把 content/{folder}/{id}.md 放回来，写 status: retired 和退出信息；或在接替它的文件里写 formerly: [{id}]。确实从未对外公布的，删去原来的站点文件夹再生成",
                "restore content/{folder}/{id}.md with status: retired and exit, or write formerly: [{id}] where it went; if {kind_id}/{id} was never published, delete the old site and build again"
            ),
        };
        found.push(Diagnostic::new(Code(604), Span::new(site.config.file, 0..0), message).help(help));
    }
    found
}

/// `courses/x.html` is the page of a course; lists and attachments are of no document.
fn document_of(path: &str) -> Option<(Kind, &str)> {
    let (folder, name) = path.split_once('/')?;
    let id = name.strip_suffix(".html")?;
    let kind = Kind::from_folder(folder)?;
    let page = id.strip_prefix("page-").is_some_and(|n| n.bytes().all(|byte| byte.is_ascii_digit()));
    (is_id(id) && id != "index" && !page).then_some((kind, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_documents_are_told_from_lists_and_attachments() {
        assert_eq!(document_of("reading-lists/leaders.html"), Some((Kind::ReadingList, "leaders")));
        for other in
            ["index.html", "courses/index.html", "courses/page-2.html", "courses/x/a.html", "modules/bb.html"]
        {
            assert_eq!(document_of(other), None, "{other}");
        }
    }
}
