//! Layer 2: the raw HTML that authors may write: nine inline tags without attributes, and comments, which are dropped.

/// One piece of raw HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Open(&'static str),
    Close(&'static str),
    /// A tag without an end: `<br>`.
    Empty(&'static str),
    Comment,
    Text(&'a str),
    Refused,
}

const TAGS: [&str; 9] = ["br", "sup", "sub", "ruby", "rt", "rp", "u", "mark", "kbd"];

/// The pieces of `html` with their byte offsets.
pub(super) fn pieces(html: &str) -> Vec<(usize, usize, Piece<'_>)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < html.len() {
        let rest = &html[at..];
        let (length, piece) = if let Some(comment) = rest.strip_prefix("<!--") {
            (comment.find("-->").map_or(rest.len(), |end| end + 7), Piece::Comment)
        } else if rest.starts_with('<') {
            let length = rest.find('>').map_or(rest.len(), |end| end + 1);
            (length, tag(&rest[..length]))
        } else {
            let length = rest.find('<').unwrap_or(rest.len());
            (length, Piece::Text(&rest[..length]))
        };
        pieces.push((at, at + length, piece));
        at += length;
    }
    pieces
}

fn tag(text: &str) -> Piece<'static> {
    let Some(inner) = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        return Piece::Refused;
    };
    if let Some(name) = inner.strip_prefix('/') {
        return known(name).filter(|name| *name != "br").map_or(Piece::Refused, Piece::Close);
    }
    let name = inner.strip_suffix('/').map_or(inner, str::trim_end);
    match known(name) {
        Some("br") => Piece::Empty("br"),
        Some(name) if name.len() == inner.len() => Piece::Open(name),
        _ => Piece::Refused,
    }
}

fn known(name: &str) -> Option<&'static str> {
    TAGS.into_iter().find(|tag| tag.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_closed_set_passes() {
        let kinds = |html| pieces(html).into_iter().map(|(_, _, piece)| piece).collect::<Vec<_>>();
        assert_eq!(kinds("<br>"), [Piece::Empty("br")]);
        assert_eq!(kinds("<br />"), [Piece::Empty("br")]);
        assert_eq!(kinds("<U>甲</U>"), [Piece::Open("u"), Piece::Text("甲"), Piece::Close("u")]);
        assert_eq!(kinds("<!-- x -->"), [Piece::Comment]);
        for bad in [
            "<script>",
            "<u onclick=x>",
            "<u/>",
            "</br>",
            "<mark ",
            "<a href=x>",
            "<!DOCTYPE html>",
            "<? x ?>",
            "<svg/onload=x>",
        ] {
            assert_eq!(kinds(bad), [Piece::Refused], "{bad}");
        }
    }
}
