//! Layer 4: what to write into each field, in a sentence for the person who fills it in. A flat table.

/// Field, what to write; sorted.
const ABOUT: &[(&str, &str)] = &[
    ("activities", "在这里可以开展的教学活动，一项一条。"),
    ("activity", "课程以外的安排，例如“开班式”；与课程只能写一个。"),
    ("address", "详细地址，写到门牌。"),
    ("admitted", "进入师资库的日期，年-月-日。"),
    ("advantage", "依托哪一项优势资源，从课程方案的词表中选。"),
    ("agency", "发布机构的全称。"),
    ("aliases", "读者可能用来搜索的其他名称。"),
    ("area", "课程方案的类别，从四类中选一个。"),
    ("at_least", "不低于多少，例如 1/4；只能比课程方案更严。"),
    ("attachments", "随文档发布的文件名。"),
    ("audience", "教学对象，从课程方案的词表中选，可以写几个。"),
    ("author", "作者，写全名。"),
    ("avoid", "不要使用的说法；正文里出现时会提醒。"),
    ("awards", "获得的荣誉：类型、级别、年份。"),
    ("bank_level", "收入哪一级案例库。"),
    ("base_url", "站点的固定网址，以 https:// 开头；不发布到网上就不写。"),
    ("bases", "用到的现场教学基地的编号。"),
    ("batch", "书目的批次，例如“2022年第一批”。"),
    ("budgets", "页面、图片和索引分片大小的提醒线。"),
    ("by", "审核人或审核机构。"),
    ("capacity", "一次可以接待多少人，整数。"),
    ("cases", "用到的教学案例的编号。"),
    ("chapters", "篇目：序号或题目，与该书目录一致。"),
    ("class_kind", "班次类型：主体、专题、轮训或网络。"),
    ("consent", "本人是否同意公开；写 false 时只出现姓名，没有页面。"),
    ("contact", "联系的科室和固定电话；不写个人手机。"),
    ("course", "课程的编号；与活动只能写一个。"),
    ("courses", "配套课程的编号。"),
    ("date", "日期，年-月-日，例如 2022-09-01。"),
    ("datum", "坐标所用的坐标系。"),
    ("day", "第几天，从 1 数起。"),
    ("days", "教学的天数；写了开班和结业日期可以不写。"),
    ("edition", "采用哪一版课程方案：content/taxonomy/ 下的文件名，不带 .yaml。"),
    ("end", "结业日期，年-月-日。"),
    ("engagement", "专职或兼职。"),
    ("event", "发生了什么，一句话。"),
    ("excerpts", "搜索结果里要不要原文的句子：text 或 none；不要时索引小得多。"),
    ("exit", "退出的日期、原因和替代的文档；只在状态为已退出时写。"),
    ("exited", "退出师资库的日期，年-月-日。"),
    ("fields", "专业领域，一个一条。"),
    ("formerly", "这份文档用过的编号；旧网址会转到新网址。"),
    ("from", "开始的时间：年、年-月或年-月-日。"),
    ("front_matter_kib", "元数据块最大多少 KiB。"),
    ("geo", "经纬度和坐标系。"),
    ("gloss", "术语的释义，一两句话。"),
    ("guide", "导读文章的编号。"),
    ("hours", "学时，0.5 的倍数；半天是 4 学时。"),
    ("image_kib", "图片超过多少 KiB 时提醒。"),
    ("indicator", "课程方案中指标的编号。"),
    ("institution", "机构的编号。"),
    ("isbn", "书号，加引号写。"),
    ("items", "书目中的书，一种一条。"),
    ("key", "签名用的公钥。"),
    ("keywords", "关键词，供搜索用。"),
    ("kind", "种类，从规定的值中选一个。"),
    ("language", "站点的语言。"),
    ("lat", "纬度，度，小数，例如 30.25。"),
    ("level", "级别：省、市或县，从课程方案的词表中选。"),
    ("liaison", "跟班联络员；一个月以上的班次要写。"),
    ("limits", "各类文件的大小上限。"),
    ("lon", "经度，度，小数，例如 120.17。"),
    ("markdown_kib", "一份 Markdown 文档最大多少 KiB。"),
    ("members", "术语包含的各项，项数要与名称里的数字一致。"),
    ("method", "教学方式，从课程方案的词表中选。"),
    ("methods", "教学方式，第一个是主要的；从课程方案的词表中选。"),
    ("minutes", "多少分钟，整数。"),
    ("mode", "形式或读法，从规定的值中选一个。"),
    ("module", "理论课程所属的模块；其他类别不写。"),
    ("n", "序号。"),
    ("name", "名称。"),
    ("objectives", "教学目标，一条一项，发布时至少两条。"),
    ("obtain", "从哪里能得到这本书。"),
    ("offline", "https 站点能否离线阅读：true 或 false；不写为 true。"),
    ("open", "开放时间，例如“周二至周日 9:00-16:30”。"),
    ("order", "在课程中排第几，整数。"),
    ("owner", "责任单位：机构的编号。"),
    ("page_kib", "页面压缩后超过多少 KiB 时提醒。"),
    ("parent", "上级机构的编号。"),
    ("part_of", "单元所属课程的编号。"),
    ("period", "案例发生的时间：起、止。"),
    ("place", "上课的地点。"),
    ("prerequisites", "要先修的课程的编号。"),
    ("publisher", "出版社。"),
    ("questions", "思考题，一条一题，发布时至少两题。"),
    ("ranks", "适合的职级，从课程方案的词表中选。"),
    ("readings", "用到的读物：书目、卷、篇目、读法。"),
    ("reason", "退出的原因，一句话。"),
    ("region", "行政区划：代码要加引号，例如 '330000'，也可以写名称。"),
    ("release", "公开范围；不写就是公开。"),
    ("replaced_by", "替代它的同类文档的编号。"),
    ("review_due", "下一次复审的日期，年-月-日；发布前填写。"),
    ("reviews", "每一关审核的审核人和日期；发布前填写。"),
    ("rights", "版权说明。"),
    ("role", "教师的身份，从规定的值中选一个。"),
    ("route", "到达的路线。"),
    ("scalar_kib", "元数据中一个值最大多少 KiB。"),
    ("search", "搜索索引：要不要原文的句子，分片多大。"),
    ("series", "所属系列，从课程方案的词表中选。"),
    ("sessions", "教学安排，一节一条：课程或活动，第几天，时段。"),
    ("shard_kib", "索引分片超过多少 KiB 时提醒。"),
    ("slot", "时段：am 上午、pm 下午、evening 晚上，或 09:00 这样的时刻（加引号）。"),
    ("source", "出处：标题、机构、日期、网址。"),
    ("start", "开班日期，年-月-日。"),
    ("status", "草稿、审核中、已发布、暂停或已退出。"),
    ("study_report", "学风报告；一个月以上的班次要写。"),
    ("summary", "摘要，20 到 200 个字；发布前填写。"),
    ("supersedes", "取代了哪一份同类文档：它的编号。"),
    ("targets", "自定的指标，只能比课程方案更严。"),
    ("teacher", "教师的编号。"),
    ("teachers", "任课教师的编号。"),
    ("teaching_note", "教学说明所在的文件；不会公开。"),
    ("textbooks", "所用教材的编号（读物）。"),
    ("themes", "基地的主题类别，从课程方案的词表中选。"),
    ("timeline", "时间线：日期和事件，一条一件。"),
    ("title", "标题，2 到 80 个字。"),
    ("to", "结束的时间：年、年-月或年-月-日；没有结束就不写。"),
    ("toc", "目录，只写有把握的：序号、标题、卷。"),
    ("today", "以哪一天为“今天”，年-月-日；平时不写。"),
    ("topics", "该类别下的主题，从课程方案中选。"),
    ("updated", "最近一次修改的日期，年-月-日。"),
    ("url", "网址，以 https:// 开头。"),
    ("variants", "同一术语的其他写法。"),
    ("visit_hours", "参观用的学时，0.5 的倍数。"),
    ("volume", "第几卷，整数。"),
    ("volumes", "有哪几卷，例如 [1, 2]。"),
    ("why", "列入的理由，一句话。"),
    ("work", "哪一本书：读物的编号；必读书目写课程方案里的编号。"),
    ("x_topic", "X 模块登记的专题；其他模块不写。"),
    ("yaml_kib", "站点设置和课程方案文件最大多少 KiB。"),
    ("year", "年份，四位数。"),
];

/// What to write into the field `name`; empty for a field that the table lacks, which a test forbids.
pub fn about(name: &str) -> &'static str {
    ABOUT.binary_search_by(|(other, _)| (*other).cmp(name)).map_or("", |index| ABOUT[index].1)
}

#[cfg(test)]
mod tests {
    use super::super::{COMMON, Field, Kind, SITE, Shape, fields_of};
    use super::*;

    fn every(fields: &[Field]) {
        for field in fields {
            assert!(!about(field.name).is_empty(), "{}", field.name);
            let shape = if let Shape::List { of, .. } = field.shape { of } else { &field.shape };
            if let Shape::Record(fields) | Shape::Gates(fields) = shape {
                every(fields);
            }
        }
    }

    #[test]
    fn every_field_is_described() {
        assert!(ABOUT.windows(2).all(|pair| pair[0].0 < pair[1].0));
        every(COMMON);
        every(SITE);
        Kind::ALL.into_iter().for_each(|kind| every(fields_of(kind)));
    }
}
