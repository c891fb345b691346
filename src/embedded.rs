//! Layer 0: the files that the binary carries, as (path, text): the theme, the rule pages, the default edition.
//! `build.rs` writes the lists; each is sorted by path.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The text of the file `name` in one of the lists.
pub fn find(list: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    list.binary_search_by(|(path, _)| (*path).cmp(name)).ok().map(|index| list[index].1)
}
