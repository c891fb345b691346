//! Layer 2: links and images: what is certain is written, what depends on other documents becomes a slot.

use super::Walk;
use crate::diagnostics::{Code, Diagnostic, text};
use crate::markdown::link::{self, Link, Target};
use crate::markdown::{Slot, escape};
use pulldown_cmark::{CowStr, Event, LinkType};
use std::ops::Range;

pub(super) struct OpenLink {
    /// Empty for a refused one.
    end: &'static str,
    index: usize,
    /// The length of all that had been said before its text; `None` when it takes its target's title.
    before: Option<usize>,
}

impl Walk<'_> {
    pub(super) fn link(&mut self, target: Target, image: bool, range: &Range<usize>) -> usize {
        let span = self.span(range);
        self.body.links.push(Link { target, image, span });
        self.body.links.len() - 1
    }

    pub(super) fn open_link(&mut self, link_type: LinkType, destination: &str, range: &Range<usize>) {
        let (target, titled) = match link_type {
            // In a table the bar must be `\|`, or it would end the cell.
            LinkType::WikiLink { has_pothole } => {
                let written = if has_pothole { destination.strip_suffix('\\') } else { None };
                (link::wiki(written.unwrap_or(destination)), has_pothole)
            }
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
        let before = titled.then(|| self.said());
        self.links.push(OpenLink { end: if refused { "" } else { "</a>" }, index, before });
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

    /// How much text the body has so far.
    fn said(&self) -> usize {
        let heading = self.heading.as_ref().map_or(0, |heading| heading.text.len());
        heading + self.body.sections.last().map_or(0, |section| section.text.len())
    }

    /// KB-903: a link that shows nothing. An image in it shows itself.
    pub(super) fn end_link(&mut self) {
        let Some(OpenLink { end, index, before }) = self.links.pop() else { return };
        let image = self.body.links[index + 1..].iter().any(|link| link.image);
        if let (Some(before), false) = (before, image) {
            let shown = match (&self.heading, self.body.sections.last()) {
                (Some(heading), section) => {
                    heading.text.get(before.saturating_sub(section.map_or(0, |section| section.text.len()))..)
                }
                (None, section) => section.and_then(|section| section.text.get(before..)),
            };
            if !end.is_empty() && shown.is_some_and(|shown| shown.trim().is_empty()) {
                self.diagnostics.push(
                    Diagnostic::new(
                        Code(903),
                        self.body.links[index].span,
                        text!(
                            "链接没有文字，读者看不见，也点不到",
                            "the link has no text: nobody can see or follow it"
                        ),
                    )
                    .help(text!(
                        "在方括号里写上链接的文字，例如 [培训通知](…)",
                        "write the text of the link into the brackets, as in [notice](…)"
                    )),
                );
            }
        }
        self.html(end);
        self.untitled = self.untitled.saturating_sub(1);
    }

    pub(super) fn end_image(&mut self) {
        let Some((index, alt)) = self.image.take() else { return };
        self.say(&alt);
        if alt.trim().is_empty() && self.body.links[index].target != Target::Refused {
            self.diagnostics.push(
                Diagnostic::new(
                    Code(903),
                    self.body.links[index].span,
                    text!(
                        "图片没有说明文字，看不见图的读者不知道它是什么",
                        "the image has no alternative text for readers who cannot see it"
                    ),
                )
                .help(text!(
                    "在方括号里用一句话写明图的内容，例如 ![余村村口的石碑](…)",
                    "say in the brackets what the image shows, as in ![The stone at the gate](…)"
                )),
            );
        }
        if self.body.links[index].target == Target::Refused {
            self.push(Event::Text(CowStr::from(alt)));
            return;
        }
        let mut html = format!("<img src=\"{}\" alt=\"", Slot::Url(index).mark());
        escape(&alt, &mut html);
        html.push_str("\" loading=\"lazy\" decoding=\"async\"");
        html.push_str(&Slot::Image(index).mark());
        html.push('>');
        self.html(html);
    }
}

fn escape_url(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    escape(&url.replace(' ', "%20"), &mut out);
    out
}
