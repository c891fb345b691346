//! Layer 8: images that cannot be made smaller, or are not what their names say (KB-904), and what that leaves of KB-804.

use super::publishing::place;
use crate::diagnostics::{Code, Diagnostic, Severity, Text, text};
use crate::site::{MOST_BYTES, MOST_PIXELS, Site};
use crate::source::{Format, Obstacle, RelPath, Sources};

/// KB-904 as far as the heads of files tell.
pub(super) fn images(site: &Site, _: &Sources, found: &mut Vec<Diagnostic>) {
    for (id, document) in site.documents() {
        for attachment in site.attachments(id).iter().filter(|attachment| attachment.shown) {
            let (name, extension) = (&attachment.name, attachment.source.extension().to_ascii_lowercase());
            let mut say = |message: Text, help: Text| {
                found.push(
                    Diagnostic::new(Code(904), place(site, id, document, attachment), message).help(help),
                );
            };
            let Some(picture) = attachment.picture else {
                if matches!(extension.as_str(), "jpg" | "jpeg" | "png" | "webp") {
                    say(unreadable(name), mend());
                }
                continue;
            };
            if !picture.format.is_named(&extension) {
                let is = picture.format.extension();
                let (zh, en) = (is.to_uppercase(), is.to_uppercase());
                say(
                    text!(
                        "“{name}”其实是 {zh} 图片，扩展名不对",
                        "{name} is a {en} image with another ending"
                    ),
                    text!("把扩展名改成 .{is}", "make its ending .{is}"),
                );
            }
            match picture.obstacle {
                Some(Obstacle::Animated) => say(
                    text!(
                        "“{name}”是动图，原样发布，不生成小图",
                        "{name} is a moving image and goes out in its full size"
                    ),
                    text!(
                        "不需要动的，另存为静止的图片；需要动的，不必理会",
                        "save it as a still image if it need not move"
                    ),
                ),
                Some(Obstacle::Cmyk) => say(
                    text!(
                        "“{name}”是印刷用的 CMYK 颜色，原样发布，屏幕上颜色会偏",
                        "{name} has the colours of print (CMYK) and goes out as it is; screens show them differently"
                    ),
                    text!("用图片软件转成 RGB（sRGB）再保存", "convert it to RGB (sRGB)"),
                ),
                None => {}
            }
            let pixels = u64::from(picture.width) * u64::from(picture.height);
            let still = matches!(picture.format, Format::Jpeg | Format::Png | Format::Webp);
            if still && (pixels > MOST_PIXELS || attachment.size > MOST_BYTES) {
                let (million, most) = (pixels / 1_000_000, MOST_PIXELS / 1_000_000);
                let (mib, most_mib) = (attachment.size >> 20, MOST_BYTES >> 20);
                say(
                    text!(
                        "“{name}”太大（{million} 百万像素，{mib} MB），超过 {most} 百万像素或 {most_mib} MB，不生成小图",
                        "{name} is too large to be made smaller: {million} million pixels, {mib} MB; at most {most} million, {most_mib} MB"
                    ),
                    text!("用图片软件缩小到宽 1600 像素以内", "make it at most 1600 pixels wide"),
                );
            }
        }
    }
}

fn unreadable(name: &str) -> Text {
    text!("读不出图片“{name}”，可能已经损坏", "the image {name} cannot be read; it may be damaged")
}

fn mend() -> Text {
    text!("用图片软件打开，另存一次，再替换这个文件", "open it, save it again and replace the file")
}

/// What the making of images found out: those that could not be decoded went out without their metadata; one whose
/// metadata names a place or a person and cannot be taken out stops the build.
pub fn unmade(site: &Site, sources: &[(RelPath, bool)]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (source, leaks) in sources {
        let documents = site.documents().filter(|(id, _)| site.has_page(*id));
        let mut shown = documents.filter_map(|(id, document)| {
            let attachment = site.attachments(id).iter().find(|attachment| attachment.source == *source)?;
            Some((place(site, id, document, attachment), &attachment.name))
        });
        let Some((span, name)) = shown.next() else { continue };
        found.push(if *leaks {
            let message = text!(
                "“{name}”已损坏，去不掉里面的位置或作者信息，不能发布",
                "{name} is damaged: the position or author in it cannot be taken out, so it is not published"
            );
            Diagnostic { severity: Severity::Error, ..Diagnostic::new(Code(804), span, message).help(mend()) }
        } else {
            Diagnostic::new(Code(904), span, unreadable(name)).help(mend())
        });
    }
    found
}
