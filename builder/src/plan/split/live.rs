//! What is alive between two statements: set up before, used after.

use super::facts::{Facts, Folder, Kept};
use super::names;

/// The first thing that is alive after a statement, and why it is: reason and item. `facts` begin behind the prologue.
pub(super) fn across(facts: &[Facts], after: usize, workdir: &str) -> Option<(String, Option<String>)> {
    let (before, rest) = facts.split_at(after + 1);
    let found = exit(before)
        .or_else(|| unknown(before))
        .or_else(|| variable(before, rest))
        .or_else(|| function(before, rest))
        .or_else(|| environment(before, rest))
        .or_else(|| machine(before, rest))
        .or_else(|| folder(before, workdir))
        .or_else(|| background(before))
        .or_else(|| file(before, rest))
        .or_else(|| status(rest));
    found.map(|(item, reason)| (reason, Some(item)))
}

type Found = Option<(String, String)>;

fn exit(before: &[Facts]) -> Found {
    before.iter().any(|facts| facts.may_exit).then(|| {
        ("exit".to_owned(), "an `exit` before it may end the script, and the next step would still run".to_owned())
    })
}

fn unknown(before: &[Facts]) -> Found {
    let what = before.iter().find_map(|facts| facts.unknown.clone())?;
    Some((what.clone(), format!("{what} may be used after it")))
}

/// The statement that uses something first; none when it is set anew before.
fn used_at(rest: &[Facts], uses: impl Fn(&Facts) -> bool, replaces: impl Fn(&Facts) -> bool) -> Option<usize> {
    for (index, facts) in rest.iter().enumerate() {
        if replaces(facts) {
            return None;
        }
        if uses(facts) {
            return Some(index);
        }
    }
    None
}

fn variable(before: &[Facts], rest: &[Facts]) -> Found {
    for facts in before.iter().rev() {
        for name in &facts.assigns {
            if name.ends_with("preference") {
                return Some((format!("${name}"), format!("${name} holds for what stands after it")));
            }
            let used = used_at(
                rest,
                |facts| names::uses_variable(&facts.text, name),
                |facts| facts.replaces.as_deref() == Some(name),
            );
            if used.is_some() {
                return Some((format!("${name}"), format!("${name} is used after it")));
            }
        }
    }
    None
}

fn function(before: &[Facts], rest: &[Facts]) -> Found {
    let defined = before.iter().flat_map(|facts| &facts.functions);
    let mut used = defined.filter(|name| rest.iter().any(|facts| names::mentions(&facts.text, name)));
    used.next().map(|name| (name.clone(), format!("the function {name} is called after it")))
}

fn environment(before: &[Facts], rest: &[Facts]) -> Found {
    for facts in before.iter().rev() {
        for name in &facts.environment {
            let used = used_at(
                rest,
                |facts| facts.runs || names::uses_environment(&facts.text, name),
                |facts| facts.replaces.as_deref() == Some(name) && !facts.runs,
            );
            if let Some(index) = used {
                let upper = name.to_uppercase();
                let how =
                    if names::uses_environment(&rest[index].text, name) { "is used" } else { "is seen by programs" };
                return Some((format!("%{upper}%"), format!("the process's {upper} {how} after it")));
            }
        }
    }
    None
}

/// A process reads the registry when it begins: after a cut it finds what is written there.
fn machine(before: &[Facts], rest: &[Facts]) -> Found {
    let set = before.iter().flat_map(|facts| &facts.machine);
    let mut used = set.filter(|name| rest.iter().any(|facts| names::uses_environment(&facts.text, name)));
    used.next().map(|name| {
        let upper = name.to_uppercase();
        (format!("%{upper}%"), format!("{upper} is used after it and would have its new value in a new step"))
    })
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

fn file(before: &[Facts], rest: &[Facts]) -> Found {
    for facts in before.iter().rev() {
        for (path, kept) in &facts.makes {
            let removed = rest.iter().any(|facts| facts.removes.iter().any(|removed| names::removes(removed, path)));
            let name = names::last_component(path);
            let used = *kept == Kept::UntilUsed && rest.iter().any(|facts| names::mentions(&facts.text, name));
            if removed || used {
                let how = if removed { "is removed after it and belongs in no layer" } else { "is used after it" };
                return Some((path.clone(), format!("{path} {how}")));
            }
        }
    }
    None
}

/// What the last program said is gone in a new process.
fn status(rest: &[Facts]) -> Found {
    let first = rest.first()?;
    let text = first.text.trim_start().to_lowercase();
    if text == "exit" || text.starts_with("exit ") {
        return Some(("exit".to_owned(), "the `exit` after it ends what stands before it".to_owned()));
    }
    let item = ["$LASTEXITCODE", "$?", "%ERRORLEVEL%"].into_iter().find(|name| first.text.contains(name))?;
    Some((item.to_owned(), format!("{item} after it is that of the statement before")))
}
