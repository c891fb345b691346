//! Layer 10: how much readers load (KB-902): pages as they will be sent, and files of the search index.

use super::Templates;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::search::PackFile;
use crate::site::Site;
use crate::source::Span;
use crate::view::catalogue::Catalogue;
use crate::view::page::pages as every_page;
use flate2::{Compression, GzBuilder};
use rayon::prelude::*;
use std::io::Write;

/// The text of a page is most of it: a body below three quarters of the limit is never over it.
pub(super) fn pages(site: &Site, templates: &Templates) -> Vec<Diagnostic> {
    let limit = site.config.budgets.page;
    let large: Vec<_> = site
        .documents()
        .filter(|(id, document)| {
            site.has_page(*id)
                && document.body.html.len() as u64 > limit / 4 * 3
                // The quickest compression saves less than the usual one and takes a tenth of its time.
                && compressed(document.body.html.as_bytes(), 1) > limit / 2
        })
        .collect();
    if large.is_empty() {
        return Vec::new();
    }
    let catalogue = Catalogue::new(site, templates.strings());
    let all = every_page(&catalogue);
    large
        .into_par_iter()
        .filter_map(|(_, document)| {
            let url = document.url();
            let page = &all[all.binary_search_by(|page| page.path.cmp(&url)).ok()?];
            // A mistake in a template is reported when the page is written.
            let html = templates.render(page.template(), &page.view(&catalogue)).ok()?;
            let size = compressed(html.as_bytes(), 6);
            let (kib, most) = (size.div_ceil(1024), limit / 1024);
            (size > limit).then(|| {
                Diagnostic::new(
                    Code(902),
                    document.first_line,
                    text!(
                        "这一页压缩后有 {kib} KB，超过 {most} KB",
                        "this page has {kib} KB compressed, more than {most} KB"
                    ),
                )
                .help(text!(
                    "把正文分成几个文档，用链接相连；大段附表做成附件",
                    "split the text into several documents that link to each other; attach long tables"
                ))
            })
        })
        .collect()
}

/// Shards of the search index that are over the limit. They follow from the whole content, so the place is site.yaml.
pub(super) fn shards(site: &Site, files: &[PackFile]) -> Vec<Diagnostic> {
    let limit = site.config.budgets.shard;
    let over: Vec<&PackFile> = files
        .iter()
        .filter(|file| file.path.starts_with("search/s/") && file.bytes.len() as u64 > limit)
        .collect();
    let Some(largest) = over.iter().max_by_key(|file| file.bytes.len()) else { return Vec::new() };
    let (count, most, path) = (over.len(), limit / 1024, &largest.path);
    let kib = largest.bytes.len().div_ceil(1024);
    let message = text!(
        "搜索索引有 {count} 个分片超过 {most} KB，最大的 {path} 有 {kib} KB",
        "{count} shards of the search index have more than {most} KB; the largest, {path}, has {kib} KB"
    );
    vec![Diagnostic::new(Code(902), Span::new(site.config.file, 0..0), message).help(text!(
        "不影响使用，只是第一次搜索慢一些；可以在 site.yaml 里写 budgets: {{shard_kib: …}} 放宽",
        "search works, the first one takes longer; budgets: {{shard_kib: ..}} in site.yaml allows more"
    ))]
}

fn compressed(bytes: &[u8], level: u32) -> u64 {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::new(level));
    // Writing into memory cannot fail.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_or(0, |bytes| bytes.len() as u64)
}
