//! Layer 4: a value that is in no vocabulary, and the one that was probably meant (KB-201, 203).

use super::decode::Decoder;
use super::{Choice, Field, Value};
use crate::diagnostics::{Code, Diagnostic, Meant, meant, text};
use crate::source::Span;
use crate::taxonomy::Vocabulary;

/// One thing that may be written: its id, how it is shown, every name of it.
struct Entry<'a> {
    id: &'a str,
    label: &'a str,
    names: Vec<&'a str>,
}

impl Decoder<'_> {
    /// An unregistered topic of an open module has a code of its own (KB-203).
    pub(super) fn term(
        &self,
        vocabulary: Vocabulary,
        span: Span,
        written: &str,
    ) -> Result<Value, Box<Diagnostic>> {
        let terms = self.context.taxonomy.terms(vocabulary);
        if terms.is_empty() {
            // An edition without this section has had its message; its values are no mistakes of the document.
            return Ok(Value::Id(written.to_owned()));
        }
        if let Some(term) = self.context.taxonomy.find(vocabulary, written) {
            return Ok(Value::Id(term.id.value.clone()));
        }
        let entries: Vec<Entry<'_>> = terms
            .iter()
            .map(|term| Entry {
                id: &term.id.value,
                label: &term.label,
                names: [&term.id.value, &term.label]
                    .into_iter()
                    .chain(&term.aliases)
                    .map(String::as_str)
                    .collect(),
            })
            .collect();
        let code = if vocabulary == Vocabulary::XTopics { Code(203) } else { Code(201) };
        let names = (vocabulary.chinese(), vocabulary.english());
        Err(Box::new(self.not_in_vocabulary(code, span, written, names, &entries)))
    }

    /// The id of the choice that `written` names, or KB-201.
    pub(super) fn choice(
        &self,
        choices: &[Choice],
        span: Span,
        written: &str,
        field: &Field,
    ) -> Result<Value, Box<Diagnostic>> {
        let named = |choice: &&Choice| {
            choice.id == written || choice.chinese == written || choice.aliases.contains(&written)
        };
        if let Some(choice) = choices.iter().find(named) {
            return Ok(Value::Id(choice.id.to_owned()));
        }
        let entries: Vec<Entry<'_>> = choices
            .iter()
            .map(|choice| Entry {
                id: choice.id,
                label: choice.chinese,
                names: [choice.id, choice.chinese]
                    .into_iter()
                    .chain(choice.aliases.iter().copied())
                    .collect(),
            })
            .collect();
        Err(Box::new(self.not_in_vocabulary(Code(201), span, written, (field.chinese, field.name), &entries)))
    }

    /// With what may have been meant, or with all there is when that is short.
    fn not_in_vocabulary(
        &self,
        code: Code,
        span: Span,
        written: &str,
        (zh, en): (&str, &str),
        entries: &[Entry<'_>],
    ) -> Diagnostic {
        let names: Vec<Vec<&str>> = entries.iter().map(|entry| entry.names.clone()).collect();
        let meant = if self.offers > 0 { meant(written, &names) } else { Meant::default() };
        let shown = |entry: &Entry<'_>| format!("{}（{}）", entry.label, entry.id);
        let diagnostic = Diagnostic::new(
            code,
            span,
            text!("“{written}”不在“{zh}”词表中", "“{written}” is not in the vocabulary “{en}”"),
        );
        let list = |entries: Vec<String>| entries.join("、");
        if let Some((index, _)) = meant.exact {
            let entry = &entries[index];
            let (id, shown) = (entry.id, shown(entry));
            return diagnostic.help(text!("改成 {id}：{shown}", "write {id}: {shown}")).fix(span, id);
        }
        if !meant.near.is_empty() {
            let near = list(meant.near.iter().map(|index| shown(&entries[*index])).collect());
            diagnostic.help(text!("最接近的有：{near}", "nearest: {near}"))
        } else if entries.len() <= 16 {
            let all = list(entries.iter().map(shown).collect());
            diagnostic.help(text!("可用的有：{all}", "there are: {all}"))
        } else {
            diagnostic
                .help(text!("可用的值见课程方案文件的“{zh}”一节", "see the section “{en}” of the edition"))
        }
    }
}
