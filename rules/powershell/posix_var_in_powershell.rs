//! `$NAME` for an environment variable where PowerShell reads the script.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::Variable as Declared;
use dockerfile::script::{Call, Variable};

use super::read::{Read, scripts, targets, words};
use crate::listing::{Listed, Part};
use crate::{Context, Fixable, Group, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "posix-var-in-powershell",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: needs::POWERSHELL,
    also: &[],
    page: include_str!("posix_var_in_powershell.md"),
    check,
};

/// What PowerShell sets itself.
const AUTOMATIC: [&str; 16] = [
    "args", "error", "false", "foreach", "home", "host", "input", "matches", "null", "pid", "profile", "pshome", "pwd",
    "this", "true", "_",
];

fn check(context: &Context, report: &mut Report) {
    let mut set_in = BTreeMap::new();
    for read in scripts(context) {
        // What the scripts around this one set counts too: a script block is read in both.
        let around = || scripts(context).filter(|other| other.step == read.step);
        let find = || around().flat_map(|other| assigned(other.part)).collect::<BTreeSet<String>>();
        let includes = LazyCell::new(|| includes_other_files(read.part));
        let mut seen = BTreeSet::new();
        let plain = words(read.part).flat_map(|word| &word.variables).filter(|variable| variable.scope.is_empty());
        for variable in plain {
            // Few variables have the name of one that the file declares.
            let Some(declared) = context.model().variable(read.step, &variable.name) else { continue };
            let name = variable.name.to_ascii_lowercase();
            let is_own =
                AUTOMATIC.contains(&name.as_str()) || set_in.entry(read.step).or_insert_with(find).contains(&name);
            if !is_own && !*includes && seen.insert(variable.span) {
                missed(context, &read, (variable, declared), report);
            }
        }
    }
}

fn missed(context: &Context, read: &Read, found: (&Variable, &Declared), report: &mut Report) {
    let (variable, declared) = found;
    let text = context.slice(variable.span);
    let prologue = context.model().steps[read.step].state.shell.prologue().to_ascii_lowercase();
    if prologue.contains(&format!("${}", variable.name.to_ascii_lowercase())) {
        return;
    }
    let name = &variable.name;
    let finding = report
        .add(
            variable.span,
            format!("${name} is no variable of PowerShell"),
            format!("write $env:{name}: ARG and ENV are environment variables"),
        )
        .seen(format!("{text} is empty"))
        .label(declared.span, "declared here");
    let instead = match text.strip_prefix("${") {
        Some(_) => format!("${{env:{name}}}"),
        None => format!("$env:{name}"),
    };
    if text.starts_with('$') && text.trim_matches(['$', '{', '}']).eq_ignore_ascii_case(name) {
        finding.fix(Fix::safe("read the environment variable", vec![Edit::replace(variable.span, instead)]));
    }
}

/// The variables that a script sets, by assignment, as a parameter or through a cmdlet.
fn assigned(script: Part) -> Vec<String> {
    let mut names: Vec<String> =
        targets(script).flat_map(|word| &word.variables).map(|it| it.name.to_ascii_lowercase()).collect();
    for bound in script.commands().filter_map(Listed::bound) {
        let is_setter = ["Set-Variable", "New-Variable"].contains(&bound.cmdlet.name);
        let setters = ["OutVariable", "ErrorVariable", "SessionVariable", "PipelineVariable"];
        let texts = setters.iter().chain(is_setter.then_some(&"Name")).filter_map(|name| bound.text(name));
        names.extend(texts.map(str::to_ascii_lowercase));
    }
    names
}

/// Whether what the script does not show may set variables.
fn includes_other_files(script: Part) -> bool {
    let evaluates = ["iex", "invoke-expression", "import-module", "ipmo"];
    script.commands().any(|Listed { command, .. }| {
        command.call == Call::Dot || evaluates.iter().any(|name| command.name.text.eq_ignore_ascii_case(name))
    })
}
