//! Variables: `ARG` and `ENV`, what they inherit, and which one a name means.

use crate::ast::{self, Keyword, Kind, Pair};
use crate::expand::Lookup;
use crate::source::Span;
use crate::splice::Spliced;

use super::{Base, Model, Os};

/// A declared variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The value, expanded; `None` when only the build knows it (`ARG` without default).
    pub value: Option<String>,
    /// The value with its place, where the instruction itself has one.
    pub written: Option<Spliced>,
    /// How it was declared.
    pub kind: VariableKind,
    /// The name where it was declared; empty for a variable of the base image.
    pub span: Span,
    /// The instruction; `usize::MAX` for one of the base image.
    pub step: usize,
}

/// How a variable came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableKind {
    /// By `ENV`: kept in the image.
    Env,
    /// By `ARG`: gone after the build, and the build may give another value.
    Arg,
}

/// A longer value counts as unknown: `ENV A=$A$A`, often repeated, would otherwise fill the memory.
const MAX_VALUE: usize = 16 << 10;

/// Arguments that every build has without declaring them.
const PREDEFINED: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Arguments that BuildKit knows before the first stage.
const PLATFORM: [&str; 10] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
    "BUILDOSVERSION",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "TARGETOSVERSION",
];

/// Whether BuildKit gives the variable a value by itself, in `FROM` or once an `ARG` names it.
pub fn is_platform_argument(name: &str) -> bool {
    PLATFORM.contains(&name) || matches!(name, "TARGETSTAGE")
}

/// The variables that an instruction declares.
pub(super) fn declared(model: &Model, step: usize, instruction: &ast::Instruction) -> Vec<Variable> {
    let one = |pair: &Pair, kind: VariableKind, written: Option<Spliced>, inherited: Option<String>| {
        let name = model
            .expand(step, &pair.name.text)
            .map_or_else(|_| pair.name.as_str().to_owned(), |name| name.text.text().to_owned());
        let value = written.as_ref().map(|written| written.text().to_owned()).or(inherited);
        Variable { name, value, written, kind, span: pair.name.span, step }
    };
    let expanded = |pair: &Pair| {
        let value = model.expand(step, &pair.value.as_ref()?.text).ok()?.text;
        (value.text().len() <= MAX_VALUE).then_some(value)
    };
    match (instruction.keyword, &instruction.kind) {
        (Some(Keyword::Env), Kind::Pairs(pairs)) => {
            pairs.iter().map(|pair| one(pair, VariableKind::Env, expanded(pair), None)).collect()
        }
        (Some(Keyword::Arg), Kind::Args(pairs)) => {
            let global = |name: &str| {
                let found = model.globals.iter().rev().find(|variable| variable.name == name)?;
                found.value.clone()
            };
            let inherited = |pair: &Pair| global(pair.name.as_str());
            pairs.iter().map(|pair| one(pair, VariableKind::Arg, expanded(pair), inherited(pair))).collect()
        }
        _ => Vec::new(),
    }
}

/// The variable that a name means at an instruction: `ENV` before `ARG`, the latest first, then what the
/// stage it builds on left. `FROM` sees only what stands before the first stage.
pub(super) fn lookup<'a>(model: &'a Model, step: usize, name: &str) -> Option<&'a Variable> {
    let in_from = model.stages.iter().any(|stage| stage.from == step);
    let Some(stage) = model.steps.get(step).and_then(|step| step.stage).filter(|_| !in_from) else {
        return model.globals.iter().rev().find(|variable| variable.name == name && variable.step < step);
    };
    let stage_now = &model.stages[stage];
    let own = &stage_now.variables[..model.steps[step].visible];
    let fold = stage_now.os == Os::Windows;
    let is = |variable: &&Variable| {
        if fold { variable.name.eq_ignore_ascii_case(name) } else { variable.name == name }
    };
    let by = |kind: VariableKind| own.iter().rev().filter(move |variable| variable.kind == kind).find(is);
    by(VariableKind::Env).or_else(|| inherited(model, stage, &is)).or_else(|| by(VariableKind::Arg))
}

fn inherited<'a>(model: &'a Model, stage: usize, is: &dyn Fn(&&Variable) -> bool) -> Option<&'a Variable> {
    let mut stage = stage;
    while let Base::Stage(parent) = model.stages[stage].base {
        let of_parent =
            model.stages[parent].variables.iter().rev().filter(|variable| variable.kind == VariableKind::Env);
        if let Some(found) = of_parent.into_iter().find(is) {
            return Some(found);
        }
        stage = parent;
    }
    None
}

/// What an instruction's words may refer to.
pub(super) struct Visible<'a> {
    pub(super) model: &'a Model,
    pub(super) step: usize,
}

impl Lookup for Visible<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        match lookup(self.model, self.step, name) {
            Some(variable) => Some(variable.value.as_deref().unwrap_or_default()),
            None => PREDEFINED.contains(&name).then_some(""),
        }
    }
}

/// What the words of a `FROM` may refer to; a variable without a value stays as written.
pub(super) struct Globals<'a> {
    pub(super) model: &'a Model,
    pub(super) step: usize,
}

impl Lookup for Globals<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        lookup(self.model, self.step, name)?.value.as_deref()
    }
}
