//! `ENV NAME value`, without `=`.

use dockerfile::ast::{self, Instruction, Keyword, Kind, Pair, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::expand;
use dockerfile::source::{Source, Span};
use dockerfile::syntax::{self, Options};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "legacy-key-value-format",
    group: Group::Spelling,
    severity: Severity::Style,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Instruction(&[Keyword::Env, Keyword::Label]),
    also: &["LegacyKeyValueFormat"],
    page: include_str!("legacy_key_value_format.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (step, outer) in context.instructions().iter().enumerate() {
        let instruction = outer.innermost();
        let (Some(keyword), Kind::Pairs(pairs)) = (instruction.keyword, &instruction.kind) else { continue };
        let Some(pair) = pairs.first().filter(|pair| pair.legacy) else { continue };
        let (keyword, name) = (keyword.name(), pair.name.as_str());
        let message = [keyword, " `", name, "` has no `=` between name and value"].concat();
        let finding = report.add(pair.span, message, ["write `", keyword, " ", name, "=value`"].concat());
        if let Some(edits) = with_equals(context, step, instruction, pair) {
            finding.fix(Fix::safe("put `=` between name and value", edits));
        }
    }
}

/// The edits that put `=`, and quotes where the value has blanks, in place; none where the builder would then read
/// another value.
fn with_equals(context: &Context, step: usize, instruction: &Instruction, pair: &Pair) -> Option<Vec<Edit>> {
    let value = pair.value.as_ref()?;
    let gap = Span::new(pair.name.span.end, value.span.start);
    if context.slice(gap).contains('#') {
        // A comment between continued lines would go.
        return None;
    }
    let plain = plain(pair.name.as_str(), value.as_str(), context.model().escape);
    let quotes = plain.or_else(|| quotes(context, step, instruction.keyword, pair.name.as_str(), value))?;
    // One edit over the value too: what another fix writes there is to be read again before it gets quotes.
    let text = ["=", quotes, context.slice(value.span), quotes].concat();
    Some(vec![Edit::replace(gap.to(value.span), text)])
}

/// The quotes between which the builder reads the same value.
fn quotes(context: &Context, step: usize, keyword: Option<Keyword>, name: &str, value: &Word) -> Option<&'static str> {
    let before = context.model().expand(step, &value.text).ok()?;
    let (escape, value) = (context.model().escape, value.as_str());
    ["", "\"", "'"].into_iter().find(|quote| {
        // Quotes in quotes may come to the same and are read by nobody.
        if !quote.is_empty() && value.replace(&format!("{escape}{quote}"), "").contains(quote) {
            return false;
        }
        let written = [name, "=", quote, value, quote].concat();
        reads(context, step, keyword, &written).as_deref() == Some(before.text.text())
    })
}

/// The quotes that a value without any sign for the builder gets, which needs no reading.
fn plain(name: &str, value: &str, escape: char) -> Option<&'static str> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_text = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    let is_one = !name.is_empty() && name.bytes().all(is_name) && value.bytes().all(is_text);
    (is_one && expand::is_plain(value, escape) && !value.is_empty() && value.trim() == value)
        .then(|| if value.contains(' ') { "\"" } else { "" })
}

/// The value that the builder makes of `NAME=value`, if that is one pair.
fn reads(context: &Context, step: usize, keyword: Option<Keyword>, written: &str) -> Option<String> {
    let escape = Some(context.model().escape);
    let source = Source::new(format!("{} {written}\n", keyword?.name()).into_bytes());
    let tree = syntax::parse(&source, &Options { escape, frontend: context.tree().frontend, ..Options::default() });
    let (instructions, problems) = ast::build(&tree);
    let ([one], true) = (instructions.as_slice(), problems.is_empty()) else { return None };
    let Kind::Pairs(pairs) = &one.kind else { return None };
    let [pair] = pairs.as_slice() else { return None };
    let expanded = context.model().expand(step, &pair.value.as_ref()?.text).ok()?;
    Some(expanded.text.text().to_owned())
}
