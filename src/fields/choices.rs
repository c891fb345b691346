//! Layer 4: the closed sets that the program itself acts on. What the plan may change lives in the edition instead.

/// One value of a closed set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub id: &'static str,
    pub chinese: &'static str,
    /// Other ways to write it.
    pub aliases: &'static [&'static str],
}

/// An id as a label for readers of English: `class_kind`, `one-month` as Class kind, One month.
pub fn in_english(id: &str) -> String {
    let words = id.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const fn choice(id: &'static str, chinese: &'static str) -> Choice {
    Choice { id, chinese, aliases: &[] }
}

const fn aliased(id: &'static str, chinese: &'static str, aliases: &'static [&'static str]) -> Choice {
    Choice { id, chinese, aliases }
}

pub(super) const STATUS: &[Choice] = &[
    choice("draft", "草稿"),
    choice("review", "审核中"),
    aliased("published", "已发布", &["发布", "现行"]),
    aliased("suspended", "暂停", &["暂停使用", "已暂停"]),
    aliased("retired", "已退出", &["退出"]),
];
pub(super) const RELEASE: &[Choice] =
    &[choice("public", "公开"), choice("internal", "内部"), choice("restricted", "限定范围")];
pub(super) const LANGUAGE: &[Choice] =
    &[aliased("zh-Hans", "简体中文", &["zh", "zh-CN"]), aliased("en", "英文", &["English"])];
pub(super) const EXCERPTS: &[Choice] =
    &[aliased("text", "原文", &["有", "全文"]), aliased("none", "不要", &["无", "没有"])];
pub(super) const COURSE_MODE: &[Choice] = &[
    aliased("class", "课堂", &["课堂教学", "课堂讲授"]),
    aliased("site", "现场", &["现场教学"]),
    aliased("online", "网络", &["网络培训", "在线", "线上"]),
];
pub(super) const READING_MODE: &[Choice] = &[
    choice("intensive", "精读"),
    aliased("general", "泛读", &["通读"]),
    aliased("guided", "导读", &["教师导读"]),
];
pub(super) const READING_KIND: &[Choice] = &[
    aliased("required", "必读书目", &["必读"]),
    aliased("classic", "经典著作", &["经典"]),
    aliased("party-regulation", "党内法规", &["党规"]),
    aliased("law", "法律法规", &["法律", "法规"]),
    choice("textbook", "教材"),
    aliased("recommended", "推荐书目", &["推荐"]),
    aliased("document", "文件", &["政策文件"]),
];
pub(super) const CLASS_KIND: &[Choice] = &[
    aliased("main", "主体班次", &["主体班"]),
    aliased("special", "专题班次", &["专题班", "专题培训班"]),
    aliased("rotation", "轮训班次", &["轮训班", "轮训"]),
    aliased("online", "网络班次", &["网络班", "网上专题班"]),
];
pub(super) const BANK_LEVEL: &[Choice] = &[
    aliased("province", "省级", &["省"]),
    aliased("city", "市级", &["市"]),
    aliased("school", "校级", &["校"]),
];
pub(super) const BASE_KIND: &[Choice] = &[
    aliased("site-teaching", "现场教学基地", &["现场教学"]),
    aliased("party-spirit", "党性教育基地", &["党性教育"]),
    aliased("civil-ethics", "公务员职业道德建设实践教育基地", &["公务员职业道德"]),
    aliased("red-resource", "红色资源", &["红色教育基地"]),
    aliased("reform-pilot", "改革试点", &["改革试点平台"]),
    aliased("university", "高校基地", &["干部教育培训高校基地"]),
];
pub(super) const ENGAGEMENT: &[Choice] =
    &[aliased("full-time", "专职", &["专职教师"]), aliased("part-time", "兼职", &["兼职教师"])];
pub(super) const ROLE: &[Choice] = &[
    aliased("academic", "专家学者", &["学者"]),
    aliased("leading-official", "领导干部", &["党政领导干部"]),
    aliased("enterprise-leader", "企业领导人员", &[]),
    aliased("grassroots-cadre", "基层干部", &["优秀基层干部"]),
    aliased("exemplar", "先进典型", &["先进人物"]),
    aliased("witness", "亲历者", &[]),
    aliased("retired-official", "退休干部", &["退休返聘干部"]),
];
pub(super) const ARTICLE_KIND: &[Choice] = &[
    aliased("unit", "单元", &["教学单元"]),
    aliased("guide", "导读", &["阅读指南"]),
    aliased("notice", "通知", &[]),
    aliased("policy", "政策", &["政策文件"]),
    aliased("page", "页面", &[]),
];
pub(super) const DATUM: &[Choice] = &[
    aliased("wgs84", "WGS84", &["WGS-84"]),
    aliased("gcj02", "GCJ02", &["GCJ-02"]),
    aliased("bd09", "BD09", &["BD-09"]),
    aliased("cgcs2000", "CGCS2000", &["国家2000"]),
];
