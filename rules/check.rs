//! Runs the rules over a file and takes out what does not hold there or is ignored.

use dockerfile::diagnostic::{Diagnostic, Severity};
use dockerfile::document::Document;
use dockerfile::model::Os;
use dockerfile::source::Span;

use crate::expansion::expansions;
use crate::listing::listings;
use crate::needs::Inventory;
use crate::secrets::Secrets;
use crate::{Context, Group, Needs, Platform, RULES, Report, Rule, Settings};
use crate::{base_image, escape, powershell, secret, suppression, syntax};

/// The rules that say why the builder does not read the file as its author meant it. What they find stands first, since
/// all other findings are of the author's reading.
const READINGS: [&str; 3] = [
    "backtick-continuation-without-directive",
    "backslash-continuation-with-backtick-directive",
    "escape-directive-misplaced",
];

/// All findings in a file, in order of place, after suppressions. What they say shows no secret of the file, and
/// where one stands they tell the reports, whichever rules are switched on.
pub fn check(document: &Document, settings: &Settings) -> Vec<Diagnostic> {
    with_context(document, settings, all_findings)
}

/// Finds out what rules share, and hands it over.
pub(crate) fn with_context<T>(document: &Document, settings: &Settings, then: impl FnOnce(&Context) -> T) -> T {
    let listings = listings(document);
    let secrets = secret::find(document, &listings, &settings.policy);
    let placeholders = syntax::placeholders(document);
    let images = base_image::images(document);
    let suppressions = suppression::read(document);
    let expansions = expansions(document);
    let eaten = dockerfile::escape::eaten(document.reading(), &document.model);
    then(&Context {
        document,
        settings,
        secrets: &secrets,
        placeholders: &placeholders,
        images: &images,
        suppressions: &suppressions,
        expansions: &expansions,
        eaten: &eaten,
        arrays: &escape::arrays(document),
        powershell: &powershell::find(document, &listings),
        listings: &listings,
    })
}

fn all_findings(context: &Context) -> Vec<Diagnostic> {
    let Context { document, settings, secrets, listings, .. } = *context;
    let relates = is_of_this_world(context);
    let has_windows = document.model.has_windows();
    let inventory = Inventory::new(document, listings);
    let is_of_use =
        |rule: &Rule| (rule.platform == Platform::Any || has_windows) && (relates || !rule.group.relates_steps());
    let mut report = Report::new();
    for (rule, severity) in switched_on(settings).filter(|(rule, _)| is_of_use(rule)) {
        let may_find = matches!(rule.needs, Needs::Nothing) || inventory.meets(&rule.needs);
        // Whoever tests a rule tests also what it says that it needs.
        if !may_find && !cfg!(debug_assertions) {
            continue;
        }
        let before = (report.found.len(), report.secrets.len());
        report.begin(rule, severity, settings.explicit.contains(rule.id));
        (rule.check)(context, &mut report);
        debug_assert!(may_find || before == (report.found.len(), report.secrets.len()), "{} needs less", rule.id);
        if report.found.len() > before.0 {
            report.found.extract_if(before.0.., |found| !holds(context, rule, found.span)).for_each(drop);
        }
    }
    let Report { mut found, secrets: more, .. } = report;
    suppression::apply(context, &mut found);
    let explains = |found: &Diagnostic| document.meant.is_some() && READINGS.contains(&found.rule);
    found.sort_by(|a, b| (!explains(a), a.span, a.rule).cmp(&(!explains(b), b.span, b.rule)));
    Secrets::new(document, secrets, &more).hide(&mut found);
    found
}

/// Each rule that is switched on, with its severity.
fn switched_on(settings: &Settings) -> impl Iterator<Item = (&'static Rule, Severity)> + '_ {
    RULES.iter().zip(&settings.severities).filter_map(|(&rule, &severity)| Some((rule, severity?)))
}

/// The longest file, in instructions, in which steps are held against each other. An image has at most 127 layers, so
/// no builder finishes a longer one, and time would grow with the square of its length.
const MAX_RELATED: usize = 2000;

/// The longest script, in bytes, whose commands are held against each other: twice what Windows takes for a command
/// line.
const MAX_SCRIPT: usize = 64 << 10;

/// Whether any builder may finish the file.
fn is_of_this_world(context: &Context) -> bool {
    let scripts = context.model().steps.iter().filter_map(|step| step.script.as_ref());
    context.instructions().len() <= MAX_RELATED
        && scripts.map(|run| run.script.text.text().len()).all(|len| len <= MAX_SCRIPT)
}

/// Whether what a rule finds at a place is so: Windows rules hold in Windows stages, and in a template most things may change.
fn holds(context: &Context, rule: &Rule, span: Span) -> bool {
    let is_settled = context.placeholders.is_empty()
        || rule.group == Group::Syntax
        || is_settled(context, rule, span, context.placeholders);
    is_settled && (rule.platform == Platform::Any || holds_at(context.document, span))
}

/// Whether a finding in a template will stand in the file that comes of it: nothing in its instruction is still to be
/// filled in, and it does not depend on the directives and the stages, which a placeholder may bring.
fn is_settled(context: &Context, rule: &Rule, span: Span, placeholders: &[Span]) -> bool {
    let instructions = context.instructions();
    let next = instructions.partition_point(|instruction| instruction.span.end < span.end);
    let outer = instructions.get(next).map(|instruction| instruction.span);
    let whole = outer.filter(|outer| outer.contains(span)).unwrap_or(span);
    let place = placeholders.get(placeholders.partition_point(|place| place.end <= whole.start));
    !matches!(rule.group, Group::Escape | Group::Stage) && place.is_none_or(|place| place.start >= whole.end)
}

/// Whether Windows rules hold at a place: in a Windows stage, and before the first stage or the first instruction of
/// a file that has a Windows stage. What stands before an instruction (its comments) belongs to it.
fn holds_at(document: &Document, span: Span) -> bool {
    let instructions = &document.reading().instructions;
    if instructions.first().is_some_and(|first| span.end < first.span.start) {
        return document.model.has_windows();
    }
    let step = instructions.partition_point(|instruction| instruction.span.end < span.start);
    let step = step.min(instructions.len().saturating_sub(1));
    match document.model.steps.get(step).and_then(|step| step.stage) {
        Some(stage) => document.model.stages[stage].os == Os::Windows,
        None => document.model.has_windows(),
    }
}

#[cfg(test)]
mod tests {
    use dockerfile::document::Builder;
    use dockerfile::source::Source;

    use super::*;

    #[test]
    fn why_the_builder_reads_something_else_stands_first() {
        let file = "FROM mcr.microsoft.com/windows/servercore\nRUN mkdir C:\\a && `\n    mkdir C:\\b\n";
        let document = Document::new(Source::new(file.into()), Builder::Any);
        let found = check(&document, &Settings::default());
        assert_eq!(found[0].rule, "backtick-continuation-without-directive");
        assert!(found.iter().skip(1).any(|later| later.span < found[0].span), "others stand before it in the file");
    }

    #[test]
    fn windows_rules_hold_in_windows_stages_and_before_them() {
        let text = "# first\nARG A\nFROM mcr.microsoft.com/windows/servercore:ltsc2022 AS w\nRUN w1\n\n# l1\nFROM alpine\nRUN l2\n# w2\nFROM w\nRUN w3\n# w4\n";
        let document = Document::new(Source::new(text.into()), Builder::Any);
        let holds = |word: &str| {
            let at = text.find(word).unwrap() as u32;
            holds_at(&document, Span::at(at))
        };
        for (word, expected) in [
            ("first", true),
            ("A\n", true),
            ("w1", true),
            ("l1", false),
            ("l2", false),
            ("w2", true),
            ("w3", true),
            ("w4", true),
        ] {
            assert_eq!(holds(word), expected, "{word}");
        }
        let mixed =
            Document::new(Source::new("# c\nFROM alpine\nRUN l1\nFROM servercore\nRUN cmd\n".into()), Builder::Any);
        assert!(holds_at(&mixed, Span::at(0)) && !holds_at(&mixed, Span::at(16)));
        let linux = Document::new(Source::new("ARG A\nFROM alpine\n".into()), Builder::Any);
        assert!(!holds_at(&linux, Span::at(0)));
        let none = Document::new(Source::new(Vec::new()), Builder::Any);
        assert!(!holds_at(&none, Span::at(0)));
    }
}
