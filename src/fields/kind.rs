//! Layer 4: the ten kinds of documents.

/// A kind, in the order in which kinds are listed everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Course,
    Reading,
    ReadingList,
    Case,
    Base,
    Programme,
    Institution,
    Teacher,
    Term,
    Article,
}

impl Kind {
    pub const ALL: [Kind; 10] = [
        Kind::Course,
        Kind::Reading,
        Kind::ReadingList,
        Kind::Case,
        Kind::Base,
        Kind::Programme,
        Kind::Institution,
        Kind::Teacher,
        Kind::Term,
        Kind::Article,
    ];

    /// The singular, as references and facets write it.
    pub fn id(self) -> &'static str {
        self.names().0
    }

    /// The plural: the folder below `content/` and in URLs.
    pub fn folder(self) -> &'static str {
        self.names().1
    }

    pub fn chinese(self) -> &'static str {
        self.names().2
    }

    pub fn english(self) -> &'static str {
        self.names().3
    }

    fn names(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Kind::Course => ("course", "courses", "课程", "course"),
            Kind::Reading => ("reading", "readings", "读物", "reading"),
            Kind::ReadingList => ("reading-list", "reading-lists", "书目", "reading list"),
            Kind::Case => ("case", "cases", "教学案例", "case"),
            Kind::Base => ("base", "bases", "现场教学基地", "base"),
            Kind::Programme => ("programme", "programmes", "班次", "programme"),
            Kind::Institution => ("institution", "institutions", "机构", "institution"),
            Kind::Teacher => ("teacher", "teachers", "师资", "teacher"),
            Kind::Term => ("term", "terms", "术语", "term"),
            Kind::Article => ("article", "articles", "文章", "article"),
        }
    }

    /// With its measure word: 门课程, 个机构.
    pub fn counted(self) -> &'static str {
        match self {
            Kind::Course => "门课程",
            Kind::Reading => "份读物",
            Kind::ReadingList => "份书目",
            Kind::Case => "个教学案例",
            Kind::Base => "个现场教学基地",
            Kind::Programme => "个班次",
            Kind::Institution => "个机构",
            Kind::Teacher => "位教师",
            Kind::Term => "条术语",
            Kind::Article => "篇文章",
        }
    }

    pub fn from_id(id: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.id() == id)
    }

    pub fn from_folder(folder: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.folder() == folder)
    }
}
