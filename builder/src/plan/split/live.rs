//! What is alive between two statements: set up before, used after.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::facts::{Facts, Folder, Kept};
use super::names;
use super::session::Session;

/// The statements of a script, which every cut is asked about.
pub(super) struct Statements<'a> {
    facts: &'a [Facts],
    /// The folder at the beginning.
    workdir: &'a str,
    /// Where each thing is used or set anew: looked for once, since every cut asks.
    uses: RefCell<Uses>,
}

type Uses = HashMap<(Thing, String), Rc<[Use]>>;

/// What can be alive and has a name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Thing {
    Variable,
    Environment,
    Machine,
    Function,
    /// A file that is removed.
    Removed,
    /// A file that is used.
    Used,
    /// What the shell itself keeps of the statements before.
    Status,
}

/// A statement that uses a thing, or sets it anew without a look at the old value.
#[derive(Clone, Copy)]
struct Use {
    at: usize,
    replaces: bool,
}

type Found = Option<(String, String)>;

impl<'a> Statements<'a> {
    pub fn new(facts: &'a [Facts], workdir: &'a str) -> Self {
        Statements { facts, workdir, uses: RefCell::default() }
    }

    /// The first thing that is alive after a statement, and why it is: reason and item. What stands before `body` is
    /// repeated in each unit.
    pub fn alive(&self, body: usize, after: usize) -> Option<(String, Option<String>)> {
        let (before, rest) = (&self.facts[body..=after], &self.facts[after + 1..]);
        let found = exit(before)
            .or_else(|| unknown(before))
            .or_else(|| self.variable(before, after))
            .or_else(|| self.function(before, after))
            .or_else(|| self.environment(before, after))
            .or_else(|| self.machine(before, after))
            .or_else(|| folder(before, self.workdir))
            .or_else(|| background(before))
            .or_else(|| session(before))
            .or_else(|| self.file(before, after))
            .or_else(|| passed_on(rest))
            .or_else(|| self.status(after));
        found.map(|(item, reason)| (reason, Some(item)))
    }

    /// The first statement behind `after` that uses a thing; none when it is set anew before, or not used.
    fn used(&self, thing: Thing, name: &str, after: usize) -> Option<usize> {
        let uses = Rc::clone(
            self.uses.borrow_mut().entry((thing, name.to_owned())).or_insert_with(|| self.uses_of(thing, name)),
        );
        let next = uses.get(uses.partition_point(|one| one.at <= after))?;
        (!next.replaces).then_some(next.at)
    }

    fn uses_of(&self, thing: Thing, name: &str) -> Rc<[Use]> {
        let of = |(at, facts): (usize, &Facts)| {
            let (uses, replaces) = match thing {
                Thing::Variable => (names::uses_variable(&facts.text, name), facts.replaces.as_deref() == Some(name)),
                Thing::Environment => {
                    let replaces = facts.replaces_environment.as_deref() == Some(name) && !facts.runs;
                    (facts.runs || names::uses_environment(&facts.text, name), replaces)
                }
                Thing::Machine => (names::uses_environment(&facts.text, name), false),
                Thing::Function => (names::mentions(&facts.text, name), false),
                Thing::Removed => (facts.removes.iter().any(|removed| names::removes(removed, name)), false),
                Thing::Used => (names::mentions(&facts.text, name), false),
                Thing::Status => {
                    let asks = names::mentions(&facts.text, name);
                    let sets = match name {
                        "$LASTEXITCODE" => facts.runs && !asks,
                        "$Matches" => facts.text.to_lowercase().contains("match "),
                        _ => names::mentions(&facts.text, "catch"),
                    };
                    (asks, sets)
                }
            };
            (uses || replaces).then_some(Use { at, replaces })
        };
        self.facts.iter().enumerate().filter_map(of).collect()
    }

    fn variable(&self, before: &[Facts], after: usize) -> Found {
        for name in before.iter().rev().flat_map(|facts| &facts.assigns) {
            if names::is_preference(name) {
                return Some((format!("${name}"), format!("${name} holds for what stands after it")));
            }
            if self.used(Thing::Variable, name, after).is_some() {
                return Some((format!("${name}"), format!("${name} is used after it")));
            }
        }
        None
    }

    fn function(&self, before: &[Facts], after: usize) -> Found {
        let mut defined = before.iter().flat_map(|facts| &facts.functions);
        let name = defined.find(|name| self.used(Thing::Function, name, after).is_some())?;
        Some((name.clone(), format!("the function {name} is called after it")))
    }

    fn environment(&self, before: &[Facts], after: usize) -> Found {
        let set = before.iter().rev().flat_map(|facts| &facts.environment);
        let (name, at) = set.filter_map(|name| Some((name, self.used(Thing::Environment, name, after)?))).next()?;
        let upper = name.to_uppercase();
        let named = names::uses_environment(&self.facts[at].text, name);
        let how = if named { "is used" } else { "is seen by programs" };
        Some((format!("%{upper}%"), format!("the process's {upper} {how} after it")))
    }

    /// A process reads the registry when it begins: after a cut it finds what is written there.
    fn machine(&self, before: &[Facts], after: usize) -> Found {
        let mut set = before.iter().flat_map(|facts| &facts.machine);
        let upper = set.find(|name| self.used(Thing::Machine, name, after).is_some())?.to_uppercase();
        Some((format!("%{upper}%"), format!("{upper} is used after it and would have its new value in a new step")))
    }

    /// What the shell keeps of a statement, most often whether it failed, is gone in a new process.
    fn status(&self, after: usize) -> Found {
        let next = self.facts[after + 1].text.to_lowercase();
        // These are of the statement before; the others stay until a statement sets them.
        let item = ["$?", "%errorlevel%"].into_iter().find(|name| next.contains(name)).or_else(|| {
            let mut kept = ["$LASTEXITCODE", "$Matches", "$Error"].into_iter();
            kept.find(|name| self.used(Thing::Status, name, after).is_some())
        })?;
        Some((item.to_owned(), format!("{item} after it is that of the statement before")))
    }

    fn file(&self, before: &[Facts], after: usize) -> Found {
        for (path, kept) in before.iter().rev().flat_map(|facts| &facts.makes) {
            let name = names::last_component(path);
            let how = if self.used(Thing::Removed, path, after).is_some() {
                "is removed after it and belongs in no layer"
            } else if *kept == Kept::UntilUsed && self.used(Thing::Used, name, after).is_some() {
                "is used after it"
            } else {
                continue;
            };
            return Some((path.clone(), format!("{path} {how}")));
        }
        None
    }
}

fn exit(before: &[Facts]) -> Found {
    before.iter().any(|facts| facts.may_exit).then(|| {
        ("exit".to_owned(), "an `exit` before it may end the script, and the next step would still run".to_owned())
    })
}

fn unknown(before: &[Facts]) -> Found {
    let what = before.iter().find_map(|facts| facts.unknown.clone())?;
    Some((what.clone(), format!("{what} may be used after it")))
}

fn folder(before: &[Facts], workdir: &str) -> Found {
    let fold = |path: &str| dockerfile::windows_path::fold(path.trim_matches(['"', '\'']));
    let home = fold(workdir);
    let mut stack = vec![true];
    for change in before.iter().filter_map(|facts| facts.folder.as_ref()) {
        match change {
            Folder::To(path) => {
                let absolute = path.contains(':') || path.starts_with(['\\', '/']);
                let home = absolute && fold(path) == home;
                if let Some(last) = stack.last_mut() {
                    *last = home;
                }
            }
            Folder::Push => stack.push(false),
            Folder::Pop => {
                if stack.len() > 1 {
                    stack.pop();
                }
            }
        }
    }
    let away = stack.last() == Some(&false);
    away.then(|| {
        ("the current folder".to_owned(), "the current folder was changed, and a new step begins elsewhere".to_owned())
    })
}

fn background(before: &[Facts]) -> Found {
    let mut alive: Option<&String> = None;
    for facts in before {
        if facts.joins {
            alive = None;
        }
        if facts.background.is_some() && !facts.joins {
            alive = facts.background.as_ref();
        }
    }
    alive.map(|what| (what.clone(), format!("{what} may still run, and would end with the step")))
}

fn session(before: &[Facts]) -> Found {
    match before.iter().rev().find_map(|facts| facts.session)? {
        Session::Made(what) => Some((what.to_owned(), format!("{what} is not there in a new step"))),
        Session::TakenBack => None,
    }
}

/// An `exit` that passes on what stands before it.
fn passed_on(rest: &[Facts]) -> Found {
    let text = rest.first()?.text.trim_start().to_lowercase();
    let is_exit = text == "exit" || text.starts_with("exit ");
    is_exit.then(|| ("exit".to_owned(), "the `exit` after it ends what stands before it".to_owned()))
}
