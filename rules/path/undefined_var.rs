//! A variable that nothing defines, in words where the builder puts values in.

use dockerfile::ast::{Instruction, Keyword, Kind, Pair};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::document::Builder;
use dockerfile::expand::Use;
use dockerfile::facts::Confidence;
use dockerfile::facts::base_image::Family;
use dockerfile::facts::env;
use dockerfile::model::{Base, Os, Stage, Variable, VariableKind};

use crate::expansion::Expansion;
use crate::nearest::distance;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "undefined-var",
    group: Group::Path,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["UndefinedVar"],
    page: include_str!("undefined_var.md"),
    check,
};

/// Why a name is taken for undefined.
enum Reason<'a> {
    /// Declared before the first stage, which no stage sees.
    Global(&'a Variable),
    /// Declared by a later instruction of the stage, or by the same one.
    Later(&'a Variable),
    /// Another name in the stage is all but the same.
    Near(&'a str),
    /// The base image is known to declare nothing of the kind.
    Nowhere,
    /// An argument of the stage that this one builds on, which the classic builder forgets.
    Forgotten(&'a Variable),
}

/// For how many references is looked for the name that was meant: the time stays in proportion to the file.
const SEARCHED: usize = 100;

fn check(context: &Context, report: &mut Report) {
    // What fills a template in may declare it.
    if !context.placeholders.is_empty() {
        return;
    }
    let mut searched = 0;
    // What ONBUILD says is read in another build; FROM has a rule of its own.
    let here = context.expansions.iter().filter(|found| found.instruction.keyword != Some(Keyword::Onbuild));
    for Expansion { instruction, expanded, .. } in here {
        let Some(stage) = context.model().stage_of(instruction.index).filter(|stage| stage.from != instruction.index)
        else {
            continue;
        };
        let uses = expanded.iter().flat_map(|expanded| &expanded.uses);
        for used in uses.filter(|used| used.modifier.is_none()) {
            if let Some(variable) = forgotten(context, instruction, stage, used) {
                undefined(context, stage, used, &Reason::Forgotten(variable), report);
            }
            if used.found {
                continue;
            }
            // What the system sets is another rule's finding on Windows, and there at least by PATH on Linux.
            if used.name == "PATH" || stage.os == Os::Windows && env::find(&used.name).is_some() || is_special(used) {
                continue;
            }
            searched += 1;
            let near = (searched <= SEARCHED).then(|| near(context, instruction, stage, &used.name)).flatten();
            if let Some(reason) = reason(context, instruction, stage, used, near) {
                undefined(context, stage, used, &reason, report);
            }
        }
    }
}

/// The argument of another stage that a name means, where the classic builder reads the file.
fn forgotten<'a>(context: &Context<'a>, instruction: &Instruction, stage: &Stage, used: &Use) -> Option<&'a Variable> {
    let is_classic = used.found && context.document.builder == Builder::Classic;
    let variable = is_classic.then(|| context.model().variable(instruction.index, &used.name))??;
    (variable.kind == VariableKind::Arg && !stage.steps.contains(&variable.step)).then_some(variable)
}

/// `$1` and `$?` are a shell's.
fn is_special(used: &Use) -> bool {
    !used.name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
}

fn reason<'a>(
    context: &Context<'a>,
    instruction: &Instruction,
    stage: &'a Stage,
    used: &Use,
    near: Option<&'a str>,
) -> Option<Reason<'a>> {
    let model = context.model();
    let is_plain = declares_nothing(context, stage);
    // An image may declare what has its own name in it: `NODE_VERSION` in `node`.
    let global = model.variable(stage.from, &used.name);
    if let Some(global) = global.filter(|_| is_plain || !is_of_image(stage, &used.name)) {
        return Some(Reason::Global(global));
    }
    let declared = |kind| stage.variables.last(kind, &used.name, stage.variables.len());
    let later = declared(VariableKind::Env).or_else(|| declared(VariableKind::Arg));
    if let Some(later) = later.filter(|_| is_plain || !adds_to_itself(instruction, used)) {
        return Some(Reason::Later(later));
    }
    near.map(Reason::Near).or(is_plain.then_some(Reason::Nowhere))
}

/// `ENV LD_PATH=/x:$LD_PATH`: what the image may have declared is added to.
fn adds_to_itself(instruction: &Instruction, used: &Use) -> bool {
    let is = |pair: &Pair| pair.span.contains(used.span) && pair.name.as_str().eq_ignore_ascii_case(&used.name);
    matches!(&instruction.kind, Kind::Pairs(pairs) | Kind::Args(pairs) if pairs.iter().any(is))
}

/// Whether the image that a stage in the end stands on is known to declare no variable but PATH.
fn declares_nothing(context: &Context, stage: &Stage) -> bool {
    const PLAIN: [&str; 4] = ["alpine", "busybox", "debian", "ubuntu"];
    let Some(root) = context.model().lineage(stage.index).last() else { return false };
    match (&root.base, &root.image) {
        (Base::Scratch, _) => true,
        (_, Some(image)) if root.os != Os::Windows => image.reference.as_ref().is_ok_and(|reference| {
            reference.is_docker_hub() && PLAIN.contains(&reference.repository.text.trim_start_matches("library/"))
        }),
        _ => root.facts.as_ref().is_some_and(|facts| {
            facts.confidence == Confidence::High
                && matches!(facts.family, Family::NanoServer | Family::ServerCore | Family::Server | Family::Windows)
        }),
    }
}

fn is_of_image(stage: &Stage, name: &str) -> bool {
    let text = stage.image.as_ref().map_or("", |image| image.text.text()).to_ascii_lowercase();
    name.to_ascii_lowercase().split('_').any(|word| word.len() > 1 && text.contains(word))
}

/// A name that is visible and differs in one character, or in letter case only.
fn near<'a>(context: &Context<'a>, instruction: &Instruction, stage: &'a Stage, name: &str) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let own = &stage.variables[..context.model().steps[instruction.index].visible];
    let parents = context.model().lineage(stage.index).skip(1).flat_map(|parent| parent.variables.iter());
    let names = own.iter().chain(parents.filter(|variable| variable.kind == VariableKind::Env));
    names
        .map(|variable| variable.name.as_str())
        .filter(|near| *near != name && near.len().abs_diff(name.len()) <= 1 && name.len() > 3)
        .find(|near| distance(&near.to_lowercase(), &lower) <= 1 && !differ_by_digit(near, name))
}

/// `APP1` and `APP2` are two things.
fn differ_by_digit(a: &str, b: &str) -> bool {
    let letters = |name: &str| name.to_lowercase().replace(|char: char| char.is_ascii_digit(), "");
    letters(a) == letters(b) && !a.eq_ignore_ascii_case(b)
}

fn undefined(context: &Context, stage: &Stage, used: &Use, reason: &Reason, report: &mut Report) {
    let name = &used.name;
    let (message, help) = match reason {
        Reason::Global(_) => (
            format!("`{name}` is declared before the first FROM, which this stage does not see"),
            format!("declare `ARG {name}` in the stage, too; it takes the value from there"),
        ),
        Reason::Later(_) => (
            format!("`{name}` is declared only for the instructions after this one"),
            "declare it in an instruction above".to_owned(),
        ),
        Reason::Near(near) => {
            (format!("nothing declares `{name}`, so it is empty here"), format!("write `{near}`, which is declared"))
        }
        Reason::Forgotten(_) => (
            format!("the classic builder forgets `{name}` at FROM, so it is empty here"),
            format!("declare `ARG {name}` with its value in this stage, too"),
        ),
        Reason::Nowhere => (
            format!("nothing declares `{name}`, so it is empty here"),
            format!("declare it with `ARG {name}` or `ENV {name}=...`, or write the value"),
        ),
    };
    let mut finding = report.add(used.span, message, help);
    if let Reason::Global(variable) | Reason::Later(variable) | Reason::Forgotten(variable) = reason {
        finding = finding.label(variable.span, "declared here");
    }
    match reason {
        Reason::Near(near) if context.slice(used.name_span) == name => {
            finding.fix(Fix::suggested(format!("write `{near}`"), vec![Edit::replace(used.name_span, *near)]));
        }
        Reason::Global(_) => {
            let at = context.source().line_end(context.instructions()[stage.from].lines.1);
            finding.fix(Fix::suggested("declare it in the stage", vec![Edit::insert(at, format!("ARG {name}\n"))]));
        }
        _ => {}
    }
}
