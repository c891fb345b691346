//! Layer 1: why a path cannot be a file of a site, in words.

use super::{Text, text};
use crate::portable::{Clash, Difference, Fault, PATH_CHARACTERS, SEGMENT_BYTES};

/// What is wrong with `path`, and what to do. Characters that cannot be seen are spelled out.
pub fn fault(path: &str, fault: Fault) -> Text {
    let shown = path.escape_debug();
    let why = match fault {
        Fault::Empty => text!("是空的", "it is empty"),
        Fault::Absolute => text!("以“/”开头，不是相对路径", "it begins with / and is not relative"),
        Fault::EmptySegment => text!("有一段是空的", "a part of it is empty"),
        Fault::DotSegment => text!("含有“.”或“..”这样的段", "a part of it is . or .."),
        Fault::Control(c) => {
            let code = u32::from(c);
            text!("含有控制字符 U+{code:04X}", "it holds the control character U+{code:04X}")
        }
        Fault::Forbidden(c) => {
            text!("含有“{c}”，Windows 不允许", "it holds {c}, which Windows does not allow")
        }
        Fault::Invisible(c) => {
            let code = u32::from(c);
            text!("含有看不见的字符 U+{code:04X}", "it holds the invisible character U+{code:04X}")
        }
        Fault::TrailingDotOrSpace => {
            text!(
                "有一段以点或空格结尾，Windows 会去掉它",
                "a part of it ends in a dot or a blank, which Windows drops"
            )
        }
        Fault::Device => text!(
            "有一段是 Windows 的设备名（con、aux、com1 等，带扩展名也不行）",
            "a part of it is the name of a Windows device (con, aux, com1 .., with any ending)"
        ),
        Fault::SegmentTooLong(bytes) => text!(
            "有一段长 {bytes} 字节，超过 {SEGMENT_BYTES} 字节（一个汉字 3 字节）",
            "a part of it has {bytes} bytes, more than {SEGMENT_BYTES}"
        ),
        Fault::NotComposed => {
            text!("字符没有按 Unicode NFC 组合", "its characters are not composed as Unicode NFC")
        }
        Fault::PathTooLong(characters) => text!(
            "长 {characters} 个字符，超过 {PATH_CHARACTERS} 个",
            "it has {characters} characters, more than {PATH_CHARACTERS}"
        ),
    };
    Text::new(
        format!("路径“{shown}”不是每个系统都能用：{}；请给它改名", why.zh),
        format!("the path {shown} does not work on every system: {}; rename it", why.en),
    )
}

/// Which two files of a site cannot both exist.
pub fn clash(clash: &Clash) -> Text {
    let Clash { first, second, difference } = clash;
    let why = match difference {
        Difference::None => text!("路径相同", "they are the same path"),
        Difference::Case => text!("只有大小写不同", "they differ in letter case only"),
        Difference::FileAndFolder => {
            text!("一个是文件，另一个要求同名的文件夹", "one is a file where the other needs a folder")
        }
    };
    Text::new(
        format!("两个文件不能并存：“{first}”与“{second}”，{}；请给其中一个改名", why.zh),
        format!("two files cannot exist side by side: {first} and {second}: {}; rename one", why.en),
    )
}
