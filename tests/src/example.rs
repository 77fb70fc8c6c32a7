//! Runs one rule alone over one marked example and checks what holds for every finding and every fix.

use std::collections::BTreeSet;
use std::sync::Arc;

use dockerfile::diagnostic::{self, Diagnostic, Fix, Safety};
use dockerfile::document::{Builder, Document};
use dockerfile::ignorefile::IgnoreFile;
use dockerfile::source::Source;
use rules::{Group, IgnoreList, Policy, Rule, Settings};

use crate::mark;

/// What a rule makes of an example.
pub struct Outcome {
    /// The example with the marks it should have.
    pub marked: Vec<u8>,
    /// The example without marks.
    pub source: Source,
    /// Whether something was found.
    pub is_bad: bool,
    /// The file after all fixes, if there are any.
    pub fixed: Option<Vec<u8>>,
    /// The kinds of fixes among the findings.
    pub safeties: BTreeSet<&'static str>,
    /// What is wrong whatever the marks say.
    pub faults: Vec<String>,
}

/// As many rounds as `wlint check --fix` goes.
const ROUNDS: usize = 10;

/// How an example is read.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The builder.
    pub builder: Builder,
    /// What the team asks for.
    pub policy: Policy,
    /// The `.dockerignore` beside it.
    pub ignore_list: Option<Arc<IgnoreList>>,
}

impl Setup {
    /// An example for a builder and a team, with the text of its `.dockerignore`.
    pub fn new(builder: Builder, policy: &Policy, ignore: Option<&str>) -> Self {
        let list = |text| IgnoreList { name: ".dockerignore".into(), is_own: false, file: IgnoreFile::parse(text) };
        Setup { builder, policy: policy.clone(), ignore_list: ignore.map(|text| Arc::new(list(text))) }
    }
}

/// Runs the rule over an example.
pub fn run(rule: &'static Rule, marked: Vec<u8>, setup: &Setup) -> Outcome {
    let source = mark::cut(marked);
    let found = findings(rule, &source, setup);
    let mut faults: Vec<String> = found.iter().flat_map(wording).collect();
    faults.extend(found.iter().filter_map(|finding| finding.fix.as_ref()).filter_map(edits));
    let fixes = || found.iter().filter_map(|finding| finding.fix.as_ref());
    let safeties = fixes().map(|fix| if fix.safety == Safety::Safe { "safe" } else { "suggested" }).collect();
    let mut fixed = None;
    if fixes().next().is_some() {
        faults.extend(mended(rule, &source, &found, setup, false).1);
        let (bytes, more) = mended(rule, &source, &found, setup, true);
        faults.extend(more);
        fixed = Some(bytes);
    }
    faults.dedup();
    Outcome { marked: mark::add(&source, &found), is_bad: !found.is_empty(), source, fixed, safeties, faults }
}

/// What the rule finds alone. The rules about suppressions need the others, so for them all run.
fn findings(rule: &Rule, source: &Source, setup: &Setup) -> Vec<Diagnostic> {
    let Setup { builder, policy, ignore_list } = setup.clone();
    let document = Document::new(source.clone(), builder);
    let of_all = rule.group == Group::Suppression;
    let settings = if of_all { Settings::default() } else { Settings::only(&[rule.id]) };
    let mut found = rules::check(&document, &Settings { builder, policy, ignore_list, ..settings });
    found.retain(|finding| finding.rule == rule.id);
    found
}

/// Error-severity findings of all rules, as `line: message (rule)`.
pub fn errors(source: &Source, setup: &Setup) -> Vec<String> {
    let Setup { builder, policy, ignore_list } = setup.clone();
    let document = Document::new(source.clone(), builder);
    let found = rules::check(&document, &Settings { builder, policy, ignore_list, ..Settings::default() });
    let errors = found.iter().filter(|finding| finding.severity == diagnostic::Severity::Error);
    errors
        .map(|finding| format!("{}: {} ({})", source.line_of(finding.span.start), finding.message, finding.rule))
        .collect()
}

/// What is wrong with the words of a finding.
fn wording(finding: &Diagnostic) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, text) in [("message", &finding.message), ("help", &finding.help)] {
        let mut chars = text.chars();
        let capital =
            matches!((chars.next(), chars.next()), (Some(a), Some(b)) if a.is_uppercase() && b.is_lowercase());
        if text.is_empty() || text.ends_with('.') || text.contains('\n') || capital {
            faults.push(format!("the {name} is not one phrase in lower case without a full stop: {text:?}"));
        }
    }
    faults
}

/// What is wrong with the edits of a fix.
fn edits(fix: &Fix) -> Option<String> {
    let overlap = fix.edits.windows(2).any(|pair| pair[0].span.end > pair[1].span.start);
    let nothing = fix.edits.is_empty() && !fix.transcode;
    (overlap || nothing).then(|| format!("the edits of the fix {:?} overlap or are none: {:?}", fix.title, fix.edits))
}

/// The file after all fixes of a kind, and what does not hold after them.
fn mended(
    rule: &Rule,
    source: &Source,
    before: &[Diagnostic],
    setup: &Setup,
    suggested_too: bool,
) -> (Vec<u8>, Vec<String>) {
    let is_taken = |fix: &&Fix| suggested_too || fix.safety == Safety::Safe;
    let kind = if suggested_too { "fixes" } else { "safe fixes" };
    let mut now = source.clone();
    let mut found = before.to_vec();
    for _ in 0..ROUNDS {
        let fixes = found.iter().filter_map(|finding| finding.fix.as_ref()).filter(is_taken);
        let (edits, transcode, taken) = diagnostic::merge(fixes);
        if taken == 0 {
            break;
        }
        now = Source::new(diagnostic::apply(&now, &edits, transcode));
        found = findings(rule, &now, setup);
    }
    let mut faults = Vec::new();
    let fixable = |found: &[Diagnostic]| found.iter().filter_map(|one| one.fix.as_ref()).filter(is_taken).count();
    if fixable(&found) > 0 {
        faults.push(format!("the {kind} never come to rest; after {ROUNDS} rounds:\n{}", now.text()));
    }
    if found.len() > before.len() - fixable(before) {
        let left = mark::add(&now, &found);
        faults.push(format!("after the {kind} the rule still finds:\n{}", String::from_utf8_lossy(&left)));
    }
    let problems = |source: &Source| {
        let problems = Document::new(source.clone(), setup.builder).built.problems;
        problems.iter().filter(|problem| !problem.kind.is_warning()).count()
    };
    if problems(&now) > problems(source) {
        faults.push(format!("after the {kind} the builder refuses more than before:\n{}", now.text()));
    }
    ([now.mark(), now.original(now.span())].concat(), faults)
}
