//! `FROM --platform=$TARGETPLATFORM`, which is what the builder does anyway.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "redundant-target-platform",
    group: Group::BaseImage,
    severity: Severity::Style,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["RedundantTargetPlatform"],
    page: include_str!("redundant_target_platform.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    // A file that gives the argument a value of its own means something by it.
    if context.model().globals.iter().any(|global| global.name == "TARGETPLATFORM" && global.value.is_some()) {
        return;
    }
    for stage in &context.model().stages {
        let from = &context.instructions()[stage.from];
        let Some(flag) = from.flag("platform") else { continue };
        let Some(value) = flag.value.as_ref() else { continue };
        if !matches!(value.text(), "$TARGETPLATFORM" | "${TARGETPLATFORM}") {
            continue;
        }
        let message = "the target platform is what FROM takes without a flag";
        let finding = report.add(flag.span, message, "leave the flag out");
        // What follows is another flag or the image.
        let others = from.flags.iter().map(|flag| flag.span).chain(stage.image.as_ref().map(|image| image.span));
        let Some(next) = others.filter(|span| span.start >= flag.span.end).min() else { continue };
        let gap = Span::new(flag.span.start, next.start);
        // A continuation between would go with it; then only the flag goes.
        let part = if context.slice(gap).contains('\n') { flag.span } else { gap };
        finding.fix(Fix::safe("leave the flag out", vec![Edit::delete(part)]));
    }
}
