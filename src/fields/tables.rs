//! Layer 4: the fields of every kind, as the content model lists them. A flat table; it may be long.

use super::choices::*;
use super::{Field, Kind, Need, Shape};
use crate::taxonomy::Vocabulary as V;
use Need::{Optional as O, Published as P, Required as R};

const fn field(name: &'static str, chinese: &'static str, need: Need, shape: Shape) -> Field {
    Field { name, chinese, shape, need }
}

const TEXT: Shape = Shape::Text;
const TEXTS: Shape = Shape::List { of: &Shape::Text, min: 1 };
const TEXTS_2: Shape = Shape::List { of: &Shape::Text, min: 2 };
const COUNT: Shape = Shape::Integer { min: 1, max: 100_000 };
const YEAR: Shape = Shape::Integer { min: 1800, max: 2200 };
const VOLUME: Shape = Shape::Integer { min: 1, max: 999 };
const HOURS: Shape = Shape::Halves { max: 800 };

const fn list(of: &'static Shape) -> Shape {
    Shape::List { of, min: 1 }
}

// What is missing in a review or an exit is said by the rules that demand them (KB-801, KB-602), not as a missing field.
const REVIEW: &[Field] = &[field("by", "审核人", O, TEXT), field("date", "日期", O, Shape::Date)];
const SOURCE: &[Field] = &[
    field("title", "标题", R, TEXT),
    field("agency", "机构", R, TEXT),
    field("date", "日期", R, Shape::Date),
    field("url", "网址", O, TEXT),
];
const EXIT: &[Field] = &[
    field("date", "日期", O, Shape::Date),
    field("reason", "原因", O, TEXT),
    field("replaced_by", "替代", O, Shape::OwnKind),
];

/// The fields of every kind.
pub const COMMON: &[Field] = &[
    field("title", "标题", R, TEXT),
    field("summary", "摘要", P, TEXT),
    field("status", "状态", R, Shape::Choice(STATUS)),
    field("release", "发布范围", O, Shape::Choice(RELEASE)),
    field("owner", "责任单位", O, Shape::Reference(Kind::Institution)),
    field("updated", "更新日期", O, Shape::Date),
    field("review_due", "复审日期", P, Shape::Date),
    field("reviews", "审核", O, Shape::Gates(REVIEW)),
    field("keywords", "关键词", O, TEXTS),
    field("aliases", "别名", O, TEXTS),
    field("formerly", "曾用编号", O, TEXTS),
    field("source", "出处", O, Shape::Record(SOURCE)),
    field("rights", "版权", O, TEXT),
    field("attachments", "附件", O, TEXTS),
    field("supersedes", "取代", O, Shape::OwnKind),
    field("exit", "退出", O, Shape::Record(EXIT)),
];

const READING_USE: &[Field] = &[
    field("work", "书目", R, Shape::Reference(Kind::Reading)),
    field("volume", "卷", O, VOLUME),
    field("chapters", "篇目", O, list(&Shape::NumberOrText)),
    field("mode", "读法", O, Shape::Choice(READING_MODE)),
];
const READING_ITEM: &[Field] = &[
    field("work", "书目", R, Shape::Reference(Kind::Reading)),
    field("volume", "卷", O, VOLUME),
    field("chapters", "篇目", O, list(&Shape::NumberOrText)),
    field("mode", "读法", R, Shape::Choice(READING_MODE)),
    field("why", "理由", O, TEXT),
];
const AWARD: &[Field] = &[
    field("kind", "类型", R, TEXT),
    field("level", "级别", R, Shape::Term(V::Levels)),
    field("year", "年份", R, YEAR),
];
const CONTENTS: &[Field] = &[
    field("n", "序号", R, Shape::NumberOrText),
    field("title", "标题", R, TEXT),
    field("volume", "卷", O, VOLUME),
];
const PERIOD: &[Field] = &[field("from", "起", R, Shape::Period), field("to", "止", O, Shape::Period)];
const EVENT: &[Field] = &[field("date", "日期", R, Shape::Period), field("event", "事件", R, TEXT)];
const GEO: &[Field] = &[
    // That a latitude is at most 90 is said by the rule that can see when it is swapped with the longitude.
    field("lat", "纬度", R, Shape::Decimal { min: -180_000_000, max: 180_000_000 }),
    field("lon", "经度", R, Shape::Decimal { min: -180_000_000, max: 180_000_000 }),
    field("datum", "坐标系", R, Shape::Choice(DATUM)),
];
const ACTIVITY: &[Field] =
    &[field("name", "名称", R, TEXT), field("minutes", "分钟", R, Shape::Integer { min: 1, max: 1440 })];
const SESSION: &[Field] = &[
    field("day", "第几天", O, Shape::Integer { min: 1, max: 400 }),
    field("slot", "时段", O, Shape::Slot),
    field("course", "课程", O, Shape::Reference(Kind::Course)),
    field("activity", "活动", O, TEXT),
    field("hours", "学时", O, HOURS),
    field("teacher", "教师", O, Shape::Reference(Kind::Teacher)),
    field("place", "地点", O, TEXT),
    field("method", "教学方式", O, Shape::Term(V::Methods)),
];

const COURSE: &[Field] = &[
    field("area", "类别", R, Shape::Term(V::Areas)),
    field("module", "模块", O, Shape::Term(V::Modules)),
    field("x_topic", "X专题", O, Shape::Term(V::XTopics)),
    field("topics", "主题", O, list(&Shape::Term(V::Topics))),
    field("hours", "学时", R, HOURS),
    field("mode", "形式", O, Shape::Choice(COURSE_MODE)),
    field("methods", "教学方式", R, list(&Shape::Term(V::Methods))),
    field("audience", "对象", R, list(&Shape::Term(V::Audiences))),
    field("ranks", "职级", O, list(&Shape::Term(V::Ranks))),
    field("teachers", "师资", O, list(&Shape::Reference(Kind::Teacher))),
    field("readings", "读物", O, list(&Shape::Record(READING_USE))),
    field("cases", "案例", O, list(&Shape::Reference(Kind::Case))),
    field("bases", "基地", O, list(&Shape::Reference(Kind::Base))),
    field("textbooks", "教材", O, list(&Shape::Reference(Kind::Reading))),
    field("prerequisites", "先修课程", O, list(&Shape::Reference(Kind::Course))),
    field("series", "系列", O, Shape::Term(V::Series)),
    field("awards", "荣誉", O, list(&Shape::Record(AWARD))),
    field("objectives", "教学目标", P, TEXTS_2),
];
const READING: &[Field] = &[
    field("kind", "种类", R, Shape::Choice(READING_KIND)),
    field("work", "书目", O, Shape::Term(V::RequiredReadings)),
    field("obtain", "获取方式", O, TEXT),
    field("author", "作者", O, TEXT),
    field("publisher", "出版社", O, TEXT),
    field("year", "年份", O, YEAR),
    field("isbn", "书号", O, TEXT),
    field("volumes", "卷册", O, list(&VOLUME)),
    field("toc", "目录", O, list(&Shape::Record(CONTENTS))),
    field("guide", "导读", O, Shape::Reference(Kind::Article)),
];
const READING_LIST: &[Field] = &[
    field("audience", "对象", R, list(&Shape::Term(V::Audiences))),
    field("items", "条目", R, list(&Shape::Record(READING_ITEM))),
    field("batch", "批次", O, TEXT),
];
const CASE: &[Field] = &[
    field("area", "类别", R, Shape::Term(V::Areas)),
    field("module", "模块", O, Shape::Term(V::Modules)),
    field("x_topic", "X专题", O, Shape::Term(V::XTopics)),
    field("topics", "主题", O, list(&Shape::Term(V::Topics))),
    field("region", "地区", R, Shape::Term(V::Regions)),
    field("period", "时间", R, Shape::Record(PERIOD)),
    field("bank_level", "案例库级别", R, Shape::Choice(BANK_LEVEL)),
    field("questions", "思考题", P, TEXTS_2),
    field("objectives", "教学目标", O, TEXTS),
    field("timeline", "时间线", O, list(&Shape::Record(EVENT))),
    field("teaching_note", "教学说明", O, TEXT),
];
const BASE: &[Field] = &[
    field("kind", "种类", R, Shape::Choice(BASE_KIND)),
    field("level", "级别", R, Shape::Term(V::Levels)),
    field("themes", "主题类别", R, list(&Shape::Term(V::BaseThemes))),
    field("advantage", "优势资源", O, Shape::Term(V::Advantages)),
    field("region", "地区", R, Shape::Term(V::Regions)),
    field("address", "地址", R, TEXT),
    field("geo", "坐标", O, Shape::Record(GEO)),
    field("capacity", "容量", O, COUNT),
    field("visit_hours", "参观学时", O, HOURS),
    field("open", "开放时间", O, TEXT),
    field("contact", "联系方式", O, TEXT),
    field("route", "路线", O, TEXT),
    field("activities", "活动", O, list(&Shape::Record(ACTIVITY))),
    field("courses", "课程", O, list(&Shape::Reference(Kind::Course))),
];
const TARGET: &[Field] = &[field("indicator", "指标", R, TEXT), field("at_least", "不低于", R, TEXT)];
const PROGRAMME: &[Field] = &[
    field("class_kind", "班次类型", R, Shape::Choice(CLASS_KIND)),
    field("institution", "机构", R, Shape::Reference(Kind::Institution)),
    field("audience", "对象", R, list(&Shape::Term(V::Audiences))),
    field("start", "开班日期", O, Shape::Date),
    field("end", "结业日期", O, Shape::Date),
    field("days", "天数", O, Shape::Integer { min: 1, max: 1000 }),
    field("sessions", "教学安排", R, list(&Shape::Record(SESSION))),
    field("liaison", "跟班联络员", O, TEXT),
    field("study_report", "学风报告", O, TEXT),
    field("targets", "自定指标", O, list(&Shape::Record(TARGET))),
];
const INSTITUTION: &[Field] = &[
    field("kind", "种类", R, Shape::Term(V::InstitutionKinds)),
    field("level", "级别", R, Shape::Term(V::Levels)),
    field("region", "地区", R, Shape::Term(V::Regions)),
    field("parent", "上级机构", O, Shape::Reference(Kind::Institution)),
    field("key", "公钥", O, TEXT),
];
const TEACHER: &[Field] = &[
    field("engagement", "聘用方式", R, Shape::Choice(ENGAGEMENT)),
    field("role", "身份", R, Shape::Choice(ROLE)),
    field("institution", "机构", O, Shape::Reference(Kind::Institution)),
    field("fields", "专业领域", O, TEXTS),
    field("admitted", "入库日期", O, Shape::Date),
    field("exited", "退出日期", O, Shape::Date),
    field("consent", "同意公开", R, Shape::Boolean),
];
const TERM: &[Field] = &[
    field("gloss", "释义", R, TEXT),
    field("members", "包含", O, TEXTS),
    field("variants", "异形", O, TEXTS),
    field("avoid", "避免使用", O, TEXTS),
];
const ARTICLE: &[Field] = &[
    field("kind", "种类", R, Shape::Choice(ARTICLE_KIND)),
    field("part_of", "所属课程", O, Shape::Reference(Kind::Course)),
    field("order", "顺序", O, Shape::Integer { min: 0, max: 100_000 }),
];

/// The fields of a kind beyond [`COMMON`].
pub fn fields_of(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Course => COURSE,
        Kind::Reading => READING,
        Kind::ReadingList => READING_LIST,
        Kind::Case => CASE,
        Kind::Base => BASE,
        Kind::Programme => PROGRAMME,
        Kind::Institution => INSTITUTION,
        Kind::Teacher => TEACHER,
        Kind::Term => TERM,
        Kind::Article => ARTICLE,
    }
}

const KIB: Shape = Shape::Integer { min: 1, max: 1 << 20 };
const LIMITS: &[Field] = &[
    field("front_matter_kib", "元数据上限", O, KIB),
    field("scalar_kib", "单值上限", O, KIB),
    field("markdown_kib", "文档上限", O, KIB),
    field("yaml_kib", "方案上限", O, KIB),
];

const BUDGETS: &[Field] = &[
    field("page_kib", "页面上限", O, KIB),
    field("image_kib", "图片上限", O, KIB),
    field("shard_kib", "分片上限", O, KIB),
];

const SEARCH: &[Field] = &[
    field("excerpts", "摘句", O, Shape::Choice(EXCERPTS)),
    field("shard_kib", "分片大小", O, Shape::Integer { min: 1, max: 64 }),
];

/// The fields of `content/site.yaml`.
pub const SITE: &[Field] = &[
    field("title", "标题", R, TEXT),
    field("language", "语言", O, Shape::Choice(LANGUAGE)),
    field("edition", "课程方案", R, TEXT),
    field("base_url", "网址", O, TEXT),
    field("release", "发布范围", O, Shape::Choice(RELEASE)),
    field("owner", "责任单位", O, Shape::Reference(Kind::Institution)),
    field("today", "今天", O, Shape::Date),
    field("limits", "限制", O, Shape::Record(LIMITS)),
    field("budgets", "预算", O, Shape::Record(BUDGETS)),
    field("search", "搜索", O, Shape::Record(SEARCH)),
    field("offline", "离线阅读", O, Shape::Boolean),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_twice_in_a_kind() {
        for kind in Kind::ALL {
            let mut names: Vec<&str> =
                COMMON.iter().chain(fields_of(kind)).flat_map(|field| [field.name, field.chinese]).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{kind:?}");
        }
    }
}
