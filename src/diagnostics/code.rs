//! Layer 1: the table of every code, its usual severity and its title. Codes are a contract: numbers never change.

use super::{Severity, Text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The number of a check: `Code(201)` prints as `KB-201`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Code(pub u16);

/// Code, usual severity, title in Chinese and English. Sorted by code.
pub const CODES: &[(Code, Severity, &str, &str)] = {
    use Severity::{Error as E, Info as I, Warning as W};
    &[
        (Code(1), E, "文件不是 UTF-8 编码", "file is not UTF-8"),
        (Code(2), E, "YAML 语法错误", "YAML syntax error"),
        (Code(3), E, "缺少元数据块，或没有结束", "front matter missing or not closed"),
        (Code(4), W, "看不见的或残缺的字符", "invisible or damaged character"),
        (Code(5), E, "重复的字段或编号", "duplicate key or id"),
        (Code(6), E, "超过限制，或用了不支持的 YAML 写法", "over a limit, or unsupported YAML"),
        (Code(101), E, "缺少必填字段", "required field missing"),
        (Code(102), E, "不认识的字段", "unknown field"),
        (Code(103), E, "类型不对", "wrong type"),
        (Code(104), E, "数值越界或日期先后颠倒", "number out of range or dates in the wrong order"),
        (Code(105), W, "标题或摘要长度不合适，或标题重复", "title or summary length, or duplicate title"),
        (Code(106), E, "编号或文件夹名不合规", "id or folder name not allowed"),
        (Code(201), E, "取值不在词表中", "value not in the vocabulary"),
        (Code(202), E, "理论课程没有写模块", "theory course without module"),
        (Code(203), E, "X 模块没有登记的专题", "module x without a registered topic"),
        (Code(204), W, "非理论内容写了模块", "module outside the theory area"),
        (Code(205), W, "主题不属于该类别", "topic not under the area"),
        (Code(206), W, "方案已过期，或取值已停用", "edition expired or value deprecated"),
        (Code(207), E, "课程方案文件自相矛盾", "taxonomy file inconsistent"),
        (Code(301), E, "引用的文档不存在", "reference target missing"),
        (Code(302), E, "引用了种类不对或不公开的文档", "reference to the wrong kind or to internal material"),
        (Code(303), W, "引用了已退出或暂停的文档", "reference to retired or suspended material"),
        (Code(304), E, "必读书目没有对应的读物", "required work without a reading"),
        (Code(305), E, "卷或篇目不在目录中", "volume or chapter not in the table of contents"),
        (Code(306), W, "理论课程没有使用必读书目", "theory course uses no required work"),
        (Code(307), E, "循环引用", "cyclic reference"),
        (Code(308), I, "没有被引用", "nothing refers to it"),
        (Code(309), E, "失效的链接、图片或标题锚点", "dead link, image or heading anchor"),
        (Code(310), E, "不允许的 HTML", "raw HTML not allowed"),
        (Code(311), E, "不允许的链接协议", "link scheme not allowed"),
        (Code(312), W, "没有列入必读书目", "names no required work"),
        (Code(401), E, "比重指标没有达到", "share indicator not met"),
        (Code(402), E, "有无指标没有做到", "presence indicator not met"),
        (Code(403), E, "时长指标没有达到", "length indicator not met"),
        (Code(410), W, "日程排不下或冲突", "days overfull or double-booked"),
        (Code(411), W, "课程与班次的对象不同", "audiences of course and programme differ"),
        (Code(412), E, "自定指标低于规划", "local target looser than the plan"),
        (Code(413), I, "可以补足指标的课程", "courses that would mend a share"),
        (Code(501), I, "模块缺少给某类对象的课程", "module without a course for an audience"),
        (Code(502), I, "模块缺少某一种类的材料", "module without material of a kind"),
        (Code(503), I, "基地主题缺少某一级别的基地", "base theme without a base of a level"),
        (Code(504), I, "必读书目没有课程使用", "required work without course"),
        (Code(505), I, "必读书目没有导读", "required work without guide"),
        (Code(506), I, "词表中的值没有使用", "vocabulary value unused"),
        (Code(507), I, "好课程没有达到目标数", "good courses below the goal"),
        (Code(508), I, "好教材没有达到目标数", "textbooks below the goal"),
        (Code(601), W, "复审已过期", "review overdue"),
        (Code(602), E, "已退出但没有写退出信息", "retired without exit"),
        (Code(603), E, "班次排了已退出的课程", "a programme schedules a retired course"),
        (Code(604), E, "原有的编号消失了", "a former id has vanished"),
        (Code(605), W, "课程列了已退出的教师", "a course lists a teacher who has left"),
        (Code(701), W, "汉字之间用了半角标点", "ASCII punctuation between Chinese characters"),
        (Code(702), W, "用了应避免的说法", "a form to avoid"),
        (Code(703), W, "术语的内容与名称里的数字不符", "members do not match the number in the term"),
        (Code(704), W, "Markdown 写法有误，会原样显示", "Markdown mistake that shows as plain text"),
        (Code(801), E, "发布前缺少审核", "published without every review"),
        (Code(802), E, "公开的材料带有密级或内部标记", "secrecy mark on public material"),
        (Code(803), E, "公开的材料里有个人号码", "personal number on a public page"),
        (Code(804), W, "公开的文件带有位置或作者信息", "position or author in a public file"),
        (Code(901), E, "引用了其他网站的资源", "would load from another host"),
        (Code(902), W, "页面、图片或索引分片过大", "page, image or search shard too large"),
        (Code(903), W, "读屏软件和导航用不了的写法", "not accessible to all readers"),
        (
            Code(904),
            W,
            "图片处理不了，或与扩展名不符",
            "image that cannot be processed, or is not what its name says",
        ),
        (Code(910), E, "模板有错误", "error in a template"),
    ]
};

impl Code {
    fn row(self) -> Option<&'static (Code, Severity, &'static str, &'static str)> {
        CODES.binary_search_by_key(&self, |row| row.0).ok().map(|index| &CODES[index])
    }

    /// The usual severity; a code outside the table is an error in keben and counts as one.
    pub fn severity(self) -> Severity {
        self.row().map_or(Severity::Error, |row| row.1)
    }

    pub fn title(self) -> Text {
        self.row().map_or(Text::new("", ""), |row| Text::new(row.2, row.3))
    }

    /// `KB-201`, `kb-201`, `kb201` or `201`.
    pub fn parse(text: &str) -> Option<Code> {
        let digits = text.trim().trim_start_matches(['K', 'k', 'B', 'b', '-']);
        let code = Code(digits.parse().ok()?);
        code.row().map(|row| row.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KB-{:03}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_codes_read_back() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (code, ..) in CODES {
            assert_eq!(Code::parse(&code.to_string()), Some(*code));
        }
        assert_eq!(Code::parse("201"), Some(Code(201)));
        assert_eq!(Code::parse("KB-999"), None);
    }
}
