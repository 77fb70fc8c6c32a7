//! Runs the rules over a file and takes out what does not hold there or is ignored.

use dockerfile::diagnostic::{Diagnostic, Edit};
use dockerfile::document::Document;
use dockerfile::model::Os;
use dockerfile::source::Span;

use crate::listing::{Listing, listings};
use crate::needs::Inventory;
use crate::secrets::Secrets;
use crate::shared::Shared;
use crate::suppression;
use crate::{Context, Group, Needs, Platform, RULES, Report, Rule, Settings};

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
    check_all(&[(document, settings)]).pop().unwrap_or_default()
}

/// The findings of [`check`] in each of several files. Each rule looks at all of them before the next one does: to fetch the
/// code of all rules anew for every file takes a processor longer than to run it.
pub fn check_all(files: &[(&Document, &Settings)]) -> Vec<Vec<Diagnostic>> {
    let listings: Vec<_> = files.iter().map(|(document, _)| listings(document)).collect();
    let files = files.iter().zip(&listings);
    let shared: Vec<_> =
        files.map(|((document, settings), listings)| Shared::new(document, settings, listings)).collect();
    let mut runs: Vec<_> = shared.iter().map(|shared| Run::new(shared.context())).collect();
    for (index, rule) in RULES.iter().enumerate() {
        runs.iter_mut().for_each(|run| run.rule(rule, index));
    }
    runs.into_iter().map(Run::end).collect()
}

/// The rules on their way through a file.
struct Run<'a> {
    context: Context<'a>,
    inventory: Inventory<'a>,
    has_windows: bool,
    /// Whether steps are held against each other.
    relates: bool,
    report: Report,
}

impl<'a> Run<'a> {
    fn new(context: Context<'a>) -> Self {
        let inventory = Inventory::new(context.document, context.listings);
        let (has_windows, relates) = (context.document.model.has_windows(), is_of_this_world(&context));
        Run { context, inventory, has_windows, relates, report: Report::new() }
    }

    /// Runs a rule, which is that of this index, if it is switched on and can find something.
    fn rule(&mut self, rule: &'static Rule, index: usize) {
        let Run { context, report, .. } = self;
        let settings = context.settings;
        let Some(severity) = settings.severities.get(index).copied().flatten() else { return };
        if rule.platform == Platform::Windows && !self.has_windows || rule.group.relates_steps() && !self.relates {
            return;
        }
        let may_find = matches!(rule.needs, Needs::Nothing) || self.inventory.meets(&rule.needs);
        // Whoever tests a rule tests also what it says that it needs.
        if !may_find && !cfg!(debug_assertions) {
            return;
        }
        report.begin(rule, severity, settings.explicit.contains(rule.id));
        (rule.check)(context, report);
        debug_assert!(may_find || !report.has_any(), "{} needs less", rule.id);
        report.keep(|span| holds(context, rule, span));
    }

    fn end(self) -> Vec<Diagnostic> {
        let Run { context, report, .. } = self;
        let (mut found, secrets) = report.end();
        let document = context.document;
        suppression::apply(&context, &mut found);
        keep_encoded(&context, &mut found);
        let explains = |found: &Diagnostic| document.meant.is_some() && READINGS.contains(&found.rule);
        found.sort_by(|a, b| (!explains(a), a.span, a.rule).cmp(&(!explains(b), b.span, b.rule)));
        Secrets::new(document, context.secrets, &secrets).hide(&mut found);
        found
    }
}

/// Drops the fixes that would write into or right beside a script in Base64: its parts have no places of their own.
fn keep_encoded(context: &Context, found: &mut [Diagnostic]) {
    let parts = context.scripts().flat_map(Listing::parts);
    let spans: Vec<Span> =
        parts.map(|part| part.script()).filter(|script| script.is_encoded).map(|script| script.text.whole()).collect();
    let touches = |edit: &Edit| {
        let next = spans.partition_point(|span| span.end < edit.span.start);
        spans.get(next).is_some_and(|span| span.start <= edit.span.end)
    };
    for finding in found.iter_mut().filter(|_| !spans.is_empty()) {
        finding.fix.take_if(|fix| fix.edits.iter().any(touches));
    }
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
    let is_settled = context.placeholders.is_empty() || rule.group == Group::Syntax || is_settled(context, rule, span);
    is_settled && (rule.platform == Platform::Any || holds_at(context.document, span))
}

/// Whether a finding in a template will stand in the file that comes of it: nothing in its instruction is still to be
/// filled in, and it does not depend on the directives and the stages, which a placeholder may bring.
fn is_settled(context: &Context, rule: &Rule, span: Span) -> bool {
    let instructions = context.instructions();
    let next = instructions.partition_point(|instruction| instruction.span.end < span.end);
    let outer = instructions.get(next).map(|instruction| instruction.span);
    let whole = outer.filter(|outer| outer.contains(span)).unwrap_or(span);
    let placeholders = context.placeholders;
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
    fn several_files_are_checked_as_each_alone() {
        let texts = [
            "FROM microsoft/windowsservercore\nRUN dir\n",
            "",
            "FROM alpine\nENV A=$B\n",
            "FROM servercore\nENV PASSWORD=hunter2\n",
        ];
        let documents = texts.map(|text| Document::new(Source::new(text.into()), Builder::Any));
        let (all, few) = (Settings::default(), Settings { severities: vec![None; RULES.len()], ..Settings::default() });
        let files: Vec<_> = documents.iter().zip([&all, &all, &few, &all]).collect();
        let alone: Vec<_> = files.iter().map(|(document, settings)| check(document, settings)).collect();
        assert_eq!(alone.iter().map(Vec::is_empty).collect::<Vec<_>>(), [false, false, true, false]);
        assert_eq!(check_all(&files), alone);
    }

    #[test]
    fn what_a_rule_finds_does_not_depend_on_the_others() {
        let text = "ARG BASE=alpine\n".to_owned() + &"FROM windows/servercore\n".repeat(101) + "FROM $BSAE\n";
        let document = Document::new(Source::new(text.into()), Builder::Any);
        let all = Settings::default();
        let is_one = |rule: &Rule| rule.id == "undefined-arg-in-from";
        let severities = RULES.iter().map(|rule| Some(rule.severity).filter(|_| is_one(rule))).collect();
        let alone = check(&document, &Settings { severities, ..Settings::default() });
        let mut found = check(&document, &all);
        assert!(found.len() > 101 && alone[0].fix.is_some());
        found.retain(|found| found.rule == alone[0].rule);
        assert_eq!(found, alone);
    }

    #[test]
    fn rules_without_a_severity_are_off() {
        let document = Document::new(Source::new("FROM alpine\nENV A=$B\n".into()), Builder::Any);
        assert_eq!(check(&document, &Settings { severities: Vec::new(), ..Settings::default() }), []);
    }

    #[test]
    fn no_fix_writes_into_base64() {
        let powershell = "SHELL [\"powershell\", \"-Command\"]\n";
        // `return 1`, `msiexec /i C:\x.msi` and `rmdir /s /q C:\x`.
        let (health, msi) = ("cgBlAHQAdQByAG4AIAAxAA==", "bQBzAGkAZQB4AGUAYwAgAC8AaQAgAEMAOgBcAHgALgBtAHMAaQA=");
        let rmdir = "cgBtAGQAaQByACAALwBzACAALwBxACAAQwA6AFwAeAA=";
        for (lines, rule) in [
            (
                format!("HEALTHCHECK CMD [\"powershell\", \"-EncodedCommand\", \"{health}\"]"),
                "healthcheck-return-not-exit",
            ),
            (format!("RUN powershell -enc {msi}"), "msiexec-not-silent"),
            (format!("{powershell}RUN powershell -e '{msi}'"), "msiexec-not-silent"),
            (format!("RUN start /wait powershell -ec {msi}"), "msiexec-not-silent"),
            (format!("RUN powershell -ec {rmdir}"), "cmd-syntax-in-powershell-shell"),
            (format!("RUN powershell -ec {rmdir}\nRUN powershell -ec {rmdir}"), "repeated-powershell-prefix"),
        ] {
            let file = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{lines}\n");
            let document = Document::new(Source::new(file.into()), Builder::Any);
            let found = check(&document, &Settings::default());
            assert!(found.iter().any(|finding| finding.rule == rule), "{lines}");
            let (start, end) = (lines.to_ascii_lowercase().find("-e").unwrap() + 51, lines.len() + 51);
            let edits = |finding: &Diagnostic| finding.fix.as_ref().map_or(Vec::new(), |fix| fix.edits.clone());
            let mut edits = found.iter().flat_map(edits);
            assert!(!edits.any(|edit| edit.span.end as usize > start && edit.span.start as usize <= end), "{lines}");
        }
    }

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
