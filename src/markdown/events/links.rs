//! Layer 2: links and images: what is certain is written, what depends on other documents becomes a slot.

use super::Walk;
use crate::markdown::link::{self, Link, Target};
use crate::markdown::{Slot, escape};
use pulldown_cmark::{CowStr, Event, LinkType};
use std::ops::Range;

impl Walk<'_> {
    pub(super) fn link(&mut self, target: Target, image: bool, range: &Range<usize>) -> usize {
        let span = self.span(range);
        self.body.links.push(Link { target, image, span });
        self.body.links.len() - 1
    }

    pub(super) fn open_link(&mut self, link_type: LinkType, destination: &str, range: &Range<usize>) {
        let (target, titled) = match link_type {
            LinkType::WikiLink { has_pothole } => (link::wiki(destination), has_pothole),
            LinkType::Email => (Target::External(format!("mailto:{destination}")), true),
            _ => (link::target(destination, false, self.span(range), &mut self.diagnostics), true),
        };
        if self.untitled > 0 {
            self.untitled += 1;
        }
        let external = match &target {
            Target::External(url) => {
                Some(format!("<a class=\"external\" rel=\"noopener\" href=\"{}\">", escape_url(url)))
            }
            _ => None,
        };
        let refused = target == Target::Refused;
        let index = self.link(target, false, range);
        self.links.push(if refused { "" } else { "</a>" });
        if refused {
            return;
        }
        self.html(external.unwrap_or_else(|| format!("<a href=\"{}\">", Slot::Url(index).mark())));
        if !titled {
            let mark = Slot::Title(index).mark();
            self.say(&mark);
            self.html(mark);
            self.untitled = 1;
        }
    }

    pub(super) fn end_image(&mut self) {
        let Some((index, alt)) = self.image.take() else { return };
        self.say(&alt);
        if self.body.links[index].target == Target::Refused {
            self.push(Event::Text(CowStr::from(alt)));
            return;
        }
        let mut html = format!("<img src=\"{}\" alt=\"", Slot::Url(index).mark());
        escape(&alt, &mut html);
        html.push_str("\" loading=\"lazy\">");
        self.html(html);
    }
}

fn escape_url(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    escape(&url.replace(' ', "%20"), &mut out);
    out
}
