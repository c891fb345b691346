//! Layer 5: kind and id of a document from its path (KB-106).

use crate::diagnostics::{Code, Diagnostic, Text, nearest, text};
use crate::fields::Kind;
use crate::portable::is_device;
use crate::source::{FileId, RelPath, Span};

/// Where a document stands: the first folder names its kind, the file stem (or the folder of `index.md`) is its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub kind: Kind,
    pub id: String,
    pub folder: Option<String>,
}

/// The place of `content/<folder>/**/<id>.md`, with what is wrong about its names.
pub fn place_of(file: FileId, path: &RelPath) -> (Option<Place>, Option<Diagnostic>) {
    let report =
        |message: Text, help: Text| Diagnostic::new(Code(106), Span::new(file, 0..0), message).help(help);
    let parts: Vec<&str> = path.as_str().split('/').collect();
    let [_, folder, between @ .., name] = parts.as_slice() else {
        let message = text!(
            "文档要放在种类的文件夹里，例如 content/courses/",
            "a document belongs into the folder of its kind, such as content/courses/"
        );
        return (None, Some(report(message, folders())));
    };
    let Some(kind) = Kind::from_folder(folder) else {
        let message =
            text!("content 下没有“{folder}”这一种类的文件夹", "there is no kind with the folder “{folder}”");
        let near = nearest(folder, Kind::ALL.map(Kind::folder), 2).join("、");
        let help = if near.is_empty() {
            folders()
        } else {
            text!("是不是“{near}”？", "did you mean “{near}”?")
        };
        return (None, Some(report(message, help)));
    };
    let stem = name.rsplit_once('.').map_or(*name, |(stem, _)| stem);
    let (id, own_folder) = match (stem, between.last()) {
        ("index", Some(folder)) => (*folder, Some(path.folder().to_owned())),
        _ => (stem, None),
    };
    let place = Place { kind, id: id.to_owned(), folder: own_folder };
    if let Some(odd) = between.iter().find(|folder| !is_portable(folder))
        && *odd != id
    {
        let message = text!(
            "文件夹名“{odd}”在其他系统上不能用",
            "the folder name “{odd}” does not work on other systems"
        );
        return (
            Some(place),
            Some(report(message, text!("改用汉字、字母、数字和短横线", "use letters, digits and hyphens"))),
        );
    }
    let problem = if is_reserved(id) {
        Some(text!("编号“{id}”是保留名，不能用", "the id “{id}” is reserved"))
    } else if !is_id(id) {
        Some(text!("编号“{id}”不合规", "the id “{id}” is not allowed"))
    } else {
        None
    };
    let help = text!(
        "文件名只用小写字母、数字和短横线，以字母或数字开头，不超过 40 个字符，例如 bb-overview.md",
        "name the file with lower-case letters, digits and hyphens, at most 40, such as bb-overview.md"
    );
    (Some(place), problem.map(|message| report(message, help)))
}

fn folders() -> Text {
    let zh = Kind::ALL.map(|kind| format!("{}（{}）", kind.folder(), kind.chinese())).join("、");
    let en = Kind::ALL.map(Kind::folder).join(", ");
    text!("种类的文件夹有：{zh}", "the folders are: {en}")
}

/// `[a-z0-9][a-z0-9-]{0,39}`
pub(crate) fn is_id(id: &str) -> bool {
    let sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&id.len()) && id.bytes().all(sound) && !id.starts_with('-')
}

/// Names that pages of the site or devices of Windows hold.
fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let page = name
        .strip_prefix("page-")
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()));
    name == "index" || page || is_device(&name)
}

/// A folder name that every system can hold.
fn is_portable(name: &str) -> bool {
    let odd = |c: char| c.is_control() || "<>:\"|?*\\".contains(c);
    let reserved = is_reserved(name) && name != "index";
    !reserved
        && name.len() <= 180
        && !name.contains(odd)
        && !name.ends_with(['.', ' '])
        && !name.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> (Option<(Kind, String)>, bool) {
        let (place, problem) = place_of(FileId(0), &RelPath::new(path).unwrap());
        (place.map(|place| (place.kind, place.id)), problem.is_some())
    }

    #[test]
    fn kind_and_id_come_from_the_path() {
        assert_eq!(place("content/courses/a.md"), (Some((Kind::Course, "a".into())), false));
        assert_eq!(place("content/courses/2022 春/a/index.md"), (Some((Kind::Course, "a".into())), false));
        assert_eq!(place("content/cases/index.md"), (Some((Kind::Case, "index".into())), true));
        for bad in ["A", "页", "-a", "page-3", "con", "com1", "a_b", &"x".repeat(41)] {
            assert!(place(&format!("content/courses/{bad}.md")).1, "{bad}");
        }
        assert_eq!(place("content/kourses/a.md"), (None, true));
        assert_eq!(place("content/a.md"), (None, true));
        assert!(place("content/courses/a:b/c.md").1);
    }
}
