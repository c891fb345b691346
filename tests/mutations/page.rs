//! A document as plain text, with tools that find a key, a value or an item by looking at lines. None of them asks keben:
//! what a mutation expects must not come from the program that is tested.

use std::ops::Range;

pub struct Page {
    /// `content/courses/x.md`
    pub path: String,
    /// `courses`
    pub folder: String,
    pub id: String,
    pub text: String,
    /// The lines between the two fences.
    pub head: Range<usize>,
}

/// One field of the front matter: byte ranges in the text.
#[derive(Clone)]
pub struct Field {
    /// In English, whichever way it is written.
    pub name: String,
    pub key: Range<usize>,
    /// What stands on the key's line, trimmed; empty where the value is a block below it.
    pub value: Range<usize>,
    /// All its lines, with the last newline.
    pub block: Range<usize>,
}

impl Page {
    pub fn new(path: &str, text: &str) -> Page {
        let mut parts = path.split('/').skip(1);
        let folder = parts.next().unwrap().to_owned();
        let id = path.rsplit('/').next().unwrap().strip_suffix(".md").unwrap().to_owned();
        let start = text.find('\n').unwrap() + 1;
        let end = start + text[start..].find("\n---\n").expect("front matter that ends") + 1;
        Page { path: path.to_owned(), folder, id, text: text.to_owned(), head: start..end }
    }

    /// `course/x`
    pub fn key(&self) -> String {
        format!("{}/{}", kind(&self.folder), self.id)
    }

    pub fn is(&self, folder: &str) -> bool {
        self.folder == folder
    }

    pub fn fields(&self) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for line in self.lines(self.head.clone()) {
            let text = &self.text[line.clone()];
            if text.starts_with([' ', '-', '#', '\n']) {
                if let Some(last) = fields.last_mut() {
                    last.block.end = line.end;
                }
                continue;
            }
            let colon = line.start + text.find(':').expect("a key");
            fields.push(Field {
                name: english(&self.text[line.start..colon]).to_owned(),
                key: line.start..colon,
                value: self.trim(colon + 1..line.end),
                block: line,
            });
        }
        fields
    }

    pub fn field(&self, name: &str) -> Option<Field> {
        self.fields().into_iter().find(|field| field.name == name)
    }

    /// What stands on the line of the field, without quotes.
    pub fn value(&self, name: &str) -> Option<&str> {
        let field = self.field(name)?;
        Some(self.text[field.value].trim_matches(['\'', '"']))
    }

    /// The whole value, also where it is a block.
    pub fn whole(&self, field: &Field) -> Range<usize> {
        if !field.value.is_empty() {
            return field.value.clone();
        }
        let below = field.key.end + 1..field.block.end;
        self.trim(below)
    }

    /// The items of a list, written in brackets or one a line.
    pub fn items(&self, field: &Field) -> Vec<Range<usize>> {
        if self.text[field.value.clone()].starts_with('[') {
            return self.split(field.value.start + 1..field.value.end - 1);
        }
        self.lines(field.block.clone())
            .into_iter()
            .skip(1)
            .filter_map(|line| {
                let text = &self.text[line.clone()];
                let indent = text.len() - text.trim_start().len();
                text.trim_start().starts_with("- ").then(|| self.trim(line.start + indent + 2..line.end))
            })
            .collect()
    }

    /// Key and value of every entry of `{key: value, ..}`.
    pub fn pairs(&self, map: &Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
        if !self.text[map.clone()].starts_with('{') {
            return Vec::new();
        }
        self.split(map.start + 1..map.end - 1).into_iter().map(|entry| self.entry(entry)).collect()
    }

    /// Key and value of the indented lines `  key: value` below a field.
    pub fn children(&self, field: &Field) -> Vec<(Range<usize>, Range<usize>)> {
        self.lines(field.block.clone())
            .into_iter()
            .skip(1)
            .filter(|line| {
                let text = self.text[line.clone()].trim_start();
                !text.starts_with("- ") && text.contains(':')
            })
            .map(|line| self.entry(self.trim(line)))
            .collect()
    }

    /// Every `{..}` below a field: its own, those of its items, those of its children.
    pub fn records(&self, field: &Field) -> Vec<Range<usize>> {
        let own = std::iter::once(field.value.clone());
        let children = self.children(field).into_iter().map(|(_, value)| value);
        let items = self.items(field);
        own.chain(children).chain(items).filter(|range| self.text[range.clone()].starts_with('{')).collect()
    }

    /// The pairs called `name` in the records of the field `of`; the record comes first.
    pub fn inner(&self, of: &str, name: &str) -> Vec<(Range<usize>, Range<usize>, Range<usize>)> {
        let Some(field) = self.field(of) else { return Vec::new() };
        self.records(&field)
            .into_iter()
            .flat_map(|record| {
                let pairs = self.pairs(&record);
                pairs.into_iter().map(move |(key, value)| (record.clone(), key, value))
            })
            .filter(|(_, key, _)| english(&self.text[key.clone()]) == name)
            .collect()
    }

    fn entry(&self, range: Range<usize>) -> (Range<usize>, Range<usize>) {
        let colon = range.start + self.text[range.clone()].find(':').expect("key: value");
        (range.start..colon, self.trim(colon + 1..range.end))
    }

    pub fn lines(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let mut at = range.start;
        self.text[range]
            .split_inclusive('\n')
            .map(|line| {
                at += line.len();
                at - line.len()..at
            })
            .collect()
    }

    pub fn trim(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.text[range.clone()];
        let start = range.start + text.len() - text.trim_start().len();
        start..start.max(range.start + text.trim_end().len())
    }

    /// At the commas that stand outside quotes and brackets.
    fn split(&self, range: Range<usize>) -> Vec<Range<usize>> {
        // A quote opens only where a value begins.
        let (mut out, mut start, mut depth, mut quote, mut last) = (Vec::new(), range.start, 0, None, ',');
        for (at, c) in self.text[range.clone()].char_indices() {
            match (quote, c) {
                (Some(open), c) if open == c => quote = None,
                (Some(_), _) => {}
                (None, '\'' | '"') if matches!(last, ',' | ':' | '[' | '{') => quote = Some(c),
                (None, '[' | '{') => depth += 1,
                (None, ']' | '}') => depth -= 1,
                (None, ',') if depth == 0 => {
                    out.push(self.trim(start..range.start + at));
                    start = range.start + at + 1;
                }
                _ => {}
            }
            if c != ' ' {
                last = c;
            }
        }
        out.push(self.trim(start..range.end));
        out.retain(|item| !item.is_empty());
        out
    }

    /// `range` becomes `new`.
    pub fn edit(&self, range: Range<usize>, new: &str) -> Edit<'_> {
        let mut text = self.text.clone();
        text.replace_range(range.clone(), new);
        Edit { page: self, text, at: range.start..range.start + new.len(), more: Vec::new() }
    }

    /// A line more at the end of the front matter.
    pub fn add_line(&self, line: &str) -> Edit<'_> {
        let end = self.head.end;
        let mut edit = self.edit(end..end, &format!("{line}\n"));
        edit.at.end -= 1;
        edit
    }

    /// A paragraph more at the end of the document.
    pub fn add_paragraph(&self, text: &str) -> Edit<'_> {
        let end = self.text.trim_end().len();
        let mut edit = self.edit(end..self.text.len(), &format!("\n\n{text}\n"));
        edit.at = end + 2..end + 2 + text.len();
        edit
    }

    /// A paragraph more before the first one of the document.
    pub fn add_before(&self, text: &str) -> Edit<'_> {
        let after = self.head.end + "---\n".len();
        let start = after + self.text[after..].len() - self.text[after..].trim_start().len();
        let mut edit = self.edit(start..start, &format!("{text}\n\n"));
        edit.at.end -= 2;
        edit
    }

    /// The same document under another id, title and status, with nothing that only one document may say.
    pub fn twin(&self, id: &str, status: &str) -> String {
        let mut text = String::from("---\n");
        for field in self.fields() {
            match field.name.as_str() {
                "title" => text += &format!("title: 另外一篇文稿（{id}）\n"),
                "status" => text += &format!("status: {status}\n"),
                "work" | "avoid" | "members" | "formerly" => {}
                "kind" if &self.text[field.value.clone()] == "required" => text += "kind: recommended\n",
                _ => text += &self.text[field.block],
            }
        }
        text + &self.text[self.head.end..]
    }

    pub fn beside(&self, id: &str) -> String {
        format!("content/{}/{id}.md", self.folder)
    }
}

/// The Chinese names of the fields that the starter uses, from the content model.
const NAMES: [(&str, &str); 34] = [
    ("标题", "title"),
    ("摘要", "summary"),
    ("状态", "status"),
    ("发布范围", "release"),
    ("责任单位", "owner"),
    ("更新日期", "updated"),
    ("复审日期", "review_due"),
    ("审核", "reviews"),
    ("审核人", "by"),
    ("日期", "date"),
    ("关键词", "keywords"),
    ("别名", "aliases"),
    ("出处", "source"),
    ("类别", "area"),
    ("模块", "module"),
    ("主题", "topics"),
    ("学时", "hours"),
    ("形式", "mode"),
    ("教学方式", "methods"),
    ("对象", "audience"),
    ("师资", "teachers"),
    ("读物", "readings"),
    ("书目", "work"),
    ("卷", "volume"),
    ("篇目", "chapters"),
    ("读法", "mode"),
    ("案例", "cases"),
    ("基地", "bases"),
    ("教材", "textbooks"),
    ("先修课程", "prerequisites"),
    ("系列", "series"),
    ("教学目标", "objectives"),
    ("种类", "kind"),
    ("地区", "region"),
];

fn english(name: &str) -> &str {
    NAMES.iter().find(|(chinese, _)| *chinese == name).map_or(name, |(_, english)| english)
}

/// The singular of a folder.
pub fn kind(folder: &str) -> &str {
    folder.strip_suffix('s').expect("a plural")
}

/// A changed document; `at` is the new part of its text.
pub struct Edit<'a> {
    page: &'a Page,
    pub text: String,
    pub at: Range<usize>,
    more: Vec<(String, Vec<u8>)>,
}

impl Edit<'_> {
    /// Another file that belongs to the mutation.
    pub fn with(mut self, path: String, text: String) -> Self {
        self.more.push((path, text.into_bytes()));
        self
    }

    /// The finding is the new part.
    pub fn found(self) -> Mutation {
        let at = self.at.clone();
        self.found_at(at)
    }

    /// The finding is this piece of the new part.
    pub fn found_in(self, piece: &str) -> Mutation {
        let start = self.at.start + self.text[self.at.clone()].find(piece).expect("the piece");
        self.found_at(start..start + piece.len())
    }

    /// The finding is this range of the new text.
    pub fn found_at(self, range: Range<usize>) -> Mutation {
        let (start, end) = (place(&self.text, range.start), place(&self.text, range.end));
        self.mutation(Some(start), Some(end))
    }

    /// Something is missing.
    pub fn first_line(self) -> Mutation {
        self.mutation(Some((1, 1)), Some((1, 4)))
    }

    /// The whole file is wrong.
    pub fn top(self) -> Mutation {
        self.mutation(Some((1, 1)), None)
    }

    /// Somewhere in the file: the contract does not say where.
    pub fn anywhere(self) -> Mutation {
        self.mutation(None, None)
    }

    fn mutation(self, start: Option<(usize, usize)>, end: Option<(usize, usize)>) -> Mutation {
        let mut files = self.more;
        files.push((self.page.path.clone(), self.text.into_bytes()));
        Mutation { files, path: self.page.path.clone(), start, end }
    }
}

/// One mistake: the files that it changes or adds, and where it must be found.
pub struct Mutation {
    pub files: Vec<(String, Vec<u8>)>,
    pub path: String,
    /// Line and column, in characters.
    pub start: Option<(usize, usize)>,
    pub end: Option<(usize, usize)>,
}

impl Mutation {
    /// The end is the program's to choose.
    pub fn open_end(mut self) -> Mutation {
        self.end = None;
        self
    }

    /// A file that is wrong from its first character.
    pub fn file(path: String, bytes: Vec<u8>) -> Mutation {
        Mutation { files: vec![(path.clone(), bytes)], path, start: Some((1, 1)), end: None }
    }
}

/// Line and column of a byte offset.
pub fn place(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    (line, before.rsplit('\n').next().unwrap_or("").chars().count() + 1)
}
