//! Comments for wbuild that say nothing to it.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::pragma::{self, KEYS, PragmaFault, PragmaFaultKind};
use dockerfile::source::Span;
use dockerfile::syntax::TokenKind;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, nearest};

pub(super) static RULE: Rule = Rule {
    id: "invalid-wbuild-comment",
    group: Group::Syntax,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("invalid_wbuild_comment.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let (source, tree) = (context.source(), context.tree());
    let comments = tree.around.iter().filter(|token| token.kind == TokenKind::Comment).map(|token| token.span);
    let comments: Vec<Span> = comments.filter(|&comment| pragma::words(source, comment).is_some()).collect();
    if comments.is_empty() {
        return;
    }
    let open = context.placeholders;
    let runs = tree.instructions.iter().filter(|instruction| instruction.head.name == Some(Keyword::Run));
    let of_steps: Vec<Span> = runs.flat_map(|run| run.comments.iter().copied()).collect();
    for comment in comments.into_iter().filter(|comment| !open.iter().any(|place| comment.contains(*place))) {
        for fault in pragma::read(source, &[comment]).1 {
            wrong_word(&fault, report);
        }
        if !of_steps.contains(&comment) {
            report
                .add(
                    comment,
                    "this comment stands above no RUN, so wbuild does not heed it",
                    "put it directly above a RUN",
                )
                .at_most(Severity::Warning);
        }
    }
}

fn wrong_word(fault: &PragmaFault, report: &mut Report) {
    let is_key = matches!(fault.kind, PragmaFaultKind::Key | PragmaFaultKind::NoValue);
    let near = nearest(&fault.text, KEYS.map(|(key, _)| key)).filter(|_| fault.kind == PragmaFaultKind::Key);
    let help = match near {
        Some(near) => format!("write `{near}`"),
        None if is_key => format!("wbuild reads {}", KEYS.map(|(_, example)| format!("`{example}`")).join(", ")),
        None => "write ok-exit=0,3010 (exit codes), timeout=30m (a time), retries=2 (0 to 10)".to_owned(),
    };
    let finding = report.add(fault.span, fault.message(), help);
    if let Some(near) = near {
        finding.fix(Fix::suggested(format!("replace it by `{near}`"), vec![Edit::replace(fault.span, near)]));
    }
}
