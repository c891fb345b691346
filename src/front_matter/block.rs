//! Layer 2: text behind `|` and `>`, which is left alone but for lines that full-width spaces push out of it.
//! Must not know fields.

use super::lines::{BLANK, Scan};
use super::mistakes::Mistake;
use crate::diagnostics::text;

impl Scan<'_> {
    /// Block text: everything deeper than its key. Paragraphs that begin with full-width spaces alone end it.
    pub(super) fn block(&mut self, end: usize, column: usize) -> usize {
        let mut last = end;
        let mut wide: Option<Mistake> = None;
        while last < self.text.len() {
            let from = last + 1;
            if from > self.text.len() {
                break;
            }
            let line_end = self.line_end(from);
            let line = &self.text[from..line_end];
            let indent = line.len() - line.trim_start_matches(' ').len();
            let text = line.trim_start_matches(BLANK).trim_end();
            if !text.is_empty() && indent <= column {
                let lead = line.len() - line.trim_start_matches(BLANK).len();
                if lead == indent {
                    break;
                }
                let odd = line[indent..].chars().next().unwrap_or('\t');
                let mistake = wide.take().unwrap_or_else(|| {
                    Mistake::new(
                        from + indent..from + indent + odd.len_utf8(),
                        text!(
                            "大段文字的行首要用半角空格缩进",
                            "lines of block text are indented by ASCII spaces"
                        ),
                        text!("每行开头用两个半角空格", "begin each line with two spaces"),
                    )
                    .silent()
                });
                wide = Some(mistake.fix(from..from + lead, " ".repeat(column + 2)));
            }
            last = line_end;
        }
        self.found.extend(wide);
        last
    }
}
