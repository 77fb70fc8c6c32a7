//! Variables: `ARG` and `ENV`, what they inherit, and which one a name means.

use std::collections::HashMap;
use std::ops::Deref;

use crate::ast::{self, Keyword, Kind, Pair};
use crate::expand::Lookup;
use crate::source::Span;
use crate::splice::Spliced;

use super::{Model, Os};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariableKind {
    /// By `ENV`: kept in the image.
    Env,
    /// By `ARG`: gone after the build, and the build may give another value.
    Arg,
}

/// The variables of a stage, or those before the first, in order. Found by name without a search, as a file may
/// declare and name thousands.
#[derive(Debug, Default)]
pub struct Variables {
    all: Vec<Variable>,
    /// Letter case makes no difference to their names: a Windows stage.
    folded: bool,
    /// Where those of a name stand, once there are more than [`FEW`].
    by_name: HashMap<(VariableKind, String), Vec<usize>>,
}

/// So many variables are looked through from the last to the first faster than a table is asked.
const FEW: usize = 24;

impl Variables {
    pub(super) fn of(os: Os) -> Self {
        Variables { folded: os == Os::Windows, ..Variables::default() }
    }

    pub(super) fn extend(&mut self, found: Vec<Variable>) {
        let before = self.all.len();
        self.all.extend(found);
        if self.all.len() > FEW {
            let named = if before > FEW { before } else { 0 };
            for (index, variable) in self.all.iter().enumerate().skip(named) {
                let key = (variable.kind, self.key(&variable.name));
                self.by_name.entry(key).or_default().push(index);
            }
        }
    }

    fn key(&self, name: &str) -> String {
        if self.folded { name.to_ascii_lowercase() } else { name.to_owned() }
    }

    /// The last variable of a kind and name among the first `visible`.
    pub fn last(&self, kind: VariableKind, name: &str, visible: usize) -> Option<&Variable> {
        if self.all.len() <= FEW {
            let is = |variable: &&Variable| {
                let named = if self.folded { variable.name.eq_ignore_ascii_case(name) } else { variable.name == name };
                variable.kind == kind && named
            };
            return self.all[..visible.min(self.all.len())].iter().rev().find(is);
        }
        let found = self.by_name.get(&(kind, self.key(name)))?;
        let index = found[..found.partition_point(|&index| index < visible)].last()?;
        Some(&self.all[*index])
    }
}

impl Deref for Variables {
    type Target = [Variable];

    fn deref(&self) -> &[Variable] {
        &self.all
    }
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
            let inherited = |pair: &Pair| global(model, step, pair.name.as_str())?.value.clone();
            pairs.iter().map(|pair| one(pair, VariableKind::Arg, expanded(pair), inherited(pair))).collect()
        }
        _ => Vec::new(),
    }
}

/// The variable that a name means at an instruction: `ENV` before `ARG`, the latest first, then what the
/// stage it builds on left. `FROM` sees only what stands before the first stage. With BuildKit a stage also sees the
/// arguments of the stage that it builds on; the classic builder forgets them.
pub(super) fn lookup<'a>(model: &'a Model, step: usize, name: &str) -> Option<&'a Variable> {
    // A FROM belongs to the stage that it opens, but is read before it.
    let stage = model.steps.get(step).and_then(|step| step.stage).filter(|&stage| model.stages[stage].from != step);
    let Some(stage) = stage else { return global(model, step, name) };
    let own = &model.stages[stage].variables;
    let visible = model.steps[step].visible;
    own.last(VariableKind::Env, name, visible)
        .or_else(|| inherited(model, stage, VariableKind::Env, name))
        .or_else(|| own.last(VariableKind::Arg, name, visible))
        .or_else(|| inherited(model, stage, VariableKind::Arg, name))
}

/// The variable of that name before the first stage, as far as it stands before an instruction.
fn global<'a>(model: &'a Model, step: usize, name: &str) -> Option<&'a Variable> {
    let visible = model.globals.partition_point(|variable| variable.step < step);
    // Nothing but ARG may stand there; what else does counts all the same.
    let of = |kind| model.globals.last(kind, name, visible);
    [of(VariableKind::Arg), of(VariableKind::Env)].into_iter().flatten().max_by_key(|variable| variable.step)
}

fn inherited<'a>(model: &'a Model, stage: usize, kind: VariableKind, name: &str) -> Option<&'a Variable> {
    let mut parents = model.lineage(stage).skip(1).map(|parent| &parent.variables);
    parents.find_map(|variables| variables.last(kind, name, variables.len()))
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
